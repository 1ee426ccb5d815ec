"""Definitions of modules as text: those that some names need, and no others."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType


@dataclass(frozen=True)
class Definitions:
    """Parts of modules.

    Attributes
    ----------
    imports
        The import statements that the parts need, as they stand.
    parts
        Functions, classes and constants, in the order of the modules and within them.
    """

    imports: tuple[str, ...]
    parts: tuple[str, ...]


def definitions_of(modules: Sequence[ModuleType], names: Iterable[str]) -> Definitions:
    """Return what some names stand for in modules, and all that this needs in turn.

    Parameters
    ----------
    modules
        Modules of functions and constants alone, which know no name of each other twice.
    names
        The names to begin with, each defined in one of the modules.

    Raises
    ------
    KeyError
        For a name that is defined in none of them.

    Examples
    --------
    >>> from pellucid.sharing.script import layers
    >>> found = definitions_of([layers], ["relu"])
    >>> found.imports
    ('import numpy as np',)
    >>> [part.splitlines()[0] for part in found.parts]
    ['Array = np.ndarray', 'def relu(z: Array) -> Array:']
    """
    known: dict[str, str] = {}
    imported: dict[str, str] = {}
    uses: dict[str, set[str]] = {}
    for module in modules:
        text = inspect.getsource(module)
        for statement in ast.parse(text).body:
            into = imported if isinstance(statement, ast.Import | ast.ImportFrom) else known
            for name in _names(statement):
                own = _import(statement, name) or ast.get_source_segment(text, statement)
                into[name] = own or ""
                uses[name] = _used(statement)
    needed, waiting = set[str](), list(names)
    unknown = [name for name in waiting if name not in known]
    if unknown:
        raise KeyError(unknown[0])
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += uses[name] & uses.keys()
    return Definitions(
        tuple(dict.fromkeys(text for name, text in sorted(imported.items()) if name in needed)),
        tuple(dict.fromkeys(text for name, text in known.items() if name in needed)),
    )


def _names(statement: ast.stmt) -> Iterator[str]:
    """Yield what a statement of a module gives a name to."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Assign | ast.AnnAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        yield from (target.id for target in targets if isinstance(target, ast.Name))
    elif isinstance(statement, ast.Import) or (
        isinstance(statement, ast.ImportFrom) and statement.module != "__future__"
    ):
        yield from (alias.asname or alias.name for alias in statement.names)


def _import(statement: ast.stmt, name: str) -> str | None:
    """Write the import of one name alone; None for what is no import."""
    if isinstance(statement, ast.Import):
        alias = next(one for one in statement.names if (one.asname or one.name) == name)
        return ast.unparse(ast.Import([alias]))
    if isinstance(statement, ast.ImportFrom):
        alias = next(one for one in statement.names if (one.asname or one.name) == name)
        return ast.unparse(ast.ImportFrom(statement.module, [alias], statement.level))
    return None


def _used(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
