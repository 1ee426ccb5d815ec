"""A network: layers in a row, and what can be asked of them.

A ``Network`` holds settings only; its parameters are nested dicts that are passed in. All
methods that compute are pure, can be compiled with ``jax.jit``, and work in the precision of
the parameters and inputs they are given.
"""

from __future__ import annotations

import functools
import operator
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike, DTypeLike

from pellucid.errors import DataError, PellucidError, SettingError, quote_list
from pellucid.nn.layer import Layer, Shape, count, layer_from_dict
from pellucid.nn.limits import POSITIVE_WHOLE
from pellucid.nn.parameters import Params, is_trainable
from pellucid.nn.views import LayerSummary, LayerTrace


@dataclass(frozen=True)
class Network:
    """Layers applied one after the other.

    Parameters
    ----------
    layers
        The layers, from the first after the inputs to the output layer.

    Raises
    ------
    SettingError
        Without layers, for what is no layer, or where two layers have the same name.

    Examples
    --------
    >>> from pellucid import nn
    >>> network = Network([nn.Dense(3, activation="sigmoid"), nn.Dense(1)])
    >>> network.names
    ('dense_1', 'dense_2')
    >>> params = network.init(0, in_features=2)
    >>> params["dense_1"]["kernel"].shape
    (2, 3)
    >>> network.apply(params, jnp.zeros((5, 2))).shape
    (5, 1)
    """

    layers: Sequence[Layer]

    def __post_init__(self) -> None:
        object.__setattr__(self, "layers", tuple(self.layers))
        if not self.layers:
            raise SettingError("A network needs at least one layer.")
        for layer in self.layers:
            if not isinstance(layer, Layer):
                raise SettingError(
                    f"{layer!r} is not a layer.", expected="layers such as Dense(10)"
                )
        if any(hasattr(layer, "members") for layer in self.layers[:-1]):
            raise SettingError(
                "An ensemble's members learn apart, each by its own loss: nothing can follow it.",
                expected="an ensemble as the last layer",
                remedy="put the layers that follow into its members",
            )
        repeated = sorted(name for name, times in Counter(self.names).items() if times > 1)
        if repeated:
            raise SettingError(
                f"Two layers have the same name: {quote_list(repeated)}.",
                remedy="give each layer a name of its own",
            )

    @property
    def names(self) -> tuple[str, ...]:
        """The layers' names; a layer without one is called its family and a count from 1."""
        families: Counter[str] = Counter()
        names = []
        for layer in self.layers:
            families[layer.family] += 1
            names.append(layer.name or f"{layer.family}_{families[layer.family]}")
        return tuple(names)

    def init(
        self, key: jax.Array | int, in_features: int | Shape, dtype: DTypeLike = jnp.float32
    ) -> Params:
        """Draw the first parameters.

        Each layer's key is derived from its position alone, so that a layer added at the end
        leaves the first values of those before it as they were.

        Parameters
        ----------
        key
            A key of ``jax.random``, or a whole number to make one from.
        in_features
            The length of one example, or its shape.
        dtype
            float32, or float64 where JAX has it enabled.

        Returns
        -------
        dict
            Layer name → name → array. Layers without parameters do not appear.

        Raises
        ------
        SettingError
            Where given values do not fit, or ``in_features`` is not positive.

        Examples
        --------
        >>> from pellucid import nn
        >>> params = Network([nn.Dense(4), nn.Dropout(0.2), nn.Dense(2)]).init(0, in_features=3)
        >>> {name: sorted(leaves) for name, leaves in params.items()}
        {'dense_1': ['bias', 'kernel'], 'dense_2': ['bias', 'kernel']}
        """
        if not isinstance(key, jax.Array):
            key = jax.random.key(operator.index(key))
        params: Params = {}
        shape = _as_shape(in_features)
        for position, (name, layer) in enumerate(self._named_layers()):
            with _at(name):
                own = layer.init(jax.random.fold_in(key, position), shape, dtype)
                shape = layer.out_shape(shape)
            if own:
                params[name] = own
        return params

    def apply(self, params: Params, inputs: ArrayLike) -> jax.Array:
        """Compute the outputs at inference.

        Parameters
        ----------
        params
            From ``init`` or training.
        inputs
            A batch, (batch, in_features); it may be empty.

        Returns
        -------
        jax.Array
            (batch, out_features)

        Raises
        ------
        DataError
            Where the inputs are no batch, or do not fit the first layer.

        Examples
        --------
        >>> from pellucid import nn
        >>> network = Network([nn.Dense(1, initializer=[[5.0]])])
        >>> network.apply(network.init(0, in_features=1), [[2.0], [3.0]])
        Array([[10.],
               [15.]], dtype=float32)
        """
        signal = _as_batch(inputs)
        for name, layer in self._named_layers():
            with _at(name):
                signal = layer.apply(params.get(name, {}), signal)
        return signal

    @property
    def members(self) -> int | None:
        """How many networks learn side by side, each by its own loss; None: one alone."""
        return getattr(self.layers[-1], "members", None)

    def apply_training(
        self, params: Params, inputs: ArrayLike, key: jax.Array
    ) -> tuple[jax.Array, Params]:
        """Compute the outputs while training: dropout drops, batch statistics are the batch's.

        Parameters
        ----------
        params
            The parameters.
        inputs
            A batch, (batch, in_features).
        key
            What is drawn at random follows from it and a layer's position alone; take a new
            one for each step.

        Returns
        -------
        outputs : jax.Array
            (batch, out_features); where members learn side by side, those of each,
            (batch, members, out_features)
        params : dict
            The same parameters, with the running statistics moved.

        Raises
        ------
        DataError
            As in ``apply``.

        Examples
        --------
        >>> from pellucid import nn
        >>> network = Network([nn.BatchNormalization(momentum=0.5)])
        >>> params = network.init(0, in_features=1)
        >>> _, params = network.apply_training(params, [[3.0], [5.0]], jax.random.key(0))
        >>> params["batch_normalization_1"]["running_mean"]
        Array([2.], dtype=float32)
        """
        signal = _as_batch(inputs)
        updated = dict(params)
        for position, (name, layer) in enumerate(self._named_layers()):
            with _at(name):
                signal, own = layer.apply_training(
                    params.get(name, {}), signal, jax.random.fold_in(key, position)
                )
            if own:
                updated[name] = own
        return signal, updated

    def trace(self, params: Params, inputs: ArrayLike) -> tuple[LayerTrace, ...]:
        """Follow one example, or a batch, through every layer at inference.

        Costs what ``apply`` costs, and keeps every layer's numbers; for outputs alone use
        ``apply``.

        Parameters
        ----------
        params
            The parameters.
        inputs
            One example (in_features,), or a batch (batch, in_features).

        Returns
        -------
        tuple of LayerTrace
            One for each layer; the last one's ``activations`` are what ``apply`` returns. For
            one example its arrays have no batch axis.

        Raises
        ------
        DataError
            As in ``apply``.

        Examples
        --------
        >>> from pellucid import nn
        >>> network = Network([nn.Dense(2, activation="relu", initializer=[[1.0, -1.0]])])
        >>> (layer,) = network.trace(network.init(0, in_features=1), [3.0])
        >>> layer.name, layer.pre_activations.tolist(), layer.activations.tolist()
        ('dense_1', [3.0, -3.0], [3.0, 0.0])
        """
        signal = jnp.asarray(inputs)
        is_single = signal.ndim == 1
        signal = _as_batch(signal[None, :] if is_single else signal)
        steps = []
        for name, layer in self._named_layers():
            with _at(name):
                own = params.get(name, {})
                z, h = layer.trace(own, signal)
                step = LayerTrace(name, layer, signal, z, h, layer.details(own, signal))
            steps.append(jax.tree.map(operator.itemgetter(0), step) if is_single else step)
            signal = h
        return tuple(steps)

    def out_shape(self, in_features: int | Shape) -> Shape:
        """Return the shape of one example's output.

        Examples
        --------
        >>> from pellucid import nn
        >>> Network([nn.Dense(3)]).out_shape((5, 2))
        (5, 3)
        """
        shape = _as_shape(in_features)
        for name, layer in self._named_layers():
            with _at(name):
                shape = layer.out_shape(shape)
        return shape

    def out_features(self, in_features: int | Shape) -> int:
        """Return how many numbers one example's output has (on its last axis).

        Examples
        --------
        >>> from pellucid import nn
        >>> Network([nn.Dense(3), nn.Dropout(0.1)]).out_features(7)
        3
        """
        return self.out_shape(in_features)[-1]

    def n_parameters(self, params: Params) -> int:
        """Count the trainable parameters; running statistics are none.

        Examples
        --------
        >>> from pellucid import nn
        >>> network = Network([nn.Dense(3), nn.BatchNormalization()])
        >>> network.n_parameters(network.init(0, in_features=2))  # 2 × 3 + 3 and 3 + 3
        15
        """
        return sum(
            leaf.size
            for own in params.values()
            for leaf_name, leaf in own.items()
            if is_trainable(leaf_name)
        )

    def describe(self, in_features: int | Shape) -> tuple[LayerSummary, ...]:
        """Describe the layers, one row each, for a table; nothing is drawn or computed.

        Examples
        --------
        >>> from pellucid import nn
        >>> for row in Network([nn.Dense(128, activation="relu"), nn.Dense(10)]).describe(784):
        ...     print(row.name, "|", row.layer, "|", row.arithmetic, "=", row.n_parameters)
        dense_1 | dense, relu | 784 × 128 + 128 = 100480
        dense_2 | dense, linear | 128 × 10 + 10 = 1290
        """
        rows = []
        before = _as_shape(in_features)
        for (name, layer), (own, shape) in zip(
            self._named_layers(), self._walk(in_features), strict=True
        ):
            arrays = [leaf for leaf_name, leaf in own.items() if is_trainable(leaf_name)]
            arrays.sort(key=len, reverse=True)  # the kernel before the bias
            arithmetic = " + ".join(" × ".join(map(str, array)) for array in arrays) or "0"
            family, activation = layer.family.replace("_", " "), getattr(layer, "activation", None)
            inner: tuple[LayerSummary, ...] = ()
            if (members := getattr(layer, "members", None)) is not None:
                inner = layer.network.describe(before)  # type: ignore[attr-defined]
                family = f"mean of {members} networks"
                arithmetic = f"{members} × {sum(row.n_parameters for row in inner):,}"
            rows.append(
                LayerSummary(
                    name=name,
                    layer=f"{family}, {activation}" if activation else family,
                    out_shape=shape,
                    arithmetic=arithmetic,
                    n_parameters=sum(map(count, arrays)),
                    inner=inner,
                )
            )
            before = shape
        return tuple(rows)

    def parameter_shapes(self, in_features: int | Shape) -> dict[str, dict[str, Shape]]:
        """Return the shape of every array of parameters; nothing is drawn.

        Examples
        --------
        >>> from pellucid import nn
        >>> Network([nn.Dense(3)]).parameter_shapes(2)
        {'dense_1': {'bias': (3,), 'kernel': (2, 3)}}
        """
        walked = zip(self.names, self._walk(in_features), strict=True)
        return {name: own for name, (own, _) in walked if own}

    def _walk(self, in_features: int | Shape) -> Iterator[tuple[dict[str, Shape], Shape]]:
        """Yield each layer's parameter shapes, and the shape of one example after it."""
        shape = _as_shape(in_features)
        for name, layer in self._named_layers():
            with _at(name):
                own = _shapes_of(layer, shape)
                shape = layer.out_shape(shape)
            yield dict(own), shape

    def to_dict(self) -> dict[str, Any]:
        """Return the network, without parameters, as JSON-ready data.

        Examples
        --------
        >>> from pellucid import nn
        >>> Network([nn.Reshape((2, 3), name="grid")]).to_dict()
        {'layers': [{'family': 'reshape', 'name': 'grid', 'shape': (2, 3)}]}
        """
        return {"layers": [layer.to_dict() for layer in self.layers]}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Network:
        """Make a network from what ``to_dict`` returned.

        Raises
        ------
        SettingError
            For unknown layer families, and settings unknown, missing or out of their limits.

        Examples
        --------
        >>> Network.from_dict({"layers": [{"family": "dropout", "rate": 0.5}]}).names
        ('dropout_1',)
        """
        if not isinstance(data.get("layers"), list | tuple):
            raise SettingError("The description of a network has no list of layers.")
        return cls([layer_from_dict(layer) for layer in data["layers"]])

    def _named_layers(self) -> Iterator[tuple[str, Layer]]:
        return zip(self.names, self.layers, strict=True)


