"""The commands, as a person at a terminal sees them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from tests.cli.helpers import COMMAND, pellucid

QUICK = ("--hidden", "8", "--epochs", "8")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which iris was trained into runs/iris-1."""
    folder = tmp_path_factory.mktemp("trained")
    result = pellucid("train", "iris", *QUICK, "--json", cwd=folder)
    assert result.status == 0, result.err
    (folder / "report.json").write_text(result.out)
    return folder


def test_train_prints_one_json_object_and_everything_else_on_standard_error(trained: Path) -> None:
    lines = (trained / "report.json").read_text().splitlines()
    assert len(lines) == 1
    report = json.loads(lines[0])
    assert report["run"] == "runs/iris-1"
    assert (trained / report["model"]).is_file()
    assert report["seconds"]["total"] >= report["seconds"]["train"]


def test_train_tells_a_person_what_it_does_and_what_came_out(tmp_path: Path) -> None:
    result = pellucid("train", "iris", *QUICK, cwd=tmp_path)
    assert result.status == 0
    assert result.out == ""
    for words in (
        "classification of species", "4 × 8 + 8 = 40", "epoch", "trivial predictor", "accuracy",
        "pellucid predict runs/iris-1/model.pellucid",
    ):  # fmt: skip
        assert words in result.err


def test_quiet_says_nothing(tmp_path: Path) -> None:
    result = pellucid("train", "iris", *QUICK, "--quiet", cwd=tmp_path)
    assert (result.status, result.out, result.err) == (0, "", "")


def test_predict_writes_csv_with_the_persons_own_values(trained: Path) -> None:
    result = pellucid("predict", "runs/iris-1", "iris", cwd=trained)
    answers = pl.read_csv(result.out.encode())
    assert answers.columns == [
        "prediction", "probability_setosa", "probability_versicolor", "probability_virginica",
    ]  # fmt: skip
    assert answers.height == 150
    assert set(answers["prediction"]) <= {"setosa", "versicolor", "virginica"}


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("a.csv", pl.read_csv),
        ("a.parquet", pl.read_parquet),
        pytest.param(
            "a.tsv", lambda path: pl.read_csv(path, separator="\t"), marks=pytest.mark.slow
        ),
        pytest.param("a.jsonl", pl.read_ndjson, marks=pytest.mark.slow),
    ],
)
def test_predictions_go_into_a_file_that_is_never_replaced_unasked(
    trained: Path, name: str, read
) -> None:
    result = pellucid("predict", "runs/iris-1", "iris", "-o", name, "--json", cwd=trained)
    assert result.json["n"] == 150
    assert read(trained / name).height == 150
    before = (trained / name).read_bytes()
    (trained / name).write_bytes(b"mine")
    again = pellucid("predict", "runs/iris-1", "iris", "-o", name, cwd=trained)
    assert again.status == 2
    assert "nothing was overwritten" in again.err
    assert (trained / name).read_bytes() == b"mine"
    forced = pellucid("predict", "runs/iris-1", "iris", "-o", name, "--force", cwd=trained)
    assert forced.status == 0
    assert (trained / name).read_bytes() == before


def test_evaluate_measures_and_compares_with_the_trivial_predictor(trained: Path) -> None:
    result = pellucid("evaluate", "runs/iris-1/model.pellucid", "iris", "--json", cwd=trained)
    assert result.json["n"] == 150
    assert result.json["baseline"]["accuracy"] == pytest.approx(1 / 3)
    assert set(result.json["metrics"]) >= {"accuracy", "loss"}


def test_data_shows_the_contract(tmp_path: Path) -> None:
    shown = pellucid("data", "iris", cwd=tmp_path)
    assert "classification" in shown.out
    assert "petal width (cm)" in shown.out
    as_json = pellucid("data", "iris", "--json", cwd=tmp_path).json
    assert as_json["target"] == "species"
    assert [column["kind"] for column in as_json["columns"]].count("number") == 4
    listed = pellucid("data", "--list", "--json", cwd=tmp_path).json
    assert {"digits", "digits-8x8", "fashion", "iris", "wine", "breast-cancer", "diabetes"} == {
        info["name"] for info in listed["sources"]
    }


def test_doctor_finds_this_machine_fit(tmp_path: Path) -> None:
    result = pellucid("doctor", "--json", cwd=tmp_path)
    assert result.status == 0
    assert result.json["fit"] is True
    assert {"python", "jax", "processor", "threads"} <= set(result.json["conditions"])


def test_the_printed_config_says_why_and_repeats_the_run(trained: Path) -> None:
    printed = pellucid("train", "iris", *QUICK, "--print-config", cwd=trained)
    assert printed.status == 0
    assert "# " in printed.out.splitlines()[-2]
    (trained / "mine.yaml").write_text(printed.out)
    first = json.loads((trained / "report.json").read_text())
    again = pellucid("train", "--config", "mine.yaml", "--json", "--quiet", cwd=trained)
    assert again.json["metrics"] == first["metrics"]
    assert again.json["run"] != first["run"]


def test_flags_overrule_the_config(trained: Path) -> None:
    (trained / "base.yaml").write_text("source: iris\nepochs: 3\nhidden: [4]\n")
    flags = ("--config", "base.yaml", "--epochs", "2", "--json", "--quiet")
    report = pellucid("train", *flags, cwd=trained).json
    assert report["epochs"] == 2
    assert report["n_parameters"] == 4 * 4 + 4 + 4 * 3 + 3


