"""What a citizen's own page says and shows; all of his pages in a browser: no axe violation, light, dark, fa, en."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from bina.doors.web import news
from bina.flow.cases import history
from bina.flow.cases.contacts import contact
from bina.flow.cases.merge import merge
from bina.flow.cases.models import Attachment, Contact
from bina.flow.cases.moves import By
from bina.flow.cases.register import Author
from bina.flow.quality import inspections
from bina.flow.waiting import holds
from bina.ground.sla import clock
from tests.doors.every_form import proven
from tests.doors.web.test_in_browser import DESKTOP, NARROW, too_wide, violations
from tests.flow.cast import PHONE, do, in_progress, key, new, photograph, ready, referred, reported, row, unit
from tests.flow.quality.test_inspections import PICTURE

pytestmark = pytest.mark.usefixtures("city")

OTHER = "+989120000998"


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    for place in ("bina.flow.cases.photos.folder", "bina.doors.web.photo.folder"):
        monkeypatch.setattr(place, lambda: tmp_path / "files")


def sentence(case_id: int) -> str:
    """The one sentence of a case's own page."""
    ready()
    return str(news.own(row(case_id))["now"].sentence)


def waiting(constraint: str, body: str, **more: Any) -> int:
    """A case that waits for something."""
    case_id, review = in_progress(), int(clock.now().timestamp()) + 10**6
    holds.hold(case_id, constraint=constraint, review_at=review, by=By.UNIT, actor="p:1", channel="test",
               body=unit(body).id, key=key(), **more)  # fmt: skip
    return case_id


@pytest.mark.django_db
def test_each_state_has_its_plain_sentence_and_never_a_word_of_the_office() -> None:
    assert "نزد مرکز ۱۳۷" in sentence(new().case_id)
    assert "هنوز نپذیرفته" in sentence(referred())
    assert "در دست دارد" in sentence(in_progress())
    assert "چیزی ندیده" in sentence(reported())
    assert "پیش نمی‌رود" in sentence(waiting("UTILITY_FIRST", "WATER"))
    assert "منتظر پاسخ شما" in sentence(waiting("CITIZEN_INFO_NEEDED", "WATER"))
    case_id = reported("done", "0101")
    assert "کار انجام شده است. درست است؟" in sentence(case_id)
    do(case_id, "confirm", By.CITIZEN)
    assert "تأیید کردید" in sentence(case_id)


@pytest.mark.django_db
def test_the_code_alone_shows_the_state_and_nothing_of_the_person() -> None:
    case = row(new("0101", words="چالهٔ جلوی خانهٔ آقای رضایی").case_id)
    body = Client().get(f"/track?code={case.code}").content.decode()
    assert "نزد مرکز ۱۳۷" in body
    assert not any(secret in body for secret in ("رضایی", "طبرسی", "0999", "۰۹۹۹"))


@pytest.mark.django_db
def test_a_citizen_sees_the_photos_of_the_result_and_of_his_own_report_alone() -> None:
    case_id = reported("done", "0101")
    case, photos = row(case_id), dict(Attachment.objects.values_list("stage", "id"))
    mine = proven(case)
    shown = mine.get(f"/mine/{case.code}/photo/{photos['after']}")
    assert shown.status_code == 200
    for closable in shown._resource_closers:  # the file alone: closing the answer would close the test's connection
        closable()
    assert mine.get(f"/mine/{case.code}/photo/{photos['before']}").status_code == 404
    assert mine.get(f"/mine/{case.code}/photo/999999").status_code == 404
    assert Client().get(f"/mine/{case.code}/photo/{photos['after']}").status_code == 302


@pytest.mark.django_db
def test_one_objection_is_open_after_a_decision() -> None:
    case_id = in_progress()
    do(case_id, "decline_proposed", By.EXPERT, reason="private_dispute", words="اختلاف", actor="p:1")
    do(case_id, "decline", By.SUPERVISOR, reason="private_dispute", words="شدنی نیست", actor="p:2")
    case = row(case_id)
    mine = proven(case)
    assert "این تصمیم را نمی‌پذیرم" in mine.get(f"/mine/{case.code}").content.decode()
    answer = mine.post(f"/mine/{case.code}/objection", {"words": "ملک شهرداری است", "key": "k" * 36})
    assert answer.status_code == 302
    assert "این تصمیم را نمی‌پذیرم" not in mine.get(f"/mine/{case.code}").content.decode()


def _said(code: str, client: Client, what: str, **typed: str) -> Any:
    return client.post(f"/mine/{code}/{what}", {"key": str(uuid4())} | typed)


@pytest.mark.django_db
def test_what_one_author_says_stands_in_his_name() -> None:
    case_id = reported("done", "0101")
    case = row(case_id)
    mine = proven(case)
    first = Contact.objects.get(case_id=case_id, kind="new")
    assert _said(case.code, mine, "recontact", reason="no_news").status_code == 302
    assert Contact.objects.get(case_id=case_id, kind="recontact").phone == first.phone
    assert _said(case.code, mine, "dispute", reason="not_done", words="همان است").status_code == 302
    assert history.entries(case_id)[-1].given["contact"] == first.pk