def _as_shape(in_features: int | Shape) -> Shape:
    shape = tuple(in_features) if isinstance(in_features, tuple | list) else (in_features,)
    for length in shape:
        POSITIVE_WHOLE.check("in_features", length)
    return shape


@functools.lru_cache(maxsize=1_000)
def _shapes_of(layer: Layer, in_shape: Shape) -> tuple[tuple[str, Shape], ...]:
    """Return the shape of every array of a layer; to ask JAX takes some milliseconds."""
    start = functools.partial(layer.init, in_shape=in_shape, dtype=jnp.float32)
    key = jax.eval_shape(jax.random.key, 0)  # to make one takes a tenth of a second at first
    own = jax.eval_shape(start, key)
    return tuple((leaf, array.shape) for leaf, array in own.items())


def _as_batch(inputs: ArrayLike) -> jax.Array:
    batch = jnp.asarray(inputs)
    if batch.ndim < 2:
        raise DataError(
            f"The inputs have the shape {batch.shape}.",
            expected="a batch, (batch, in_features)",
            remedy="for one example x pass x[None, :], and take the first row of what comes out",
        )
    return batch


@contextmanager
def _at(name: str) -> Iterator[None]:
    """Say in an error which layer it comes from: a layer does not know what it is called."""
    try:
        yield
    except PellucidError as error:
        error.where = error.where or f"layer {name!r}"
        raise
