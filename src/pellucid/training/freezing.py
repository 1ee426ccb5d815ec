"""Which layers of a network can be frozen, and what is said of a name that is none of them."""

from __future__ import annotations

from collections.abc import Sequence

import jax

from pellucid.errors import SettingError, quote_list, suggest
from pellucid.nn import Network
from pellucid.nn.parameters import flat, is_trainable
from pellucid.optimizers.freezing import is_frozen


def refuse_unfreezable(frozen: Sequence[str], network: Network, in_features: int) -> None:
    """Raise SettingError for the name of no layer that learns, and where none would be left.

    Parameters
    ----------
    frozen
        Names of layers, of those within others by their path.
    network, in_features
        The network, and its number of inputs.
    """
    if not frozen:
        return
    params = jax.eval_shape(lambda: network.init(jax.random.key(0), in_features))
    leaves = [path for path in flat(params) if is_trainable(path)]
    known = _layers(leaves)
    for name in frozen:
        if name not in known:
            raise SettingError(
                f"There is no layer called {name!r} that could be frozen.",
                where="freeze (--freeze)",
                expected=f"some of {quote_list(known)}",
                remedy=suggest(name, known),
            )
    if all(is_frozen(path, frozen) for path in leaves):
        raise SettingError(
            "All layers are frozen, so nothing is left to learn.",
            where="freeze (--freeze)",
            expected=f"some of {quote_list(known)}, not all",
        )


def _layers(leaves: Sequence[str]) -> list[str]:
    """Return the paths of the layers that leaves belong to, each once, in their order.

    Examples
    --------
    >>> _layers(["ensemble.hidden_1.kernel", "ensemble.hidden_1.bias", "output.kernel"])
    ['ensemble', 'ensemble.hidden_1', 'output']
    """
    found: dict[str, None] = {}
    for leaf in leaves:
        parts = leaf.split(".")[:-1]
        for n in range(1, len(parts) + 1):
            found[".".join(parts[:n])] = None
    return list(found)
