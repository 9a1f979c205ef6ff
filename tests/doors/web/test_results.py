"""Results to check: what was asked beside what was answered and shown; passed on, or sent back with words."""

from __future__ import annotations

import pytest

from bina.flow.cases import history
from bina.flow.cases.models import Attachment
from tests.doors.web.staff import HEAD, OTHER_HEAD, SUPERVISOR, as_, expert_of, post
from tests.flow.cast import check_every_result, reported, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    for place in ("bina.flow.cases.photos.folder", "bina.doors.web.photo.folder"):
        monkeypatch.setattr(place, lambda: tmp_path / "files")
    check_every_result()


def test_what_was_asked_stands_beside_the_answer_and_the_photos():
    case = row(reported("done"))
    client = as_(expert_of(case))
    html = client.get("/results").content.decode()
    for shown in (case.code, "چالهٔ بزرگی جلوی مدرسه است", "در بازدید دیده شد", "پیش از کار", "پس از کار"):
        assert shown in html


def test_passing_moves_it_on_to_the_call_back():
    case = row(reported("done"))
    client = as_(expert_of(case))
    answer = post(client, case, "acknowledged", back="results")
    assert answer.headers["Location"] == "/results"
    assert row(case.pk).state == "reported"
    assert row(case.pk).more["checked"] == case.seq + 1
    assert case.code not in client.get("/results").content.decode()


def test_one_goes_on_in_the_list_as_it_was_filtered():
    case, other = row(reported("done")), row(reported("done"))
    client = as_(expert_of(case))
    query = "state=reported"
    assert f'name="query" value="{query}"' in client.get(f"/results?{query}").content.decode()
    assert post(client, case, "acknowledged", back="results", query=query).headers["Location"] == f"/results?{query}"
    answer = post(client, other, "acknowledged", back="results", query="state=nowhere&next=//elsewhere")
    assert answer.headers["Location"] == "/results"


def test_the_districts_supervisor_may_pass_one_too():
    case = row(reported("done"))
    assert "پذیرفتن نتیجه" in as_(SUPERVISOR).get("/results").content.decode()
    assert post(as_(SUPERVISOR), case, "acknowledged").status_code == 302


def test_sending_back_needs_words_and_loses_none():
    case = row(reported("done"))
    client = as_(expert_of(case))
    refused = post(client, case, "send_back", words="", back="results")
    assert refused.status_code == 422
    post(client, case, "send_back", words="عکس جای دیگری است", back="results")
    assert row(case.pk).state == "in_progress"
    assert history.entries(case.pk)[-1].words == "عکس جای دیگری است"


def test_a_photo_is_for_whoever_sees_the_case():
    case = row(reported("done"))
    photo = Attachment.objects.filter(case_id=case.pk).first()
    shown = as_(HEAD).get(f"/photo/{photo.pk}")
    assert b"".join(shown.streaming_content) == b"\xff\xd8\xff small picture"
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert as_(OTHER_HEAD).get(f"/photo/{photo.pk}").status_code == 404
    assert as_(HEAD).get(f"/photo/{2**70}").status_code == 404
