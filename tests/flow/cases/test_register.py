"""Registration: once for a key, refused field by field, places settled, promises by the right calendar."""

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bina.flow.cases import clients, history, replay
from bina.flow.cases.errors import Invalid, KeyEnded, KeyReused, NotAllowed
from bina.flow.cases.models import Case, Contact, Event, Idempotency, Inbox, Promise
from bina.flow.cases.moves import By
from bina.flow.cases.register import BORN, UNTOUCHED, Author, Credential, Key, Place, register, unfinished
from bina.ground.catalogue import subjects
from bina.ground.city import places
from bina.ground.sla import version
from tests.flow.cast import key, new, ready, row, spot

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def test_one_statement_writes_all_that_belongs_together():
    new()
    ready()
    with CaptureQueriesContext(connection) as asked:
        done = new()
    assert [q["sql"] for q in asked if "cases_" in q["sql"]] == [], "the hot statement goes past the cursor, alone"
    case = row(done.case_id)
    assert (case.seq, case.state, case.hands) == (1, "registered", "137")
    assert case.desk_id is not None
    assert case.district.code == "MHD-03"
    event = Event.objects.get(stream_kind="case", stream_id=done.case_id)
    assert Inbox.objects.filter(event_id=event.pk).exists()
    assert Promise.objects.get(case_id=done.case_id).kind == "first_answer"
    assert "چاله" not in str(event.given)
    assert "+98" not in str(event.given)


def test_a_key_registers_once_and_is_refused_with_another_body():
    k = key("the key of this test")
    first, again = new(key=k), new(key=k)
    assert (again.again, again.code, again.case_id) == (True, first.code, first.case_id)
    assert again.first_answer_at == first.first_answer_at
    with pytest.raises(KeyReused):
        new(key=Key("test", k.key, k.route, b"another"))
    other = new(key=Key("somebody else", k.key, k.route, k.body))
    assert other.case_id != first.case_id
    assert Case.objects.count() == 2
    assert Idempotency.objects.filter(result__code=first.code).count() == 1


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"words": ""}, "words"),
        ({"words": "\u200b\u202e \x00"}, "words"),
        ({"words": "الف" * 5000}, "words"),
        ({"subject": "9999"}, "subject"),
        ({"place": Place("none")}, "place"),
        ({"place": Place("address", address=" ")}, "place"),
        ({"place": Place("point", 35_700_000, 51_400_000)}, "place"),
        ({"place": Place("point")}, "place"),
        ({"place": Place("address", address="ن" * 600)}, "place"),
        ({"author": Author("", None, "sms")}, "phone"),
        ({"author": Author("", None, "owl")}, "tell_by"),
        ({"author": Author("ن" * 200)}, "name"),
        ({"answers": {"no such question": "x"}}, "answers.no such question"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(more, field):
    with pytest.raises(Invalid) as error:
        new(**more)
    assert list(error.value.errors) == [field]
    assert Case.objects.count() == 0
    assert Contact.objects.count() == 0


@pytest.mark.parametrize("told", [True, False])
def test_a_client_whose_key_no_longer_stands_writes_nothing(told):
    """Whether this thread was told the city's version before the key ended, or of none yet."""
    ready()
    found = clients.find(clients.key_hash(clients.make(name="پیامک", scopes=("register",))))
    assert found is not None
    credential = Credential(found.id, found.stamp)
    assert new(by=By.INTEGRATOR, credential=credential).case_id
    before = version.known()
    assert clients.end(found.id)
    assert not clients.end(found.id)
    version.check(before if told else None)
    with pytest.raises(KeyEnded):
        register(
            by=By.INTEGRATOR, actor="k:1", channel="api", subject="0101", place=spot(), words="چاله", key=key(),
            credential=credential,
        )  # fmt: skip
    assert Case.objects.count() == 1


def test_a_unit_registers_nothing():
    with pytest.raises(NotAllowed):
        new(by=By.UNIT)
    assert Case.objects.count() == 0


def test_city_data_that_changed_meanwhile_is_read_again():
    ready()
    stale = version.current()
    version.bump()
    version.check(stale)
    done = new()
    assert row(done.case_id).state == "registered"
    assert version.known() != stale


def test_hazards_are_promised_at_any_hour_and_others_by_the_centre_s():
    ready()
    flood = subjects.by_code("0201")
    assert flood is not None
    assert flood.hazard
    done = new("0201")
    case = row(done.case_id)
    assert done.first_answer_at is not None
    assert abs(done.first_answer_at - case.registered_at.timestamp() - flood.first_answer_seconds) < 5
    assert (case.priority, case.hazard) == (1, True)


def test_an_address_with_its_district_reaches_the_desk_there():
    ready()
    area = places.area_by_code("MHD-09")
    assert area is not None
    done = new(place=Place("address", address="هنرستان ۵", district_id=area.id))
    case = row(done.case_id)
    assert case.district_id == area.id
    assert case.desk_id is not None
    assert case.point is None
    lost = new(place=Place("address", address="نمی‌دانم کجاست"))
    assert row(lost.case_id).desk_id is None
    assert spot().kind == "point"


def test_what_a_registration_leaves_out_or_knows_beforehand_is_so_in_the_fold_of_its_event():
    """The statement is sent no value for these: were the fold's another, the row would not be its history's."""
    for subject in ("0101", "0105", "0601"):
        done = new(subject)
        summary = replay.replay(history.events(done.case_id))
        assert summary is not None
        assert [getattr(summary, name) for name in UNTOUCHED] == [None] * len(UNTOUCHED)
        assert {name: getattr(summary, name) for name in BORN} == BORN
        assert summary.news_due_at == done.first_answer_at


@pytest.mark.parametrize("fields", [{}, {"a": 1}, {"a": {"b": "}"}, "c": "«۱»"}])
def test_an_object_without_the_value_of_its_last_field_is_one_with_it(fields):
    assert msgspec.json.decode(f"{unfinished(fields, 'case')}7}}") == fields | {"case": 7}
