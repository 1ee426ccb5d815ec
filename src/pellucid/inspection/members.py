"""A member of an ensemble as a network of its own, so that its layers can be looked into."""

from __future__ import annotations

import dataclasses
from typing import Any

from pellucid.errors import SettingError
from pellucid.model import TrainedModel
from pellucid.nn import Ensemble, Layer, Network, Params
from pellucid.nn.parameters import nested


def members_of(trained: TrainedModel) -> int | None:
    """Return how many networks a model is the mean of; None where it is one alone."""
    return trained.network.members


def member_of(trained: TrainedModel, number: int) -> TrainedModel:
    """Return one member of an ensemble as a model, whose answers are that member's alone.

    Parameters
    ----------
    trained
        A model whose last layer is an ensemble.
    number
        Which member, from 0.

    Raises
    ------
    SettingError
        Where there is no such member.

    Examples
    --------
    >>> import pellucid
    >>> model = pellucid.train("iris", hidden=(4,), members=3, epochs=3)
    >>> member = member_of(model.trained, 2)
    >>> member.network.names, member.params["hidden_1"]["kernel"].shape
    (('hidden_1', 'dropout_1', 'output'), (4, 4))
    """
    *before, last = trained.network.layers
    if not isinstance(last, Ensemble) or not 0 <= number < last.members:
        n = trained.network.members
        raise SettingError(
            f"There is no member {number}, counted from 0.",
            expected=f"a member below {n}" if n else "a model that is an ensemble",
        )
    inner = last.network
    taken = set(trained.network.names[:-1])
    own = {name: _free(name, taken) for name in inner.names}
    layers: list[Layer] = [*before]
    for name, layer in zip(inner.names, inner.layers, strict=True):
        layers.append(dataclasses.replace(layer, name=own[name]))
    params: Params = {
        name: trained.params[name] for name in trained.network.names[:-1] if name in trained.params
    }
    for name, leaves in nested(trained.params[trained.network.names[-1]]).items():
        params[own[name]] = {leaf: array[number] for leaf, array in leaves.items()}
    return dataclasses.replace(trained, network=_named(trained, layers), params=params)


def _named(trained: TrainedModel, layers: list[Layer]) -> Network:
    """Return the network, its outer layers called as they were whatever follows them."""
    names = trained.network.names[:-1]
    kept: list[Any] = [
        dataclasses.replace(layer, name=name) for name, layer in zip(names, layers, strict=False)
    ]
    return Network([*kept, *layers[len(names) :]])


def _free(name: str, taken: set[str]) -> str:
    return name if name not in taken else f"member_{name}"
