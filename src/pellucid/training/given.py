"""Settings put together as a person gives them, and data given once more."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pellucid.errors import ModelFileError, SettingError
from pellucid.training.config import IN_MEMORY, Config


def make_config(source: Any, config: str | Path | None, settings: Mapping[str, Any]) -> Config:
    """Put settings together: those of a file, overruled by those given."""
    base: dict[str, Any] = {}
    if config is not None:
        path = Path(config).expanduser()
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            refusal = error.strerror if isinstance(error, OSError) else None
            reason = refusal.lower() if refusal else "it is not text in UTF-8"
            raise SettingError(
                f"The configuration {path} cannot be read: {reason}.",
                expected="a config.yaml as --print-config prints it, in UTF-8",
                remedy="give another file; pellucid train SOURCE --print-config prints one",
            ) from error
        base = Config.from_yaml(text, str(path)).set_values()
    given = {name: value for name, value in settings.items() if value is not None}
    if source is not None:
        given["source"] = source
    return Config.make(**{**base, **given})


def given_again(config: Config, source: Any, test: Any, *, where: Path, call: str) -> Config:
    """Return recorded settings, with the data that was given in memory, once more.

    Parameters
    ----------
    config
        As recorded.
    source, test
        The data; None where it is not given again.
    where
        The folder of the run or search.
    call
        How it is given in Python, up to the data: ``pellucid.branch('runs/a'``.

    Raises
    ------
    ModelFileError
        Where data that was given in memory is not given again.
    """
    given = {"source": source, "test": test}
    config = config.replace(**{name: data for name, data in given.items() if data is not None})
    # Frames answer a comparison with another frame, so texts alone are compared.
    now = {name: getattr(config, name) for name in given}
    missing = [name for name in now if isinstance(now[name], str) and now[name] == IN_MEMORY]
    if missing:
        data = ", ".join(f"{name}=data" for name in missing)
        raise ModelFileError(
            f"The data of {where} was given in memory, not as a file.",
            expected="the same data once more, which only Python can give",
            remedy=f"in Python: {call}, {data})",
        )
    return config
