"""What a supervisor decides and an inspector sees is read from the one index that holds it."""

import pytest
from django.db import connection

from bina.flow.cases import oversight
from bina.flow.cases.models import Case
from bina.flow.quality import inspections
from tests.flow.plans import with_one_index


@pytest.mark.django_db
@pytest.mark.parametrize("asked", [oversight.to_decide, inspections.waiting])
def test_the_question_is_one_of_the_index(asked) -> None:
    with connection.cursor() as cursor:
        with_one_index(cursor, "cases_case", "case_watched")
        assert "case_watched" in asked(Case.objects.all()).explain()
