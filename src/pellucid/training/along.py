"""What convolutions and networks that go step by step share: both look along something."""

from __future__ import annotations

from pellucid.errors import SettingError
from pellucid.tasks import TASKS
from pellucid.training.config import Config
from pellucid.training.sizes import FEW_ROWS, MANY_ROWS

TASKS_OF_ROWS = tuple(name for name in TASKS if name not in ("forecasting", "clustering"))


def batch_size_along(config: Config, n_train: int) -> int:
    """Return the batch size as set, or one that gives few rows many steps."""
    if config.batch_size is not None:
        return config.batch_size
    for rows, size in ((FEW_ROWS, 16), (MANY_ROWS, 64)):
        if n_train < rows:
            return size
    return 128


def refuse_settings_of_dense(config: Config, normalization: str, why: str) -> None:
    """Refuse what is made for dense layers alone.

    Parameters
    ----------
    config
        What was set.
    normalization
        The only one that such a network has, as the setting names it.
    why
        Words for that.

    Raises
    ------
    SettingError
        Where another normalisation, or waves beside numbers, are asked for.
    """
    if config.normalization not in (None, normalization):
        raise SettingError(
            why,
            where=f"normalization (--normalization) {config.normalization}",
            remedy="leave --normalization out, or give --network dense",
        )
    if config.embedding not in (None, "none"):
        raise SettingError(
            "Waves beside numbers are made for dense networks.",
            where=f"embedding (--embedding) {config.embedding}",
            remedy="leave --embedding out, or give --network dense",
        )
