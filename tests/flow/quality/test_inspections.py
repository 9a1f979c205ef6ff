"""An inspection: ordered, seen with its defects and photos, and what follows from it; all of it or nothing."""

from __future__ import annotations

import pytest

from bina.flow.cases import history, photos
from bina.flow.cases.errors import Invalid, Refused, Stale
from bina.flow.cases.models import Attachment, Case
from bina.flow.cases.moves import By
from bina.flow.quality import inspections
from bina.flow.quality.inspections import Defect
from bina.ground.sla import clock
from tests.flow.cast import do, key, reported, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
PICTURE = photos.Photo(b"\xff\xd8\xff seen", 4, 3, None, None, None)


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")


def ordered() -> int:
    """A result that an inspector is to see."""
    case_id = reported()
    inspections.order(case_id, why="sample", by=By.EXPERT, actor="p:1", channel="test", key=key())
    return case_id


def seen(case_id: int, **more: object) -> None:
    given: dict = {"passed": True, "actor": "p:7", "channel": "field", "key": key()}
    inspections.inspect(case_id, **(given | more))


def test_what_passes_is_confirmed_with_what_was_seen():
    case_id = ordered()
    assert [c.pk for c in inspections.waiting(Case.objects.all())] == [case_id]
    seen(case_id, words="تمیز و محکم", pictures=[PICTURE])
    case = row(case_id)
    assert (case.state, case.more.get("inspection")) == ("closed", None)
    made = next(e for e in history.entries(case_id) if e.verb == "inspection_made")
    assert (made.given["passed"], made.words) == (True, "تمیز و محکم")
    assert Attachment.objects.get(case_id=case_id, stage="inspection").bytes > 0
    assert not inspections.waiting(Case.objects.all()).exists()


def test_defects_send_the_work_back_with_kind_place_and_photo():
    case_id = ordered()
    unit_id = row(case_id).unit_id
    found = [Defect("uneven", "جلوی پلاک ۱۲"), Defect("unclean", "سر کوچه", PICTURE)]
    seen(case_id, passed=False, defects=found, words="تا فردا")
    case = row(case_id)
    assert (case.state, case.unit_id, case.more["kind"], case.disputes) == ("referred", unit_id, "rework", 1)
    made, dispute = [e for e in history.entries(case_id) if e.verb in ("inspection_made", "dispute")]
    assert made.given["defects"] == ["uneven", "unclean"]
    assert made.words == "۱. ناهموار یا ناتراز: جلوی پلاک ۱۲\n۲. نخاله یا ابزار جا مانده: سر کوچه (عکس ۱)\nتا فردا"
    assert (dispute.given["reason"], dispute.words) == ("badly_done", made.words)
    assert all(word not in str(made.given) for word in ("پلاک", "کوچه")), "places stand beside the event"


def test_an_inspectors_photo_is_no_proof_of_the_rework():
    case_id = ordered()
    seen(case_id, passed=False, defects=[Defect("not_done", "", PICTURE)])
    assert history.events(case_id)[-1].given["reason"] == "not_done"
    earlier = Attachment.objects.filter(case_id=case_id).exclude(stage="inspection")
    earlier.update(erased_at=clock.now())  # the test's one transaction would let them count as taken since
    do(case_id, "accept", By.UNIT)
    with pytest.raises(Invalid) as refused:
        do(case_id, "report", By.UNIT, finding="done", words="حالا شد")
    assert "files" in refused.value.errors


def test_sent_twice_it_is_seen_once():
    case_id, once = ordered(), key("once")
    for _ in range(2):
        seen(case_id, passed=False, defects=[Defect("unsafe", "لبهٔ تیز", PICTURE)], key=once)
    verbs = [e.verb for e in history.events(case_id)]
    assert (verbs.count("inspection_made"), verbs.count("dispute")) == (1, 1)
    assert Attachment.objects.filter(case_id=case_id, stage="inspection").count() == 1


@pytest.mark.parametrize(("given", "field"), [
    ({"passed": True, "defects": [Defect("uneven")]}, "verdict"), ({"passed": False}, "defects"),
    ({"passed": False, "defects": [Defect("x")]}, "defects"),
    ({"passed": False, "defects": [Defect("uneven", "ب" * 201)]}, "defects"),
    ({"passed": False, "defects": [Defect("uneven")] * 7}, "defects"),
])  # fmt: skip
def test_what_is_wrong_is_told_by_field_and_nothing_is_written(given, field):
    case_id = ordered()
    before = row(case_id).seq
    with pytest.raises(Invalid) as refused:
        seen(case_id, pictures=[PICTURE], **given)
    assert field in refused.value.errors
    assert row(case_id).seq == before
    assert not Attachment.objects.filter(case_id=case_id, stage="inspection").exists()


def test_a_late_or_uncalled_inspection_is_refused_whole():
    uncalled = reported()
    with pytest.raises(Refused, match="خواسته نشده"):
        seen(uncalled, pictures=[PICTURE])
    case_id = ordered()
    with pytest.raises(Stale):
        seen(case_id, pictures=[PICTURE], seq=row(case_id).seq - 1)
    with pytest.raises(Refused, match="توضیح"):
        seen(case_id, passed=False, defects=[Defect("other")])
    with pytest.raises(Invalid):
        inspections.order(case_id, why="x", by=By.EXPERT, actor="p:1", channel="test")
    assert not Attachment.objects.filter(stage="inspection").exists()