def test_a_finished_run_can_be_resumed_for_its_report(trained: Path) -> None:
    first = json.loads((trained / "report.json").read_text())
    resumed = pellucid("train", "--resume", "runs/iris-1", "--json", cwd=trained)
    assert resumed.status == 0
    assert resumed.json == first
    assert "was finished already" in resumed.err


@pytest.fixture
def heard_interrupts() -> Iterator[None]:
    """Let what a test starts hear Ctrl-C, though commands in a shell's background ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard_interrupts")
@pytest.mark.parametrize(
    "sent", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)]
)
def test_an_interrupted_training_is_kept_and_goes_on(tmp_path: Path, sent: signal.Signals) -> None:
    command = [*COMMAND, "train", "digits-8x8", "--hidden", "32", "--epochs", "150", "--json"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    events = tmp_path / "runs/digits-8x8-1/events.jsonl"
    _wait_for(lambda: events.is_file() and events.read_text().count("\n") >= 3)
    process.send_signal(sent)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert out == ""
    assert "pellucid train --resume runs/digits-8x8-1" in err
    assert "Traceback" not in err
    assert list((tmp_path / "runs/digits-8x8-1/checkpoints").iterdir())
    resumed = pellucid("train", "--resume", "runs/digits-8x8-1", "--json", cwd=tmp_path)
    assert resumed.status == 0
    whole = pellucid(*command[3:], cwd=tmp_path)
    assert resumed.json["metrics"] == whole.json["metrics"]


def test_ctrl_c_while_flags_are_read_is_not_lost(tmp_path: Path) -> None:
    """Typer reads them by a compiled library, which would print the interrupt and go on."""
    program = (
        "import os, signal, sys; from pellucid.cli import app; make = app.make_app; "
        "signal.signal(signal.SIGINT, signal.default_int_handler); "
        "app.make_app = lambda: (os.kill(os.getpid(), signal.SIGINT), make())[1]; "
        "sys.exit(app.run(['train', 'iris', '--epochs', '2']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 130, done.stderr
    assert "nothing was written" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="there is no /proc/PID/maps here")
@pytest.mark.usefixtures("heard_interrupts")
def test_ctrl_c_while_starting_leaves_nothing_half_written(tmp_path: Path) -> None:
    """Wherever in the imports, the data or the compilation it arrives; not while Python starts."""
    for delay in (0.0, 0.6, 1.2, 1.8):
        process = subprocess.Popen(
            [*COMMAND, "train", "iris", "--epochs", "100000", "--seed", str(int(delay * 100))],
            cwd=tmp_path,
            stderr=subprocess.PIPE,
            text=True,
        )
        _wait_for(lambda process=process: _loads_libraries(process))
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 130, (delay, err)
        # Caught before the first library was loaded: within some, JAX's among them, it is lost.
        assert "nothing was written" in err or "pellucid train --resume" in err, (delay, err)
        assert "Traceback" not in err, (delay, err)
    for folder in (tmp_path / "runs").glob("*"):
        assert not (folder / "model.pellucid").exists()
        assert (folder / "config.yaml").is_file()
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="there is no /proc/PID/maps here")
@pytest.mark.usefixtures("heard_interrupts")
@pytest.mark.parametrize("delay", [0.0, 0.4])
@pytest.mark.parametrize("command", ["predict", "evaluate", "explain"])
def test_ctrl_c_while_libraries_load_ends_a_command(
    trained: Path, command: str, delay: float
) -> None:
    process = subprocess.Popen(
        [*COMMAND, command, "runs/iris-1", "iris"],
        cwd=trained,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    _wait_for(lambda: _loads_libraries(process))
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    # With the delay, a quick machine may have answered before.
    assert process.returncode in ({0, 130, -signal.SIGINT} if delay else {130, -signal.SIGINT}), err
    assert "Traceback" not in err


def _loads_libraries(process: subprocess.Popen[str]) -> bool:
    """Tell whether a process has begun to load compiled libraries: while Python starts, none."""
    return "numpy" in Path(f"/proc/{process.pid}/maps").read_text()


def test_help_and_import_are_quick_to_load_because_they_load_no_engine() -> None:
    heavy = "jax", "polars", "sklearn", "optax", "numpy"
    for program in (
        "import pellucid, pellucid.errors",
        "from pellucid.cli.app import run; run(['--help'])",
        "from pellucid.cli.app import run; run(['train', '--help'])",
    ):
        check = f"{program}\nimport sys; print([m for m in {heavy} if m in sys.modules])"
        done = subprocess.run(
            [sys.executable, "-c", check], capture_output=True, text=True, check=True
        )
        assert done.stdout.splitlines()[-1] == "[]", program


def test_every_setting_has_its_flag(tmp_path: Path) -> None:
    shown = pellucid("train", "--help", cwd=tmp_path).out
    from pellucid.cli.options import flag_of
    from pellucid.training.config import Config
    from pellucid.training.settings import settings_of

    for name, setting in settings_of(Config).items():
        if name != "source":
            assert flag_of(name, setting) in shown


def test_a_reader_that_goes_away_is_no_error(trained: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m pellucid predict runs/iris-1 iris | head -n 1"],
        check=True,
        cwd=trained,
        env=dict(os.environ),
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith("prediction,")
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def _wait_for(condition, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)
