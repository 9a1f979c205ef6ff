"""Who is called back: reported, passed by the check that the subject wants, reachable, and at its hour."""

import pytest

from bina.flow.cases import callers, photos
from bina.flow.cases.models import Case
from bina.flow.cases.moves import By
from bina.ground.catalogue.models import Subject
from bina.ground.sla import version
from tests.flow.cast import PHONE, do, new, reported, row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _of_the_city(city, tmp_path, monkeypatch):
    monkeypatch.setattr(photos, "folder", lambda: tmp_path / "files")


def _waiting() -> list[int]:
    return [w.case_id for w in callers.to_call(Case.objects.all())]


def _checks(how: str) -> None:
    Subject.objects.filter(code="0601").update(check_results=how)
    version.check(version.bump())


def test_a_result_is_checked_before_the_citizen_is_asked():
    _checks("all")
    case_id = reported()
    assert _waiting() == []
    do(case_id, "acknowledged", By.EXPERT, why="result_checked")
    assert _waiting() == [case_id]
    do(case_id, "send_back", By.EXPERT, words="عکس نیست")
    assert _waiting() == []


def test_of_some_subjects_a_sample_is_checked_and_of_others_none():
    cases = [reported() for _n in range(6)]
    _checks("none")
    assert _waiting() == cases
    _checks("sample")
    assert _waiting() == [c for c in cases if c % 5]


def test_a_later_try_waits_for_its_hour():
    _checks("none")
    case_id = reported()
    later = int(row(case_id).changed_at.timestamp()) + 3600
    do(case_id, "called", By.CALLBACK, result="no_answer", next_at=later)
    assert _waiting() == []
    assert row(case_id).calls == 1


def test_open_cases_of_a_number_come_with_the_name_given_then():
    done = new()
    found = callers.open_cases(Case.objects.all(), PHONE)
    assert [(f.case.pk, f.name) for f in found] == [(done.case_id, "علی رضایی")]
    assert callers.open_cases(Case.objects.all(), "+989990000000") == []
