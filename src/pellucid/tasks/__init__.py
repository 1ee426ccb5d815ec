"""What a network is for: its output layer, its loss, its metrics, its answers.

One task a file. A new one is a subclass of :class:`Task` in a file of its own and a line in
``TASKS``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pellucid.errors import unknown_name
from pellucid.tasks.classification import Classification
from pellucid.tasks.clustering import Clustering
from pellucid.tasks.forecasting import Forecasting
from pellucid.tasks.multilabel import MultiLabel
from pellucid.tasks.regression import Regression
from pellucid.tasks.several import Several
from pellucid.tasks.task import Task

TASKS: dict[str, type[Task]] = {
    task.name: task
    for task in (Classification, Regression, MultiLabel, Several, Forecasting, Clustering)
}


def task_from_dict(saved: Mapping[str, Any]) -> Task:
    """Make a task again from what its ``to_dict`` returned; SettingError for an unknown one."""
    name = str(saved.get("name"))
    if name not in TASKS:
        raise unknown_name("task", name, TASKS)
    return TASKS[name].from_dict(saved)


__all__ = [
    "TASKS",
    "Classification",
    "Clustering",
    "Forecasting",
    "MultiLabel",
    "Regression",
    "Several",
    "Task",
    "task_from_dict",
]
