"""Every example in a docstring gives what it says."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import pellucid


def modules_with_examples() -> list[str]:
    """List the modules whose source holds an example; nothing is imported yet."""
    root = Path(pellucid.__file__).parent
    folders = [root, *(path.parent for path in root.rglob("*/__init__.py"))]
    found = []
    for folder in sorted(folders):
        package = ".".join(["pellucid", *folder.relative_to(root).parts])
        if ">>>" in (folder / "__init__.py").read_text(encoding="utf-8"):
            found.append(package)
        for module in pkgutil.iter_modules([str(folder)]):
            path = folder / f"{module.name}.py"
            if path.is_file() and ">>>" in path.read_text(encoding="utf-8"):
                found.append(f"{package}.{module.name}")
    return found


@pytest.mark.parametrize("name", modules_with_examples())
def test_the_examples_of_a_module_hold(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert tried > 0, "the examples were not found: are they in a docstring?"
    assert failed == 0, "see the captured output"
    assert not list(tmp_path.iterdir()), "an example leaves files behind"


def test_examples_are_looked_for_in_all_rooms():
    rooms = {name.split(".")[1] for name in modules_with_examples()}
    assert rooms >= {"api", "data", "errors", "losses", "metrics", "nn", "optimizers", "training"}
