"""A report in three steps without a script: what to ring, what is known, what was typed stays, photo first."""

from __future__ import annotations

import io
import re
import uuid
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from bina.flow.cases import staged
from bina.flow.cases.models import Attachment, Case, Contact
from bina.ground.city import places
from bina.ground.sla import version
from tests.flow.cast import PHONE, new, row, spot
from tests.hostile import TEXTS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
TYPED = {"words": "وسط کوچه چاله باز شده", "subject": "0101", "address": "طبرسی ۱۲، روبه‌روی نانوایی", "tell_by": "none"}


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")
    monkeypatch.setattr("bina.doors.web.photo.folder", lambda: tmp_path / "files")
    monkeypatch.setattr("bina.flow.cases.staged.folder", lambda: tmp_path / "staged")
    monkeypatch.setattr("bina.doors.web.citizen_limits.too_many", lambda *given: None)
    version.check(version.current())


def send(client: Client | None = None, **typed: Any) -> Any:
    return (client or Client()).post("/report", {"key": uuid.uuid4().hex} | typed)


def step(answer: Any) -> str:
    """Which step the page is."""
    return answer.context["step"]


def hidden(answer: Any) -> dict[str, list[str]]:
    """What the page carries along unseen."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', answer.content.decode()):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value:
            found.setdefault(name[1], []).append(value[1])
    return found


def photo(*, here: bool = True) -> Any:
    """A JPEG as a phone sends it, with the place and time of district 3's centre."""
    out, image = io.BytesIO(), Image.new("RGB", (64, 48), (90, 92, 96))
    exif = Image.Exif()
    if here:
        point = spot()
        gps = exif.get_ifd(0x8825)
        gps.update({1: "N", 2: _dms(point.lat_e6), 3: "E", 4: _dms(point.lon_e6)})
        exif.get_ifd(0x8769)[0x9003] = "2026:11:24 18:12:00"
    image.save(out, "JPEG", exif=exif)
    out.seek(0)
    out.name = "photo.jpg"
    return out


def _dms(e6: int | None) -> tuple[float, float, float]:
    degrees, rest = divmod((e6 or 0) / 1e6, 1)
    minutes, rest = divmod(rest * 60, 1)
    return degrees, minutes, round(rest * 60, 4)


def test_three_steps_lead_to_a_code_and_carry_what_was_typed() -> None:
    client = Client()
    first = client.get("/report")
    assert step(first) == "what"
    second = send(client, go="where", words=TYPED["words"], subject="0101")
    assert (step(second), hidden(second)["words"]) == ("where", [TYPED["words"]])
    third = send(client, go="who", **{n: TYPED[n] for n in ("words", "subject", "address")})
    assert (step(third), hidden(third)["address"]) == ("who", [TYPED["address"]])
    answer = send(client, go="send", **TYPED)
    assert answer.status_code == 302
    case = Case.objects.get(code=answer["Location"].rsplit("/", 1)[1])
    assert client.get(answer["Location"]).status_code == 200
    assert case.state == "registered"
    assert Contact.objects.get(case_id=case.pk).words == TYPED["words"]


@pytest.mark.parametrize(("go", "lacks", "back_to"), [
    ("where", "words", "what"), ("who", "address", "where"), ("send", "tell_by", "who"), ("send", "words", "what"),
])  # fmt: skip
def test_what_lacks_is_told_at_its_step_and_nothing_is_lost(go: str, lacks: str, back_to: str) -> None:
    answer = send(go=go, **(TYPED | {lacks: ""}))
    assert (answer.status_code, step(answer)) == (422, back_to)
    body = answer.content.decode()
    assert all(value in body for name, value in TYPED.items() if name != lacks and name != "tell_by")
    assert Case.objects.count() == 0


def test_without_a_subject_it_is_asked_with_what_the_words_suggest() -> None:
    asked = send(go="where", words="چاله جلوی مدرسه")
    assert (asked.status_code, step(asked)) == (200, "what")
    assert "0101" in [s.code for s in asked.context["guesses"]]
    again = send(go="where", words="چاله جلوی مدرسه", asked="1")
    assert again.status_code == 422
    assert step(send(go="where", words="چاله جلوی مدرسه", asked="1", guess="0101")) == "where"


def test_going_back_finds_no_fault() -> None:
    answer = send(back="what", words="", subject="", address="طبرسی")
    assert (answer.status_code, step(answer), hidden(answer)["address"]) == (200, "what", ["طبرسی"])
    assert "field-bad" not in answer.content.decode()


