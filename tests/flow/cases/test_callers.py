"""Whose number it is that rings: its open cases, with the name that was given then."""

import pytest

from bina.flow.cases import callers, photos
from bina.flow.cases.models import Case
from tests.flow.cast import PHONE, new

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _of_the_city(city, tmp_path, monkeypatch):
    monkeypatch.setattr(photos, "folder", lambda: tmp_path / "files")


def test_open_cases_of_a_number_come_with_the_name_given_then():
    done = new()
    found = callers.open_cases(Case.objects.all(), PHONE)
    assert [(f.case.pk, f.name) for f in found] == [(done.case_id, "علی رضایی")]
    assert callers.open_cases(Case.objects.all(), "+989990000000") == []
