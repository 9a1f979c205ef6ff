"""Lists over JSON: keyset pages that meet without gap or double, at the same few statements wherever one is."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.doors.api.api import Caller, make_key, problem
from tests.flow.cast import in_progress, new, referred, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture
def caller():
    return Caller(make_key())


def pages(caller, **query):
    """Every page, and the statements that each took."""
    found, counts, after = [], [], {}
    while True:
        with CaptureQueriesContext(connection) as seen:
            page = caller.get("/requests", **query, **after).json()
        found.append([case["code"] for case in page["items"]])
        counts.append(len(seen))
        if page["next"] is None:
            return found, counts
        after = {"after": page["next"]}


def test_pages_meet_without_gap_or_double_and_the_last_costs_as_the_first(caller):
    codes = [row(new().case_id).code for _ in range(11)]
    found, counts = pages(caller, limit=3)
    assert [len(page) for page in found] == [3, 3, 3, 2]
    assert [code for page in found for code in page] == codes[::-1]
    assert max(counts[1:]) <= counts[0] <= 5, counts


def test_the_cost_does_not_grow_with_the_page(caller):
    for _ in range(12):
        new()
    caller.get("/requests")
    counts = []
    for limit in (1, 12):
        with CaptureQueriesContext(connection) as seen:
            caller.get("/requests", limit=limit)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 5


def test_a_case_that_comes_between_two_pages_disturbs_neither(caller):
    codes = [row(new().case_id).code for _ in range(4)]
    first = caller.get("/requests", limit=2).json()
    new()
    second = caller.get("/requests", limit=2, after=first["next"]).json()
    assert [c["code"] for c in first["items"] + second["items"]] == codes[::-1]


def test_a_list_is_narrowed(caller):
    fresh, given, going = row(new("0601").case_id), row(referred()), row(in_progress())
    for query, wanted in (
        ({"state": "registered"}, [fresh]), ({"state": "open"}, [going, given, fresh]), ({"subject": "0601"}, [fresh]),
        ({"unit": "MHD-03/D-TECH"}, [going, given]), ({"district": "MHD-02"}, []), ({"state": "closed"}, []),
        ({"district": "MHD-03", "state": "referred"}, [given]), ({"q": fresh.code}, [fresh]),
    ):  # fmt: skip
        told = caller.get("/requests", **query).json()
        assert [c["code"] for c in told["items"]] == [c.code for c in wanted], query


@pytest.mark.parametrize(
    ("field", "value"),
    [("state", "lost"), ("district", "MHD-99"), ("subject", "9999"), ("unit", "x"), ("limit", 0), ("limit", 201),
     ("limit", "ten"), ("after", 0), ("after", 2**63), ("after", "9" * 400), ("q", "x" * 201)],
)  # fmt: skip
def test_a_wrong_filter_is_named(caller, field, value):
    assert field in problem(caller.get("/requests", **{field: value}), 422, "invalid")["errors"]