def test_an_emergency_is_diverted_at_once_with_its_number_and_may_still_be_reported() -> None:
    told = send(go="where", words="خانه آتش گرفته", subject="0704")
    body = told.content.decode()
    assert step(told) == "what"
    assert 'href="tel:125"' in body
    assert "fire" in hidden(told)["seen"]
    assert step(send(go="where", words="خانه آتش گرفته", subject="0704", seen="fire")) == "where"


@pytest.mark.parametrize(("subject", "number"), [("0902", "121"), ("0901", "121"), ("0207", "122")])
def test_a_subject_of_an_outside_body_names_it_with_its_number(subject: str, number: str) -> None:
    told = send(go="where", words="سر کوچه", subject=subject)
    assert f'href="tel:{number}"' in told.content.decode()
    [code] = hidden(told)["seen"]
    assert step(send(go="where", words="سر کوچه", subject=subject, seen=code)) == "where"


def test_a_ready_answer_is_offered_and_counted_when_it_was_enough() -> None:
    offered = send(go="where", words="زباله را چه ساعتی می‌برند؟")
    assert "waste-hours" in [a.code for a in offered.context["offered"]]
    done = send(go="answered:waste-hours", words="زباله را چه ساعتی می‌برند؟")
    assert (done.status_code, Case.objects.count()) == (302, 0)
    assert Contact.objects.get(instant=True).words == "زباله را چه ساعتی می‌برند؟"


@pytest.mark.parametrize("go", ["what", "where", "who", "send", "photo", "answered:x", "nothing", ""])
def test_no_step_breaks_on_what_people_paste(go: str) -> None:
    fields = ("words", "subject", "address", "district", "lat", "lon", "name", "phone", "tell_by", "staged", "joined",
              "join", "seen", "guess", "without", "from_photo", "back", "key")  # fmt: skip
    for value in [*TEXTS.values()][::8]:
        for name in fields:
            answer = Client().post("/report", {"go": go, "key": uuid.uuid4().hex} | TYPED | {name: value})
            assert answer.status_code in (200, 302, 422), (go, name, value[:20], answer.status_code)


def test_the_district_is_guessed_from_the_street_and_shown_before_it_is_sent() -> None:
    page = send(go="who", apart="1", **(TYPED | {"address": "خیابان طبرسی، روبه‌روی نانوایی"}))
    assert step(page) == "who"
    [code] = hidden(page)["district"]
    district = places.area_by_code(code)
    assert district is not None
    assert district.name in page.content.decode()


def test_the_subjects_questions_are_asked_in_the_readers_language_and_may_tell_of_danger() -> None:
    client = Client()
    page = send(client, go="where", words=TYPED["words"], subject="0101")
    assert [q["code"] for q in page.context["questions"]] == ["depth", "size", "hollow"]
    said = {"answers.hollow": "yes", "answers.depth": "بیشتر از نیم متر", "answers.alien": "x"}
    asked = send(client, go="who", **TYPED, **said)
    assert hidden(asked)["answers.hollow"] == ["yes"]
    done = send(client, go="send", **TYPED, **said)
    assert done.status_code == 302
    case = Case.objects.get()
    assert case.hazard
    assert Contact.objects.get(case_id=case.pk).answers["hollow"] == "yes"
    client.post("/language", {"language": "en", "next": "/"})
    assert "Does it seem hollow underneath?" in send(client, go="where", words="x", subject="0101").content.decode()


@pytest.mark.parametrize("go", ["who", "send"])
def test_an_answer_that_does_not_fit_is_told_beside_its_question(go: str) -> None:
    typed = TYPED | {"subject": "0102", "answers.length": "خیلی زیاد"}
    page = send(go=go, **typed)
    assert (page.status_code, step(page)) == (422, "where")
    [wrong] = [q for q in page.context["questions"] if q["wrong"]]
    assert (wrong["code"], wrong["said"]) == ("length", "خیلی زیاد")


def near_typed() -> dict[str, str]:
    point = spot()
    return TYPED | {"lat": str((point.lat_e6 or 0) / 1e6), "lon": str((point.lon_e6 or 0) / 1e6), "address": ""}


def test_a_known_problem_near_by_is_offered_without_anybodys_words() -> None:
    known = new("0101", words="چالهٔ جلوی خانهٔ آقای رضایی")
    answer = send(go="who", **near_typed())
    assert step(answer) == "where"
    assert [n.code for n in answer.context["near"]] == [known.code]
    assert "رضایی" not in answer.content.decode()
    assert step(send(go="who", apart="1", **near_typed())) == "who"
    assert send(go="who", **(near_typed() | {"subject": "0401"})).context.get("near") is None


