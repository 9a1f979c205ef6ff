"""What a supervisor decides and an inspector sees is read from the one index that holds it."""

import pytest
from django.db import connection

from bina.flow.cases import oversight
from bina.flow.cases.models import Case
from bina.flow.quality import inspections
from tests.flow.cast import in_progress, new, referred
from tests.flow.plans import with_one_index


@pytest.mark.django_db
@pytest.mark.parametrize("asked", [oversight.to_decide, inspections.waiting])
def test_the_question_is_one_of_the_index(asked) -> None:
    with connection.cursor() as cursor:
        with_one_index(cursor, "cases_case", "case_watched")
        assert "case_watched" in asked(Case.objects.all()).explain()


@pytest.mark.django_db
@pytest.mark.usefixtures("city")
def test_a_danger_stands_until_somebody_accepts_it() -> None:
    told, given = new("0201").case_id, referred("0201")
    in_progress("0201")
    new("0601")
    assert set(oversight.dangers(Case.objects.all()).values_list("id", flat=True)) == {told, given}
