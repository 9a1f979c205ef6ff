"""What the verbs wrote, entered by the clerk and held against its history: nothing is found."""

from bina.flow.cases import clerk, photos, verify
from bina.flow.cases.moves import By
from tests.flow.cast import do, in_progress, new, referred, reported


def test_everything_that_these_verbs_wrote_is_true(fresh_database, city, tmp_path, monkeypatch):
    monkeypatch.setattr(photos, "folder", lambda: tmp_path / "files")
    for make in (new, referred, in_progress, reported):
        make()
    case_id = reported()
    do(case_id, "confirm", By.CITIZEN)
    with clerk.connect(fresh_database.url) as connection:
        entered = clerk.drain(connection)
    told = verify.verify(fresh_database.url, files=tmp_path / "files")
    assert told.findings == []
    assert (told.cases, told.ledger) == (5, entered)
