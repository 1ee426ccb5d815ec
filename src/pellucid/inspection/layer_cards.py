"""The layers of a network as cards: shapes, and the arithmetic of their parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.markup import Markup, element, join, section, within

if TYPE_CHECKING:
    from pellucid.model import TrainedModel
    from pellucid.nn import Layer
    from pellucid.nn.views import LayerSummary

_BYTES = 5_000
_MOST_NAMES = 5
_LONGEST_NAME = 24
# Seen only where a page takes the stylesheet away.
_BREAK = element("br")


def layers_to_html(model: TrainedModel) -> Markup:
    """Draw the network: its inputs, then a card for each layer, in order."""
    summaries = model.network.describe(model.encoding.in_features)
    total = sum(row.n_parameters for row in summaries)
    cards = []
    shape: tuple[int, ...] = (model.encoding.in_features,)
    last = len(summaries) - 1
    for place, (row, layer) in enumerate(zip(summaries, model.network.layers, strict=True)):
        names = _names(model.task.output_names) if place == last else None
        cards.append(_card(row, layer, shape, total, names))
        shape = row.out_shape
    shown = [_inputs(model), *within(cards[:-1], _BYTES)]
    if (left := len(cards) - len(shown)) > 0:
        shown.append(element("li", f"{left:,} more layers", class_="quiet"))
    head = section("The network", f"{total:,} parameters")
    return join([head, element("ol", *shown, *cards[-1:], class_="layers")])


def _inputs(model: TrainedModel) -> Markup:
    encoding = model.encoding
    columns = [
        f"{_cut(block.column)} {_sizes(block.shape)}" if block.shape else _cut(block.column)
        for block in encoding.blocks[:_MOST_NAMES]
    ]
    if (left := len(encoding.blocks) - _MOST_NAMES) > 0:
        columns.append(f"{left:,} more columns")
    return element(
        "li",
        element("strong", "inputs"),
        _BREAK,
        element("span", f"{encoding.in_features:,} features"),
        _BREAK,
        element("span", ", ".join(columns), class_="soft small"),
        class_="plain",
    )


def _card(
    row: LayerSummary, layer: Layer, shape: tuple[int, ...], total: int, names: str | None
) -> Markup:
    rate = getattr(layer, "rate", None)
    family = row.layer if rate is None else f"{row.layer} {rate:.4g}"
    if not row.n_parameters:
        words: list[Markup] = [_BREAK, element("span", family, class_="soft")]
        if row.out_shape != shape:
            words += [_BREAK, element("span", f"{_sizes(shape)} → {_sizes(row.out_shape)}")]
        return element("li", element("strong", row.name), *words, class_="quiet")
    width = 100 * row.n_parameters / total
    return element(
        "li",
        element("strong", row.name),
        _BREAK,
        element("span", family, class_="soft"),
        _BREAK,
        element("span", f"{_sizes(shape)} → {_sizes(row.out_shape)}"),
        _BREAK,
        element("span", f"{row.arithmetic} = {row.n_parameters:,}", class_="soft small"),
        None if names is None else join([_BREAK, element("span", names, class_="soft small")]),
        element("span", class_="push"),
        element(
            "div",
            style=f"width:{width:.1f}%",
            class_="share",
            title=f"{width:.1f} % of all parameters",
        ),
    )


def _names(names: list[str]) -> str:
    shown = ", ".join(map(_cut, names[:_MOST_NAMES]))
    left = len(names) - _MOST_NAMES
    return shown + (f" and {left:,} more" if left > 0 else "")


def _sizes(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{size:,}" for size in shape)


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
