"""The operator's desk without a browser: whose words and whose number a call leaves behind."""

from __future__ import annotations

import uuid

import pytest

from bina.doors.web.desk import SAID_FOR_ANOTHER
from bina.flow.cases.models import Contact
from tests.doors.every_form import REPORT, browser
from tests.doors.web.staff import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.mark.parametrize(("ticked", "told"), [({"other": "on"}, f"{REPORT['words']}\n{SAID_FOR_ANOTHER}"),
                                              ({}, REPORT["words"])])  # fmt: skip
def test_who_speaks_for_another_leaves_that_persons_name_and_number_and_it_is_said(ticked, told):
    answer = browser(OPERATOR).post("/desk", REPORT | ticked | {"key": uuid.uuid4().hex})
    assert answer.status_code == 302
    [contact] = Contact.objects.all()
    assert (contact.words, contact.name, contact.phone) == (told, "علی رضایی", "+989990000137")
