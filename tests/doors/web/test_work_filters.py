"""Filters: an address that says them, saved by name, shared by a link that shows only what the reader may see."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bina.flow.cases.models import Case
from bina.flow.quality import saved
from bina.flow.quality.models import SavedFilter
from bina.ground.city import people
from bina.ground.city.roles import Role
from bina.ground.sla import clock
from tests.doors.test_matrix import signed_in, somebody
from tests.doors.web.staff import EXPERT, SUPERVISOR, as_, expert_of
from tests.flow.cast import new, referred, row, spot

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def test_each_filter_narrows_and_is_said_in_words():
    plain, told = row(referred()), row(referred("0601", "MHD-03/D-SERV"))
    Case.objects.filter(pk=told.pk).update(recontacts=3, unit_due_at=clock.now() - timedelta(hours=1))
    client = as_(SUPERVISOR)
    for query, words in (
        ("state=referred&unit=MHD-03/D-SERV", "واحد:"), ("subject=0601", "موضوع:"), ("again=3", "پیگیری مجدد:"),
        ("due=late", "گذشته"), ("group=06", "گروه موضوع:"),
    ):  # fmt: skip
        html = client.get(f"/worklist?{query}").content.decode()
        assert told.code in html, query
        assert plain.code not in html, query
        assert words in html, query
    assert plain.code in client.get("/worklist?hands=unit&district=MHD-03").content.decode()


@pytest.mark.parametrize(
    "query",
    ["again=x", "again=-1", "again=99999", "due=never", "hands=god", "unit=../..", "subject=' or 1=1", "district=%00",
     "state=closed", "group=٠١", "q=%00", "q=" + "x" * 3000, "only=nothing", "after=9" * 50, "shared=%00x"],
)  # fmt: skip
def test_an_odd_address_is_no_fault(query):
    client = as_(SUPERVISOR)
    for page in ("/worklist", "/worklist/people", "/results"):
        assert client.get(f"{page}?{query}").status_code == 200, (page, query)


def test_saved_shared_and_taken_off():
    case = row(referred())
    client = as_(SUPERVISOR)
    sent = client.post("/worklist/filters", {"name": "کارهای گذشته", "query": "due=late&only=late&evil=//x"})
    assert sent.headers["Location"] == "/worklist?due=late&only=late"
    assert "کارهای گذشته" in client.get("/worklist").content.decode()
    mark = SavedFilter.objects.get().mark
    reader = as_(expert_of(case))
    shared = reader.get(f"/worklist/filters/{mark}").headers["Location"]
    assert shared == f"/worklist?due=late&only=late&shared={mark}"
    html = reader.get(shared).content.decode()
    assert "فیلتر «کارهای گذشته» از" in html
    assert client.post("/worklist/filters", {"name": " ", "query": "due=late"}).status_code == 422
    assert client.post("/worklist/filters", {"name": "هیچ", "query": "evil=1"}).status_code == 422
    assert reader.post(f"/worklist/filters/{mark}/remove").status_code == 404
    assert client.post(f"/worklist/filters/{mark}/remove").status_code == 302
    assert reader.get(f"/worklist/filters/{mark}").status_code == 404


def test_a_link_from_one_who_sees_more_shows_only_the_readers_own_and_says_so():
    here, elsewhere = row(new().case_id), row(new(place=spot("MHD-09")).case_id)
    reader = as_(EXPERT)
    html = reader.get("/worklist?district=MHD-09").content.decode()
    assert elsewhere.code not in html
    assert "که با شما نیست" in html
    assert "که با شما نیست" in reader.get("/worklist?unit=MHD-09/D-TECH").content.decode()
    assert "که با شما نیست" not in reader.get("/worklist?district=MHD-03").content.decode()
    wide = people.by_username(SUPERVISOR)
    people.give_right(wide.pk, Role.SUPERVISOR_137, area_id=None)
    mark = saved.save(person_id=wide.pk, name="همه", query="state=registered")
    html = as_(EXPERT).get(f"/worklist?state=registered&shared={mark}").content.decode()
    assert "او بیش از شما می‌بیند" in html
    assert elsewhere.code not in html
    assert here is not None


def test_the_plain_list_takes_the_same_filters():
    case, other = row(new(words="لوله ترکیده است").case_id), row(new(words="چراغ خاموش است").case_id)
    manager = signed_in(somebody()[Role.CENTER_MANAGER])
    html = manager.get("/cases?q=لوله&state=registered&district=MHD-03").content.decode()
    assert case.code in html
    assert other.code not in html
    assert "منطقه:" in html
    assert 'href="/map?q=%D9%84' in html, "the same on the map"
