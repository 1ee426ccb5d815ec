"""Networks that look at one step after the other: a recurrent one, and a small transformer.

Both begin with steps of some features, series or frames of a sound, or with the numbers of words,
and end with one vector an example: the average over its steps.
"""

from __future__ import annotations

from dataclasses import dataclass

from pellucid.nn.attention import SelfAttention
from pellucid.nn.centring import Centring
from pellucid.nn.convolution import Convolution
from pellucid.nn.dense import Dense
from pellucid.nn.dropout import Dropout
from pellucid.nn.embedding import Embedding
from pellucid.nn.layer import Layer
from pellucid.nn.limits import POSITIVE_WHOLE, SHARE
from pellucid.nn.normalization import LayerNormalization
from pellucid.nn.pooling import GlobalPooling
from pellucid.nn.positions import Positions
from pellucid.nn.recurrent import GRU
from pellucid.nn.reshaping import Reshape
from pellucid.nn.residual import Residual

# The layers between two attentions are so much wider (Vaswani et al. 2017, section 3.3: four).
_TIMES_WIDER = 2
# Words begin near each other, and are told apart by what is learned of them.
_DEVIATION_OF_WORDS = 0.02


@dataclass(frozen=True)
class Steps:
    """The form of an example that comes as a vector, and is looked at step by step.

    Parameters
    ----------
    shape
        ``(steps, features)`` of series and sounds, ``(steps,)`` of numbered words.
    entries
        Of words, how many different numbers there are; else 0. The number 0 is padding.
    stride, size
        Of series and sounds: how many steps become one, and how many it is made of.
    centred
        Whether each example's mean over its steps is taken from it before, as suits sounds.
    """

    shape: tuple[int, ...]
    entries: int = 0
    stride: int = 1
    size: int = 1
    centred: bool = False

    @property
    def are_padded(self) -> bool:
        """Whether examples are filled up to one length."""
        return self.entries > 0

    def layers(self, width: int) -> list[Layer]:
        """Return the layers that make of an example steps of so many features."""
        if self.entries:
            return [
                Embedding(
                    self.entries, width, padded=True, deviation=_DEVIATION_OF_WORDS, name="words"
                )
            ]
        centring = [Centring(name="centring")] if self.centred else []
        return [
            Reshape(self.shape, name="steps"),
            *centring,
            Dense(width, name="projection")
            if self.size == self.stride == 1
            else Convolution(width, (self.size,), stride=self.stride, name="projection"),
        ]


def recurrent_layers(steps: Steps, units: int, blocks: int, dropout: float = 0.0) -> list[Layer]:
    """Return layers of gated recurrent units that read an example from both ends.

    Parameters
    ----------
    steps
        What an example is.
    units
        The length of the state in each direction.
    blocks
        How many recurrent layers lie one upon the other.
    dropout
        The share of units silenced while training, before each of them.

    Raises
    ------
    SettingError
        For settings that cannot be used.

    Examples
    --------
    >>> [layer.name for layer in recurrent_layers(Steps((20, 3)), units=8, blocks=1)]
    ['steps', 'gru_1', 'pooling']
    """
    _check(units, blocks, dropout)
    layers = steps.layers(units)
    if steps.size == steps.stride == 1 and not steps.entries:
        layers = layers[:-1]  # the units have a kernel of their own
    for number in range(1, blocks + 1):
        if dropout:
            layers.append(Dropout(dropout, name=f"dropout_{number}"))
        layers.append(
            GRU(
                units, sequence=True, direction="both", padded=steps.are_padded,
                name=f"gru_{number}",
            )
        )  # fmt: skip
    return [*layers, GlobalPooling("average", padded=steps.are_padded, name="pooling")]


def transformer_layers(
    steps: Steps, width: int, blocks: int, heads: int, dropout: float = 0.0
) -> list[Layer]:
    """Return the layers of a transformer that normalises before each part of a block.

    The encoder of Vaswani et al. (2017, section 3.1), with the normalisation in front, where
    it needs no slow beginning (Xiong et al. 2020, "On Layer Normalization in the Transformer
    Architecture"), and the average over the steps.

    Parameters
    ----------
    steps
        What an example is.
    width
        How many features a step has.
    blocks
        How many blocks of attention and two dense layers there are.
    heads
        How many heads each attention has; they divide the width.
    dropout
        The share of units silenced while training, at the end of each part of a block.

    Raises
    ------
    SettingError
        For settings that cannot be used.

    Examples
    --------
    >>> layers = transformer_layers(Steps((20,), entries=100), width=8, blocks=1, heads=2)
    >>> [layer.name for layer in layers]
    ['words', 'positions', 'attention_1', 'feed_forward_1', 'normalization', 'pooling']
    """
    _check(width, blocks, dropout)
    padded = steps.are_padded
    layers = [*steps.layers(width), Positions("learned", padded=padded, name="positions")]
    if dropout:
        layers.append(Dropout(dropout, name="dropout_steps"))
    silence = [Dropout(dropout, name="dropout")] if dropout else []
    for number in range(1, blocks + 1):
        normalization = LayerNormalization(padded=padded, name="normalization")
        attention = SelfAttention(heads, padded=padded, name="attention")
        feed_forward: tuple[Layer, ...] = (
            Dense(_TIMES_WIDER * width, "gelu", name="hidden"),
            Dense(width, name="output"),
        )
        for name, inner in (("attention", (attention,)), ("feed_forward", feed_forward)):
            parts = (normalization, *inner, *silence)
            layers.append(Residual(parts, padded=padded, name=f"{name}_{number}"))
    return [
        *layers,
        LayerNormalization(padded=padded, name="normalization"),
        GlobalPooling("average", padded=padded, name="pooling"),
    ]


def _check(width: int, blocks: int, dropout: float) -> None:
    POSITIVE_WHOLE.check("units", width)
    POSITIVE_WHOLE.check("blocks", blocks)
    SHARE.check("dropout", dropout)
