"""Taking a model elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from pellucid.studio.messages.session import Problem


@dataclass(frozen=True)
class SharedForm:
    """A form that a model can be taken elsewhere in.

    ``file`` is what it is called; ``holds_rows`` whether rows of the data are in it, unless they
    are left out; ``problem`` why the model cannot be brought into it; ``command`` what writes the
    same in a terminal, where the model lies in a run of the working folder.
    """

    form: str
    file: str
    holds_rows: bool
    problem: Problem | None
    command: str | None


@dataclass(frozen=True)
class Shares:
    """All forms."""

    forms: list[SharedForm]
