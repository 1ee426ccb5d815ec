"""All that can be asked of the studio, in one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pellucid.studio.answers import (
    alike,
    comparing,
    data,
    examples,
    lab,
    models,
    planning,
    predicting,
    projecting,
    runs,
    session,
    sharing,
    tensors,
    testing,
    tracing,
    units,
    vectors,
    weights,
    why,
)
from pellucid.studio.asked import Asked
from pellucid.studio.studio import Studio


@dataclass(frozen=True)
class Way:
    """One thing that can be asked.

    Attributes
    ----------
    method, path
        Of the request; names in braces are the answer's ``asked.path``.
    answer
        Returns a message, which is sent as JSON, or `Bytes`. What it raises of `pellucid.errors`
        becomes an answer that says what was wrong. It is called in a thread.
    """

    method: str
    path: str
    answer: Callable[[Studio, Asked], Any]


_MODEL = "/api/models/{model}"
_RUN = "/api/runs/{run}"

WAYS: tuple[Way, ...] = (
    Way("GET", "/api/session", session.session),
    Way("GET", _MODEL, models.describe),
    Way("GET", f"{_MODEL}/examples", examples.examples),
    Way("GET", f"{_MODEL}/picture", examples.picture),
    Way("GET", f"{_MODEL}/sound", examples.sound),
    Way("POST", f"{_MODEL}/trace", tracing.trace),
    Way("GET", f"{_MODEL}/trace/{{layer}}/{{name}}", tracing.trace_frame),
    Way("GET", f"{_MODEL}/tensors/{{layer}}/{{name}}", tensors.tensor),
    Way("GET", f"{_MODEL}/units/{{layer}}/{{unit}}", units.unit),
    Way("GET", f"{_MODEL}/vectors/{{layer}}", vectors.vectors),
    Way("POST", f"{_MODEL}/weight", weights.weight),
    Way("POST", f"{_MODEL}/predict", predicting.predict),
    Way("POST", f"{_MODEL}/decode", predicting.decode),
    Way("POST", f"{_MODEL}/why", why.why),
    Way("GET", f"{_MODEL}/test", testing.test),
    Way("GET", f"{_MODEL}/projection", projecting.projection),
    Way("POST", f"{_MODEL}/nearest", alike.nearest),
    Way("POST", f"{_MODEL}/changes", alike.changes),
    Way("POST", f"{_MODEL}/lab", lab.lab),
    Way("POST", f"{_MODEL}/lab/pruning", lab.pruning),
    Way("POST", f"{_MODEL}/lab/retraining", lab.retrain),
    Way("GET", f"{_MODEL}/lab/retraining", lab.retraining),
    Way("POST", f"{_MODEL}/lab/retraining/stop", lab.stop_retraining),
    Way("POST", f"{_MODEL}/lab/save", lab.save),
    Way("GET", f"{_MODEL}/share", sharing.shares),
    Way("GET", f"{_MODEL}/share/{{form}}", sharing.write),
    Way("GET", "/api/sources", data.sources),
    Way("POST", "/api/data", data.data),
    Way("POST", "/api/plan", planning.plan),
    Way("GET", "/api/runs", runs.runs),
    Way("POST", "/api/runs", runs.start),
    Way("GET", _RUN, runs.run),
    Way("GET", f"{_RUN}/timeline", runs.timeline),
    Way("GET", f"{_RUN}/histograms", runs.histograms),
    Way("POST", f"{_RUN}/command", runs.command),
    Way("POST", f"{_RUN}/branch", runs.branch),
    Way("POST", f"{_RUN}/look", runs.look),
    Way("GET", "/api/compare", comparing.compare),
)
