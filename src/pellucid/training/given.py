"""Settings put together as a person gives them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pellucid.errors import SettingError
from pellucid.training.config import Config


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
