"""The table of commands: each explains itself, and what is refused is refused with words."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import util
from pathlib import Path

import pytest

from bina.doors.cli import figures, main
from bina.doors.cli.main import COMMANDS, Command

SRC = Path(__file__).resolve().parents[3] / "src"
PRESENT = [c for c in COMMANDS if not c.hidden and util.find_spec(c.where.split(":")[0])]


def test_alone_it_lists_every_command_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main([]) == main.DONE
    lines = capsys.readouterr().out.splitlines()
    for command in COMMANDS:
        listed = [line for line in lines if line.split()[:1] == [command.name]]
        assert len(listed) == (0 if command.hidden else 1), command.name


def test_the_list_needs_nothing_but_python() -> None:
    """Before any set-up there are no packages: -S leaves those of this environment out."""
    done = subprocess.run(
        [sys.executable, "-S", "-m", "bina"], env={"PYTHONPATH": str(SRC)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "./bina COMMAND --help" in done.stdout


@pytest.mark.parametrize("command", PRESENT, ids=lambda c: c.name)
def test_each_command_explains_itself_without_a_database(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main.main([command.name, "--help"])
    assert left.value.code == 0
    assert "usage:" in capsys.readouterr().out


MISSING = [c for c in COMMANDS if not util.find_spec(c.where.split(":")[0])]


@pytest.mark.parametrize("command", MISSING, ids=lambda c: c.name)
def test_a_command_of_another_version_is_refused(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main([command.name, "--help"]) == main.REFUSED
    assert "not part of this version" in capsys.readouterr().err


def test_an_unknown_command_gets_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["polka"]) == main.REFUSED
    said = capsys.readouterr().err
    assert "no command «polka»" in said
    assert "demo" in said


def test_home_is_taken_out_before_a_command_sees_its_arguments() -> None:
    assert main._home(["DIR", "--home", "/a b", "--json"]) == ("/a b", ["DIR", "--json"])
    assert main._home(["--home=/x"]) == ("/x", [])


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bina", "config"], capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(SRC), "BINA_HOME": str(tmp_path), "BINA_PORT": "99999"},
    )  # fmt: skip
    assert done.returncode == main.REFUSED
    assert "BINA_PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_figures_read_the_same_for_people_and_machines(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [figures.Figure("register", 1500.5, "1/s", limit=3000, ratio=0.5), figures.Figure("city", "Mashhad")]
    figures.show(rows, as_json=True)
    read = json.loads(capsys.readouterr().out)
    assert [set(row) for row in read] == [{"name", "value", "unit", "limit", "ratio", "note"}] * 2
    assert (read[0]["value"], read[0]["ratio"]) == (1500.5, 0.5)
    figures.show(rows, as_json=False)
    assert "register  1,500.5 1/s  (limit 3000, ratio 0.50)" in capsys.readouterr().out
