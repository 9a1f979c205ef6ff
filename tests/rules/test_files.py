"""Every rule about files holds for every file, and is proven by samples that break it."""

from __future__ import annotations

import pytest

from tests.rules import code_rules, page_rules, text_rules
from tests.rules.engine import Rule, files

RULES = (*code_rules.RULES, *page_rules.RULES, *text_rules.RULES)
BAD = [pytest.param(r, s, id=f"{r.name} [{n}]") for r in RULES for n, s in enumerate(r.bad)]
GOOD = [pytest.param(r, s, id=f"{r.name} [{n}]") for r in RULES for n, s in enumerate(r.good)]


@pytest.fixture(scope="session")
def project() -> list[tuple[str, str]]:
    return list(files())


@pytest.mark.parametrize("rule", RULES, ids=[r.name for r in RULES])
def test_rule_holds(rule: Rule, project: list[tuple[str, str]]) -> None:
    broken = [line for path, text in project for line in rule.broken_by(path, text)]
    if broken:
        pytest.fail(f"{rule.name}:\n" + "\n".join(broken), pytrace=False)


@pytest.mark.parametrize(("rule", "sample"), BAD)
def test_bad_sample_is_caught(rule: Rule, sample: tuple[str, str]) -> None:
    found = rule.broken_by(*sample)
    assert found, f"«{rule.name}» does not see {sample}"
    assert all(rule.do in line and sample[0] in line for line in found)


@pytest.mark.parametrize(("rule", "sample"), GOOD)
def test_good_sample_passes(rule: Rule, sample: tuple[str, str]) -> None:
    assert rule.broken_by(*sample) == []


def test_the_rules_see_the_project(project: list[tuple[str, str]]) -> None:
    paths = {path for path, _ in project}
    assert {"pyproject.toml", "src/bina/config.py", "tests/rules/test_files.py"} <= paths
    assert not any(path.startswith((".git/", ".venv")) or "__pycache__" in path for path in paths)
