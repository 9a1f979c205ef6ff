"""`./bina test` runs what was asked for and sums up; `./bina check` names each gate, its seconds and the way out."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

from bina.doors.cli import check
from bina.doors.cli import test as testing
from bina.doors.cli.refusal import Refused


def test_a_file_is_one_quick_run_a_folder_and_all_are_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(testing.ROOT)
    single = testing.phases(["tests/test_conftest.py::test_nobody_else_is_called"])
    assert single == [[f"{testing.ROOT}/tests/test_conftest.py::test_nobody_else_is_called", "-p", "no:xdist"]]
    for paths in ([], ["tests/ground"]):
        parallel, alone = testing.phases(paths)
        assert "not (browser or faults)" in parallel
        assert "-n" in parallel
        assert "browser or faults" in alone
        assert "-n" not in alone


def test_the_last_line_is_pytests_own_over_all_runs(tmp_path: Path) -> None:
    counts = tmp_path / "counts"
    counts.write_text("passed=300 failed=1 skipped=2 deselected=9\npassed=9 failed=0 skipped=0 deselected=300\n")
    numbers = testing.summed(counts)
    assert numbers == Counter(passed=309, failed=1, skipped=2)
    line = testing.summary(numbers, 12.345)
    assert (
        " 1 failed, 309 passed, 2 skipped in 12.35s " in line or " 1 failed, 309 passed, 2 skipped in 12.34s " in line
    )
    assert line.startswith("===")
    assert "no tests ran" in testing.summary(Counter(), 0)


@pytest.mark.parametrize(
    ("codes", "code"), [([0, 0], 0), ([0, 5], 0), ([5, 0], 0), ([5, 5], 5), ([1, 0], 1), ([0, 3], 3), ([5], 5)]
)
def test_no_test_at_all_is_no_success_and_a_failure_is_one(codes: list[int], code: int) -> None:
    assert testing.verdict(codes) == code


@pytest.mark.parametrize(("argv", "code"), [(["-k", "sizes_follow"], 0), (["-k", "no_such_test"], 5)])
def test_the_exit_code_is_pytests(monkeypatch: pytest.MonkeyPatch, argv: list[str], code: int) -> None:
    monkeypatch.chdir(testing.ROOT)
    assert testing.run(["tests/test_conftest.py", *argv]) == code


def gate(name: str, code: str) -> check.Gate:
    return check.Gate(name, (sys.executable, "-c", code), f"way out of {name}")


def test_every_gate_is_shown_and_a_shut_one_with_the_way_out() -> None:
    results = [check.attempt(gate("open", "print('fine')")), check.attempt(gate("shut", "print('wrong'); exit(1)"))]
    assert [result.passed for result in results] == [True, False]
    said = check.report(results)
    assert "wrong" in said
    assert "fine" not in said
    assert "way out of shut" in said
    assert "way out of open" not in said
    assert said.splitlines()[-1] == "1 of 2 gates are shut."
    assert check.report(results[:1]).splitlines()[-1] == "All 1 gates are open."


def test_a_gate_that_does_not_exist_is_refused_with_the_list() -> None:
    with pytest.raises(Refused, match="guards, types, lint"):
        check.run(["heaven"])


def test_each_gate_says_what_to_do() -> None:
    assert all(g.do and g.command for g in check.GATES)
    assert len({g.name for g in check.GATES}) == len(check.GATES)