@pytest.mark.django_db
def test_whoever_reported_what_was_merged_since_goes_on_on_the_page_of_the_case_that_goes_on() -> None:
    old, mid, kept = new("0101"), new("0101", author=Author("دیگری", OTHER, "sms")), in_progress("0601")
    case = row(old.case_id)
    mine, other = proven(case), Client()
    for source, target in ((old.case_id, mid.case_id), (mid.case_id, kept)):
        merge(source, into=target, by=By.EXPERT, actor="p:1", channel="test", key=key())
    on = row(kept)
    answer = mine.get(f"/mine/{case.code}")
    assert (answer.status_code, answer["Location"]) == (302, f"/mine/{on.code}")
    assert mine.get(f"/mine/{on.code}").status_code == 200
    assert other.get(f"/mine/{on.code}").status_code == 302
    assert other.get(f"/mine/{case.code}")["Location"].startswith("/track")
    answer = _said(case.code, mine, "tell", tell_by="call")  # sent from a page opened before the merging
    assert answer["Location"].startswith(f"/mine/{on.code}?")
    assert Contact.objects.get(case_id=old.case_id).tell_by == "call"
    assert Contact.objects.get(case_id=mid.case_id).tell_by == "sms"
    first = Client()
    assert first.post("/track/prove", {"code": case.code, "phone": OTHER}).status_code == 302
    assert "پس می‌گیرم" in first.get(f"/mine/{on.code}").content.decode()
    assert _said(on.code, first, "withdraw").status_code == 302
    assert Contact.objects.get(case_id=mid.case_id).tell_by == "none"
    assert row(kept).state == "in_progress"


@pytest.mark.django_db
def test_while_an_inspector_is_on_his_way_he_decides_and_after_him_one_objection_is_open() -> None:
    case_id = reported("done", "0101")
    inspections.order(case_id, why="sample", by=By.EXPERT, actor="p:1", channel="test", key=key())
    case = row(case_id)
    mine = proven(case)
    body = mine.get(f"/mine/{case.code}").content.decode()
    assert "درست شده است؟" not in body
    for what, typed in (("confirm", {}), ("dispute", {"reason": "not_done"})):
        answer = _said(case.code, mine, what, **typed)
        assert answer.status_code == 422
        assert "بازرسی این کار در راه است" in answer.content.decode()
    inspections.inspect(case_id, passed=True, words="درست است", pictures=[PICTURE], actor="p:7", channel="field",
                        key=key())  # fmt: skip
    body = mine.get(f"/mine/{case.code}").content.decode()
    assert "هنوز درست نیست؟" not in body
    assert "به چه چیزی اعتراض دارید؟" in body


@pytest.mark.django_db
def test_how_one_is_told_may_change_and_the_number_stands_masked() -> None:
    case = row(new("0101").case_id)
    mine = proven(case)
    body = mine.get(f"/mine/{case.code}").content.decode()
    assert "•••" in body
    assert PHONE[-7:] not in body
    assert _said(case.code, mine, "tell", tell_by="owl").status_code == 422
    assert _said(case.code, mine, "tell", tell_by="call").status_code == 302
    assert Contact.objects.get(case_id=case.pk).tell_by == "call"
    assert '<option value="call" selected' in mine.get(f"/mine/{case.code}").content.decode()


@pytest.mark.django_db
def test_one_of_several_takes_his_report_back_and_is_an_author_no_more() -> None:
    case_id = new("0101").case_id
    contact(case_id, kind="similar", by=By.CITIZEN, actor="citizen", channel="web", key=key(),
            author=Author("دیگری", "+989350000137", "sms"))  # fmt: skip
    case = row(case_id)
    mine = proven(case)
    answer = _said(case.code, mine, "withdraw")
    assert "پس گرفته شد" in mine.get(answer["Location"]).content.decode()
    assert (row(case_id).state, row(case_id).authors) == ("registered", 1)
    assert mine.get(f"/mine/{case.code}")["Location"] == f"/track?code={case.code}"
    assert mine.post("/track/prove", {"code": case.code, "phone": PHONE}).status_code == 422
    alone = row(new("0101").case_id)
    assert _said(alone.code, proven(alone), "withdraw").status_code == 302
    assert row(alone.pk).outcome == "withdrawn"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("scheme", "language"), [("light", "fa"), ("dark", "fa"), ("dark", "en")])
def test_every_page_is_clean_and_fits(page: Any, live_server: Any, scheme: str, language: str) -> None:
    from django.conf import settings

    case_id = reported("done", "0101")
    photograph(case_id)
    case, waits = row(case_id), row(waiting("UTILITY_FIRST", "WATER"))
    page.emulate_media(color_scheme=scheme)
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
    wrong: list[str] = []

    def look(name: str) -> None:
        for width, height in (DESKTOP, NARROW):
            page.set_viewport_size({"width": width, "height": height})
            wrong.extend(f"{name} {width}: {line}" for line in violations(page))
            if too_wide(page) > 0:
                wrong.append(f"{name} at {width} px is {too_wide(page)} px too wide")

    page.goto("/report")
    page.locator("[name=words]").fill("بوی گاز می‌آید" if language == "fa" else "I smell gas")
    with page.expect_navigation():
        page.locator("button[value=where]").last.click()
    look("diverted")
    for one in (case, waits):
        page.goto(f"/track?code={one.code}")
        look("track")
        page.locator("#phone").fill(PHONE)
        with page.expect_navigation():
            page.locator("form[action='/track/prove'] button").click()
        look(f"mine {one.state}")
    assert wrong == []
