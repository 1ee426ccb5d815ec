"""Branches: parts of an example, each through layers of its own, before they meet."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
from jax.typing import DTypeLike

from pellucid.errors import DataError, SettingError
from pellucid.nn.layer import Details, Layer, Shape, count, made, register
from pellucid.nn.limits import POSITIVE_WHOLE
from pellucid.nn.network import Network
from pellucid.nn.parameters import LayerParams, flat, nested, part


@dataclass(frozen=True)
class Branch:
    """The way of one part of an example.

    Parameters
    ----------
    name
        What it is called, such as the column that the part came from.
    start, stop
        The part: the entries ``start ≤ i < stop`` of the example, counted from 0.
    layers
        What the part goes through.
    """

    name: str
    start: int
    stop: int
    layers: Sequence[Layer | dict[str, Any]]

    def __post_init__(self) -> None:
        object.__setattr__(self, "layers", tuple(map(made, self.layers)))
        POSITIVE_WHOLE.check("stop", self.stop)
        if not isinstance(self.start, int) or not 0 <= self.start < self.stop:
            raise SettingError(
                f"A branch cannot reach from {self.start!r} to {self.stop!r}.",
                expected="0 ≤ start < stop",
            )
        if not isinstance(self.name, str) or not self.name or "." in self.name:
            raise SettingError(
                f"A branch cannot be called {self.name!r}.", expected="a name without a full stop"
            )
        self.network  # noqa: B018 -- refuses none, and layers that share a name

    @property
    def network(self) -> Network:
        """The branch as a network of its own, without its parameters."""
        return Network(self.layers)  # type: ignore[arg-type]  # __post_init__ made them layers

    @property
    def in_features(self) -> int:
        """How many entries it takes."""
        return self.stop - self.start

    def to_dict(self) -> dict[str, Any]:
        """Return the branch as JSON-ready data."""
        place = {"name": self.name, "start": self.start, "stop": self.stop}
        return place | self.network.to_dict()


@register
@dataclass(frozen=True)
class Branches(Layer):
    """Lead parts of an example through layers of their own, and lay what comes out side by side.

    So an image is looked at as an image though numbers stand beside it in the same row. What
    belongs to no branch follows the branches as it is.

    Parameters
    ----------
    branches
        The branches, whose parts do not overlap.
    name
        As in ``Layer``.

    Raises
    ------
    SettingError
        Without branches, where two share a name, or their parts overlap.
    DataError
        For examples that are no vectors, or shorter than the branches need.

    Notes
    -----
    Parameters: those of the branches' layers, called ``<branch>.<layer>.<array>``.

    Examples
    --------
    >>> from pellucid import nn
    >>> sizes = nn.Branch("sizes", 0, 2, [nn.Dense(5)])
    >>> layer = Branches([sizes])
    >>> layer.out_shape((3,))  # five units, and the third entry
    (6,)
    >>> sorted(layer.init(jax.random.key(0), (3,), "float32"))
    ['sizes.dense_1.bias', 'sizes.dense_1.kernel']
    """

    family: ClassVar[str] = "branches"

    branches: Sequence[Branch | dict[str, Any]]

    def __post_init__(self) -> None:
        super().__post_init__()
        branches = tuple(b if isinstance(b, Branch) else _made(b) for b in self.branches)
        object.__setattr__(self, "branches", tuple(sorted(branches, key=lambda b: b.start)))
        if not branches:
            raise SettingError("Branches need at least one branch.")
        names = Counter(branch.name for branch in branches)
        if repeated := sorted(name for name, times in names.items() if times > 1):
            raise SettingError(f"Two branches are called {repeated[0]!r}.")
        in_order = self._branches()
        for before, after in itertools.pairwise(in_order):
            if after.start < before.stop:
                raise SettingError(
                    f"The branches {before.name!r} and {after.name!r} overlap.",
                    expected="each entry in at most one branch",
                )

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return the length of the vector after the branches."""
        branches = self._branches()
        if len(in_shape) != 1 or in_shape[0] < branches[-1].stop:
            raise DataError(
                f"Branches received examples of the shape {in_shape}.",
                expected=f"vectors of at least {branches[-1].stop:,} numbers",
            )
        rest = in_shape[0] - sum(branch.in_features for branch in branches)
        return (rest + sum(count(b.network.out_shape(b.in_features)) for b in branches),)

    def init(self, key: jax.Array, in_shape: Shape, dtype: DTypeLike) -> LayerParams:
        """Draw the first parameters of all branches."""
        self.out_shape(in_shape)
        params: LayerParams = {}
        for number, branch in enumerate(self._branches()):
            own_key = jax.random.fold_in(key, number)
            own = flat(branch.network.init(own_key, branch.in_features, dtype))
            params |= {f"{branch.name}.{leaf}": array for leaf, array in own.items()}
        return params

    def trace(self, params: LayerParams, inputs: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return what the branches let out, and the rest, in one vector; twice."""

        def through(branch: Branch, own: jax.Array) -> jax.Array:
            return branch.network.apply(nested(part(params, f"{branch.name}.")), own)

        joined = self._joined(inputs, through)
        return joined, joined

    def apply_training(
        self, params: LayerParams, inputs: jax.Array, key: jax.Array
    ) -> tuple[jax.Array, LayerParams]:
        """Return the outputs while training, and the parameters with new running statistics."""
        updated = dict(params)
        keys = {b.name: jax.random.fold_in(key, i) for i, b in enumerate(self._branches())}

        def through(branch: Branch, own: jax.Array) -> jax.Array:
            before = nested(part(params, f"{branch.name}."))
            outputs, after = branch.network.apply_training(before, own, keys[branch.name])
            updated.update({f"{branch.name}.{leaf}": a for leaf, a in flat(after).items()})
            return outputs

        return self._joined(inputs, through), updated

    def details(self, params: LayerParams, inputs: jax.Array) -> Details:
        """Return what each branch's layers let out, ``<branch>.<layer>.activations``."""
        found: Details = {}

        def through(branch: Branch, own: jax.Array) -> jax.Array:
            steps = branch.network.trace(nested(part(params, f"{branch.name}.")), own)
            for step in steps:
                before = f"{branch.name}.{step.name}."
                found[before + "activations"] = step.activations
                found.update({before + what: numbers for what, numbers in step.details.items()})
            return steps[-1].activations

        self._joined(inputs, through)
        return found

    def settings(self) -> dict[str, Any]:
        """Return the settings, with the branches as JSON-ready data."""
        return {"branches": [branch.to_dict() for branch in self._branches()]}

    def _joined(
        self, inputs: jax.Array, through: Callable[[Branch, jax.Array], jax.Array]
    ) -> jax.Array:
        """Lead each part through its branch, and lay all side by side, the rest at the end."""
        self.out_shape(inputs.shape[1:])
        ways, rest, at = [], [], 0
        for branch in self._branches():
            rest.append(inputs[:, at : branch.start])
            at = branch.stop
            outputs = through(branch, inputs[:, branch.start : branch.stop])
            ways.append(outputs.reshape(len(inputs), count(outputs.shape[1:])))
        return jnp.concatenate([*ways, *rest, inputs[:, at:]], axis=1)

    def _branches(self) -> tuple[Branch, ...]:
        return self.branches  # type: ignore[return-value]  # __post_init__ made them branches


def _made(data: Branch | dict[str, Any]) -> Branch:
    if not isinstance(data, dict) or set(data) != {"name", "start", "stop", "layers"}:
        raise SettingError(
            f"{data!r} is not a branch.", expected="nn.Branch(name, start, stop, layers)"
        )
    return Branch(**data)
