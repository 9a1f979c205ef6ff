"""Erasure empties what is personal everywhere and leaves history, counts and the chain as they were."""

import pytest

from bina.flow.cases import clerk, photos, verify
from bina.flow.cases.contacts import contact
from bina.flow.cases.erasure import erase
from bina.flow.cases.errors import Invalid, NotAllowed
from bina.flow.cases.instant import instant
from bina.flow.cases.models import Attachment, CaseText, Contact, Words
from bina.flow.cases.moves import By
from bina.flow.quality.followups import follow_up
from bina.flow.quality.models import FollowUp
from bina.flow.work import slips
from bina.flow.work.models import Slip
from tests.flow.cast import PHONE, do, key, new, photograph, referred, row, unit

SECRET = "نشانی محرمانهٔ آزمایش"


def _everything(case_id: int) -> str:
    """All that stands about a case in rows that may hold words."""
    rows = [
        *Contact.objects.filter(case_id=case_id).values_list("name", "phone", "words"),
        *Words.objects.filter(stream_id=case_id, stream_kind="case").values_list("text"),
        *CaseText.objects.filter(case_id=case_id).values_list("address", "terms"),
        *Words.objects.filter(stream_kind="followup").values_list("text"),
        *FollowUp.objects.values_list("to", "answer"),
        *Slip.objects.filter(case_id=case_id).values_list("words"),
    ]
    return str(rows)


def test_nothing_personal_is_left_and_all_stays_true(fresh_database, city, tmp_path, monkeypatch):
    monkeypatch.setattr(photos, "folder", lambda: tmp_path / "files")
    monkeypatch.setattr("bina.flow.cases.erasure.folder", lambda: tmp_path / "files")
    case_id = new(words=SECRET).case_id
    do(case_id, "refer", By.EXPERT, unit=unit().id, words=f"{SECRET} را ببینید")
    contact(case_id, kind="recontact", reason="no_news", words=SECRET, by=By.OPERATOR, actor="p:1", channel="phone",
            key=key())  # fmt: skip
    photograph(case_id)
    beside = referred()
    follow_up([case_id, beside], unit_id=unit().id, means="phone", words=f"گفتند {SECRET} فردا", by=By.EXPERT,
              actor="p:1", channel="test", to=SECRET)  # fmt: skip
    do(case_id, "accept", By.UNIT)
    slips.keep(case_id, unit_id=unit().id, finding="done", quantity=None, done_on=None, words=SECRET, actor="p:1")
    instant(by=By.OPERATOR, actor="p:1", channel="phone", words="ساعت کار پرسید و گفتیم")
    with clerk.connect(fresh_database.url) as connection:
        clerk.drain(connection)
        assert SECRET in _everything(case_id)
        before = row(case_id)
        with pytest.raises(Invalid):
            erase(case_id, by=By.SUPERVISOR, actor="p:9", channel="test", reason="whim")
        with pytest.raises(NotAllowed):
            erase(case_id, by=By.UNIT, actor="p:9", channel="test", reason="asked")
        erase(case_id, by=By.SUPERVISOR, actor="p:9", channel="test", reason="asked")
        clerk.drain(connection)
    left = _everything(case_id)
    assert SECRET not in left
    assert PHONE not in left
    assert "علی" not in left
    assert not Attachment.objects.filter(case_id=case_id, erased_at__isnull=True).exists()
    assert not [p for p in (tmp_path / "files").rglob("*") if p.is_file()]
    after = row(case_id)
    assert (after.state, after.authors, after.recontacts) == (before.state, before.authors, before.recontacts)
    assert Words.objects.get(stream_kind="case", stream_id=beside, text__contains=SECRET), "its own history keeps them"
    do(case_id, "note", By.UNIT, words="کار ادامه دارد")
    assert verify.verify(fresh_database.url, files=tmp_path / "files").findings == []
