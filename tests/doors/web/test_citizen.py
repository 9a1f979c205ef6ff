"""What the citizen's pages say: every reason in the citizen's own person, under the codes of the verbs."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from bina.doors.web.citizen import AGAIN, NOT_DONE
from bina.flow.cases.contacts import REASONS
from bina.flow.cases.models import Attachment
from bina.flow.cases.moves import DISPUTE_REASONS


def test_the_citizen_may_give_every_reason_that_the_verbs_know() -> None:
    assert list(AGAIN) == list(REASONS)
    assert list(NOT_DONE) == list(DISPUTE_REASONS)


@pytest.mark.django_db
def test_a_report_sent_twice_brings_its_photos_once_and_wrong_tries_are_not_counted(city, tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 92, 96)).save(out, "JPEG")
    typed = {"words": "چاله جلوی مدرسه", "subject": "0101", "address": "طبرسی ۱۲", "tell_by": "none", "key": "k" * 36}
    client = Client()
    for _n in range(60):
        assert client.post("/report", typed | {"words": ""}).status_code == 422
    codes = set()
    for _n in range(2):
        photo = SimpleUploadedFile("a.jpg", out.getvalue(), "image/jpeg")
        answer = client.post("/report", typed | {"photo": photo})
        assert answer.status_code == 302
        codes.add(answer.headers["Location"])
    assert len(codes) == 1
    assert Attachment.objects.count() == 1
