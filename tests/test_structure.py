"""How the project is put together: rooms, public names, versions, requirements."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import pellucid

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "pellucid"
MODULES = sorted(SOURCE.rglob("*.py"))
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))
LONGEST_FILE = 450


def in_a_new_process(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,  # the assertion below shows what was printed
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def tracked_files() -> list[Path]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no checkout, so there is no list of tracked files")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def package_name(requirement: str) -> str:
    """Return the name a requirement begins with, in the form in which names are compared."""
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match, requirement
    return re.sub(r"[-_.]+", "-", match[0]).lower()


def test_a_room_imports_only_from_the_rooms_below_it():
    in_a_new_process(
        "import sys; from importlinter.cli import lint_imports; "
        "sys.exit(lint_imports(config_filename='pyproject.toml', no_cache=True))"
    )


def test_importing_pellucid_loads_none_of_the_heavy_libraries():
    heavy = "jax", "optax", "numpy", "polars", "sklearn", "scipy", "safetensors", "typer", "rich"
    program = f"import sys, pellucid; print([name for name in {heavy} if name in sys.modules])"
    assert in_a_new_process(program).strip() == "[]"


@pytest.mark.parametrize("name", pellucid.__all__)
def test_a_public_name_can_be_had_and_says_what_it_is(name):
    value = getattr(pellucid, name)
    if name != "__version__":
        assert (value.__doc__ or "").strip(), f"pellucid.{name} has no docstring"


def test_the_public_names_are_written_down_once_and_alike():
    assert dir(pellucid) == sorted(pellucid.__all__)
    assert len(set(pellucid.__all__)) == len(pellucid.__all__)
    tree = ast.parse((SOURCE / "__init__.py").read_text(encoding="utf-8"))
    for_type_checkers = {
        alias.asname or alias.name
        for branch in tree.body
        if isinstance(branch, ast.If)
        for statement in branch.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }
    assert for_type_checkers | {"__version__"} == set(pellucid.__all__)


def test_a_name_that_is_not_public_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'tain'"):
        _ = pellucid.tain


def test_the_version_is_the_newest_one_in_the_changelog():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[(\d[^\]]*)\] - (\d{4}-\d{2}-\d{2})$", changelog, re.MULTILINE)
    assert released, "no heading such as ## [1.2.3] - 2026-01-31"
    assert released[0][0] == pellucid.__version__
    dates = [date for _, date in released]
    assert dates == sorted(dates, reverse=True)


def test_every_module_says_what_it_is_for():
    silent = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent in ([], ["src/pellucid/_version.py"])


def test_every_folder_of_modules_is_a_package():
    folders = {path.parent for path in MODULES}
    assert not [str(folder) for folder in folders if not (folder / "__init__.py").is_file()]


def test_no_file_is_longer_than_a_person_reads_at_once():
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in MODULES
    }
    assert not {name: n for name, n in lengths.items() if n > LONGEST_FILE}


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_pinned_requirements_are_versions_and_nothing_else(path):
    """No addresses of package indexes, no options, no paths: the person's own apply."""
    lines = [line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines()]
    pinned = re.compile(r"[A-Za-z0-9._-]+(\[[a-z0-9,_-]+\])?==[A-Za-z0-9.!+_-]+( *;.*)?")
    assert not [line for line in lines if line and not pinned.fullmatch(line)]


@pytest.mark.parametrize("name", ["core.txt", "dev.txt"])
def test_every_runtime_dependency_is_pinned(name):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {package_name(dependency) for dependency in project["dependencies"]}
    lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    assert needed <= {package_name(line) for line in lines if line and not line.startswith("#")}


def test_every_development_dependency_is_pinned():
    folder = ROOT / "requirements"
    wanted = (folder / "dev.in").read_text(encoding="utf-8").splitlines()
    pinned = (folder / "dev.txt").read_text(encoding="utf-8").splitlines()
    names = {package_name(line) for line in wanted if line and not line.startswith("#")}
    assert names <= {package_name(line) for line in pinned if line}


def test_no_tracked_file_knows_a_persons_machine_or_a_package_index():
    # Put together here, so that this file does not hold what it looks for.
    homes = r"/(?:home|Users)/[a-z][\w.-]*/|(?<![\w.])/(?:root)/|[A-Z]:\\Users\\"
    indexes = r"https?://(?:files\.pythonhosted|pypi|registry\.npmjs)"
    pattern = re.compile(f"{homes}|{indexes}".encode())
    found = {
        str(path.relative_to(ROOT)): match[0].decode()
        for path in tracked_files()
        if (match := pattern.search(path.read_bytes()))
    }
    assert not found


def test_nothing_that_is_made_by_running_is_tracked():
    made = {"runs", "__pycache__", ".venv", "dist", "build"}
    assert not [path for path in tracked_files() if made & set(path.relative_to(ROOT).parts)]