def test_joining_makes_no_second_case_but_a_similar_report() -> None:
    known = new("0101")
    page = send(join=known.code, **near_typed())
    assert (step(page), hidden(page)["joined"]) == ("who", [known.code])
    client = Client()
    typed = near_typed() | {"tell_by": "sms", "phone": "09350000137"}
    answer = send(client, go="send", joined=known.code, **typed)
    assert answer["Location"] == f"/reported/{known.code}?joined=1"
    assert "پیوند خورد" in client.get(answer["Location"]).content.decode()
    assert (Case.objects.count(), row(known.case_id).authors, row(known.case_id).recontacts) == (1, 2, 0)


def test_joining_without_a_number_opens_nobodys_request() -> None:
    known = new("0101", words="چالهٔ جلوی خانهٔ آقای رضایی")
    client = Client()
    answer = send(client, go="send", joined=known.code, **(near_typed() | {"tell_by": "none", "phone": ""}))
    assert answer["Location"] == f"/track?code={known.code}&joined=1"
    body = client.get(answer["Location"]).content.decode()
    assert "پیوند خورد" in body
    assert "طبرسی" not in body
    for own in (f"/mine/{known.code}", f"/reported/{known.code}"):
        assert client.get(own)["Location"] == f"/track?code={known.code}"
    assert row(known.case_id).authors == 2


def test_joining_ones_own_problem_is_a_recontact() -> None:
    known = new("0101")
    typed = near_typed() | {"tell_by": "sms", "phone": PHONE}
    assert send(go="send", joined=known.code, **typed).status_code == 302
    assert (row(known.case_id).authors, row(known.case_id).recontacts) == (1, 1)


def test_a_sensitive_or_a_finished_problem_is_never_offered_or_joined() -> None:
    known = new("0101")
    Case.objects.filter(pk=known.case_id).update(sensitivity=1)
    assert send(go="who", **near_typed()).context.get("near") is None
    answer = send(go="send", joined=known.code, **near_typed())
    assert (answer.status_code, Case.objects.count(), Contact.objects.count()) == (302, 2, 2)
    assert row(known.case_id).authors == 1


def test_photo_first_its_place_and_time_are_read_and_it_waits_for_the_report() -> None:
    client = Client()
    page = send(client, go="photo", photo=photo())
    body = page.content.decode()
    assert step(page) == "what"
    assert "جای عکس خوانده شد" in body
    assert "۱۸:۱۲" in body
    [name] = hidden(page)["staged"]
    assert client.get(f"/report/photo/{name}")["Content-Type"] == "image/jpeg"
    typed = TYPED | {"address": "", "staged": name, "from_photo": "1"}
    assert step(send(client, go="who", **typed)) == "who"
    answer = send(client, go="send", **typed)
    case = Case.objects.get(code=answer["Location"].rsplit("/", 1)[1])
    district = places.area_by_code("MHD-03")
    assert district is not None
    assert (case.place, case.district_id, Attachment.objects.get().case_id) == ("point", district.id, case.pk)
    assert staged.take(name) is None
    assert client.get(f"/report/photo/{name}").status_code == 404


def test_a_photo_that_is_none_is_told_and_the_words_stay() -> None:
    bad = io.BytesIO(b"no picture")
    bad.name = "a.jpg"
    answer = send(go="where", photo=bad, **TYPED)
    assert (answer.status_code, step(answer)) == (422, "what")
    assert TYPED["words"] in answer.content.decode()


def test_a_photo_can_be_taken_away_and_what_was_never_sent_is_forgotten(tmp_path) -> None:
    import os

    page = send(go="photo", photo=photo(here=False), words="چاله")
    [name] = hidden(page)["staged"]
    assert "staged" not in hidden(send(without=name, staged=name, words="چاله"))
    assert staged.take(name) is None
    [name] = hidden(send(go="photo", photo=photo()))["staged"]
    os.utime(staged.folder() / name, (1, 1))
    assert staged.forget() == 1
    assert staged.take(name) is None


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "f" * 32, "F" * 32, "a" * 31])
def test_no_other_file_is_ever_shown(name: str) -> None:
    assert Client().get(f"/report/photo/{name}").status_code == 404
    assert staged.take(name) is None
