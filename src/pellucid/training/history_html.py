"""The history of a training in notebooks: curves, the best epoch, the numbers as a table."""

from __future__ import annotations

from pellucid.markup import Chart, Curve, Markup, chart_to_svg, element, framed
from pellucid.training.history import History, axis_number, chosen_rows, number_for, worded

_MOST_ROWS = 24


def history_to_html(history: History) -> str:
    """Return a history as HTML; of very many epochs, as many as can be told apart."""
    if not history:
        return framed(element("p", "A history of no epochs: nothing was trained yet."))
    n, best = len(history), history.best
    words = f"{n:,} epoch{'s' if n > 1 else ''}"
    if "seconds" in history[0]:
        words += f" in {sum(entry.get('seconds', 0.0) for entry in history):.1f} s"
    if best is not None:
        words += f"; the best on the validation rows was epoch {history.epochs[best]:,}"
    return framed(
        element("p", element("strong", "history of a training"), class_="title"),
        element("p", words, class_="soft"),
        curves_to_html(history, with_rate=True),
        table_to_html(history),
    )


def curves_to_html(history: History, *, with_rate: bool = False) -> Markup:
    """Draw the losses and the main metric, beside each other where there is room.

    Parameters
    ----------
    history
        At least one epoch.
    with_rate
        Whether the learning rate is drawn as well.
    """
    epochs, best = history.epochs, history.best
    mark = None if best is None else (best, f"best: epoch {epochs[best]:,}")
    losses = [Curve("training", history.curve("loss"))]
    if history.is_validated:
        losses.append(Curve("validation", history.curve("validation_loss"), look=1))
    charts = [Chart("loss", "epoch", epochs, tuple(losses), mark=mark, may_be_logarithmic=True)]
    if (main := history.main_metric) is not None:
        curve = Curve("validation", history.curve(main), look=1)
        charts.append(
            Chart(
                worded(main), "epoch", epochs, (curve,),
                write=lambda number: number_for(main, number),
                axis=lambda number: axis_number(main, number), mark=mark,
            )
        )  # fmt: skip
    if with_rate and any("learning_rate" in entry for entry in history):
        rates = Curve("", history.curve("learning_rate"))
        charts.append(Chart("learning rate", "epoch", epochs, (rates,)))
    return element("div", *map(chart_to_svg, charts), class_="charts")


def table_to_html(history: History) -> Markup:
    """Write the numbers as a folded table; of many epochs some, the best among them."""
    places, best = chosen_rows(history, _MOST_ROWS), history.best
    names = history.columns()
    curves = {name: history.curve(name) for name in names}
    headings = [element("th", word, class_="number") for word in ("epoch", *names.values())]
    rows = [
        element(
            "tr",
            element("th", f"{history.epochs[place]:,}", class_="number"),
            *[element("td", number_for(name, curves[name][place]), class_="number")
              for name in names],
            element("td", "best") if place == best else None,
        )
        for place in places
    ]  # fmt: skip
    n = len(history)
    some = "" if len(places) == n else f", {len(places)} of {n:,} epochs"
    return element(
        "details",
        element("summary", f"The numbers{some}"),
        element("table", element("thead", element("tr", *headings)), element("tbody", *rows)),
    )
