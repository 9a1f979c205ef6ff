"""A history from outside: each row a case or a rejection with its reason, nothing twice, reconciled to the last one."""

from __future__ import annotations

import csv
import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bina.doors.cli import cityload
from bina.doors.cli.importing import command, folding, mapping, outcome, readers
from bina.doors.cli.importing.mappings.saopaulo_156 import address
from bina.doors.cli.refusal import Refused
from bina.flow.cases import bulk, clerk, verify
from bina.ground.sla import version
from tests.databases import ROOT

CITY = ROOT / "cities" / "saopaulo"
DATA = Path(os.environ.get("BINA_TEST_DATA") or ROOT.parent / "shared" / "data")
REAL = DATA / "requests" / "saopaulo_156_2016_2018.parquet"
real = pytest.mark.skipif(not REAL.is_file(), reason=f"{REAL.name} is not there; name its folder by BINA_TEST_DATA")
NAME = "saopaulo_156"
GOOD = {
    "source_id": "2018/x#1", "data_de_abertura": "2018-07-25 14:55:24", "canal": "CENTRAL TELEFÔNICA",
    "servico": "Vistoria de colmeia/vespeiro instalado", "orgao": "COVISA-UVIS",
    "status_da_solicitacao": "FINALIZADA", "data_do_parecer": "2018-08-24 15:21:46", "distrito": "ITAQUERA",
    "lat": "-23.5559862", "lon": "-46.4474512", "coord_source": "point", "logradouro": "R BALTAZAR NUNES",
    "numero": "600",
}  # fmt: skip


@pytest.fixture
def saopaulo(fresh_database: Any, tmp_path: Path) -> Iterator[psycopg.Connection[Any]]:
    """São Paulo without cases, its districts drawn as squares; gives a connection to it."""
    with (CITY / "areas.csv").open(encoding="utf-8") as file:
        codes = [row["code"] for row in csv.DictReader(line for line in file if not line.startswith("#"))]
    features = []
    for n, code in enumerate(codes):
        west, south = -46.8 + n % 10 * 0.04, -23.8 + n // 10 * 0.04
        ring = [[west, south], [west + 0.04, south], [west + 0.04, south + 0.04], [west, south + 0.04], [west, south]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        properties = {"district_code": int(code.removeprefix("SP-"))}
        features.append({"type": "Feature", "properties": properties, "geometry": shape})
    drawn = tmp_path / "districts.geojson"
    drawn.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    cityload.load(CITY, shapes=drawn)
    version.check(version.current())
    with fresh_database.connect(autocommit=True) as connection:
        yield connection


def written(path: Path, *rows: dict[str, str], encoding: str = "utf-8") -> Path:
    """A CSV file of such rows; each differs from the good one by what is given."""
    with path.open("w", encoding=encoding, newline="") as file:
        lines = csv.DictWriter(file, list(GOOD))
        lines.writeheader()
        lines.writerows(GOOD | row for row in rows)
    return path


def bring(path: Path, tmp_path: Path, **more: Any) -> outcome.Outcome:
    """One run of the import."""
    return command.bring(NAME, path, report=tmp_path / "told.csv", **more)


def told(tmp_path: Path) -> list[tuple[int, str]]:
    """The rejected rows and their reasons."""
    with (tmp_path / "told.csv").open(encoding="utf-8") as file:
        return [(int(row["row"]), row["reason"]) for row in csv.DictReader(file)]


def one(connection: psycopg.Connection[Any], sql: str) -> Any:
    """The first cell of a query."""
    row = connection.execute(sql).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return row[0]


def history(connection: psycopg.Connection[Any], old_code: str) -> list[tuple[Any, ...]]:
    """Verb, time in UTC and what it carries, of each event of a case."""
    return connection.execute(
        "SELECT e.verb, to_char(e.at AT TIME ZONE 'UTC', 'MM-DD HH24:MI:SS'), e.given FROM cases_event e "
        "JOIN cases_case c ON c.id = e.stream_id WHERE c.old_code = %s ORDER BY e.seq",
        [old_code],
    ).fetchall()


@real
def test_real_rows_become_cases_and_a_second_run_brings_none(saopaulo, fresh_database, tmp_path, size):
    count, before = size(5_000, 200_000), folding.memory()
    first = bring(REAL, tmp_path, limit=count)
    assert first.exact
    assert first.new == first.rows == min(count, 184_305)
    assert first.rejections == 0
    assert one(saopaulo, "SELECT count(*) FROM cases_ledger") == first.events
    assert one(saopaulo, "SELECT count(*) FROM cases_timer") == 0  # nobody is told, nothing escalates
    assert one(saopaulo, "SELECT count(*) FROM cases_inbox") == 0
    assert one(saopaulo, "SELECT count(*) FROM cases_event WHERE origin <> 'import' OR actor <> 'source'") == 0
    assert one(saopaulo, "SELECT count(*) FROM cases_case WHERE (place = 'point') <> (point IS NOT NULL)") == 0
    # The tests' own process is large before it begins; what the import adds to it and to its second process is held
    # here, the whole by the command's own figure (`./bina import`, `./bina bench import`).
    assert sum(max(0, one - before) for one in first.memory) < 250e6
    again = bring(REAL, tmp_path, limit=count)
    assert again.exact
    assert (again.new, again.known, again.events) == (0, first.rows, 0)
    assert verify.verify(fresh_database.url).findings == []


def test_an_interrupted_run_goes_on_where_it_stopped(saopaulo, fresh_database, tmp_path):
    path = written(tmp_path / "rows.csv", *({"source_id": f"2018/x#{n}"} for n in range(3_000)))

    def stop(so_far: outcome.Outcome) -> None:
        if so_far.rows >= 1_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring(path, tmp_path, size=500, progress=stop)
    assert one(saopaulo, "SELECT count(*) FROM cases_case") == 1_000
    rest = bring(path, tmp_path, size=500)
    assert rest.exact
    assert (rest.known, rest.new) == (1_000, 2_000)
    assert one(saopaulo, "SELECT count(DISTINCT old_code) FROM cases_case") == 3_000
    with clerk.connect(fresh_database.url) as connection:
        assert clerk.drain(connection) == 0  # it had written the ledger itself
    assert verify.verify(fresh_database.url).findings == []


def test_a_code_that_a_citizen_got_meanwhile_is_drawn_again(saopaulo, tmp_path, monkeypatch):
    path = written(tmp_path / "rows.csv", *({"source_id": f"2018/x#{n}"} for n in range(40)))
    enter, met = bulk.enter, []

    def meets_once(connection: Any, formed: bulk.Formed) -> int:
        if len(met) == 2:
            met.append(formed)
            raise psycopg.errors.UniqueViolation("cases_case_code_key")
        met.append(formed)
        return enter(connection, formed)

    monkeypatch.setattr(bulk, "enter", meets_once)
    done = bring(path, tmp_path, size=10)
    assert done.exact
    assert (done.rows, done.new, done.known, done.events) == (40, 40, 0, 160)


def test_a_batch_draws_no_code_of_one_under_way(saopaulo, monkeypatch):
    drawn = iter(["1000000009", "1000000009", "1234567897", "1000000009", "2000000008"])
    monkeypatch.setattr(bulk, "new_code", lambda: next(drawn))
    register = {"subject": 1, "place": "none", "priority": 3, "hazard": False, "sensitivity": 0}
    stories = [bulk.Story(name, 10**15, "phone", register, []) for name in "ab"]
    with saopaulo.cursor() as cursor:
        batch = [bulk.prepare(story, 2 * 10**15) for story in stories]
        bulk.form(cursor, batch, under_way={"1234567897"})
    assert [one.code for one in batch] == ["2000000008", "1000000009"]
    assert [one.changes[0].event.given["code"] for one in batch] == ["2000000008", "1000000009"]


def test_each_status_becomes_its_history(saopaulo, tmp_path):
    status, decided = "status_da_solicitacao", "data_do_parecer"
    path = written(
        tmp_path / "rows.csv",
        {"source_id": "done"},
        {"source_id": "refused", status: "INDEFERIDO", decided: ""},
        {"source_id": "cancelled", status: "CANCELADA", decided: "2018-07-25 00:00:00"},
        {"source_id": "waiting", status: "AGUARDANDO ATENDIMENTO", "canal": "", "distrito": ""},
        {"source_id": "summer", "data_de_abertura": "2018-12-01 10:00:00", decided: "2018-12-02 00:00:00"},
        {"source_id": "block", "coord_source": "block", "numero": "00000"},
        {"source_id": "far", "lat": "46.4", "lon": "23.5"},
    )
    assert bring(path, tmp_path).exact
    events = {name: history(saopaulo, name) for name in ("done", "refused", "cancelled", "waiting", "summer")}
    assert [(verb, at) for verb, at, _ in events["done"]] == [
        ("register", "07-25 17:55:24"), ("refer", "07-25 17:55:24"), ("report", "08-24 18:21:46"),
        ("close_unheard", "08-24 18:21:46"),
    ]  # fmt: skip
    assert events["done"][2][2] == {"finding": "done", "proof": False}
    assert events["done"][1][2]["no_time"]
    assert [(verb, at) for verb, at, _ in events["refused"]][1:] == [
        ("refer", "07-25 17:55:24"), ("decline", "07-25 17:55:24")]  # fmt: skip
    assert events["refused"][2][2] == {"reason": "not_stated", "no_time": True}
    assert [(verb, given.get("no_time")) for verb, _, given in events["cancelled"]] == [
        ("register", None), ("withdraw", True)]  # fmt: skip
    assert "due_at" in events["waiting"][1][2]  # its clock starts with the import
    assert events["summer"][0][1] == "12-01 12:00:00"  # summer time: two hours, not three
    rows = saopaulo.execute(
        "SELECT c.old_code, c.state, c.outcome, c.place, c.point IS NULL, t.address, e.channel, c.district_id IS NULL "
        "FROM cases_case c JOIN cases_casetext t ON t.case_id = c.id "
        "JOIN cases_event e ON e.stream_id = c.id AND e.seq = 1 ORDER BY c.id"
    ).fetchall()
    full = "R BALTAZAR NUNES, 600"
    assert rows == [
        ("done", "closed", "unconfirmed", "point", False, full, "phone", False),
        ("refused", "closed", "declined", "point", False, full, "phone", False),
        ("cancelled", "closed", "withdrawn", "point", False, full, "phone", False),
        ("waiting", "referred", None, "point", False, full, "unknown", True),
        ("summer", "closed", "unconfirmed", "point", False, full, "phone", False),
        ("block", "closed", "unconfirmed", "address", True, "R BALTAZAR NUNES", "phone", False),
        ("far", "closed", "unconfirmed", "address", True, full, "phone", False),
    ]
    assert history(saopaulo, "block")[0][2]["source"] == "block"


def test_each_row_that_cannot_be_a_case_is_told_with_its_reason(saopaulo, tmp_path):
    path = written(
        tmp_path / "rows.csv",
        {},
        {},
        {"source_id": "a", "status_da_solicitacao": "ABERTA"},
        {"source_id": "b", "servico": "Outra coisa"},
        {"source_id": "c", "distrito": "ATLANTIS"},
        {"source_id": "d", "data_de_abertura": ""},
        {"source_id": "e", "data_de_abertura": "ontem"},
        {"source_id": "f", "data_de_abertura": "2999-01-01 00:00:00"},
        {"source_id": "g", "data_de_abertura": "0001-01-01 00:00:00"},
        {"source_id": "h", "orgao": "NASA"},
        {"source_id": ""},
        {"source_id": "i", "lat": "norte"},
        {"source_id": "j", "canal": "POMBO"},
    )
    raw = path.read_bytes()
    line = raw.split(b"\r\n")[1]
    raw += line.replace(b"2018/x#1", b"k").replace(b"BALTAZAR", "شارع".encode("cp1256")) + b"\r\n"
    raw += line.replace(b"2018/x#1", b"l") + b",more,cells\r\n"
    raw += line.replace(b"2018/x#1", b"m").replace(b"R BALTAZAR", b'"R BALTAZAR') + b"\r\n"
    raw += line.replace(b"2018/x#1", b"n") + b"\r\n\r\n"
    raw += line.replace(b"2018/x#1", b"o").replace(b"BALTAZAR", "BALT\ufffdZAR".encode()) + b"\r\n"
    path.write_bytes(b"\xef\xbb\xbf" + raw)
    done = bring(path, tmp_path, size=4)
    assert done.exact
    assert (done.rows, done.new, done.rejections) == (18, 2, 16)
    assert told(tmp_path) == [
        (2, "its code stands in an earlier row"),
        (3, "unknown status: ABERTA"),
        (4, "unknown subject: Outra coisa"),
        (5, "unknown district: ATLANTIS"),
        (6, "no time of opening"),
        (7, "unreadable time (opened): ontem"),
        (8, "impossible time of opening: 2999-01-01 00:00:00"),
        (9, "impossible time of opening: 0001-01-01 00:00:00"),
        (10, "unknown body: NASA"),
        (11, "no code: the row cannot be told from others"),
        (12, "lat is no number: norte"),
        (13, "unknown channel: POMBO"),
        (14, f"unreadable: not UTF-8 at byte {line.index(b'BALTAZAR') - 7 + 1} of the row"),
        (15, "unreadable: 15 cells, and there are 13 columns"),
        (16, "unreadable: a quotation mark is opened and not closed"),
        (18, "unreadable: it holds letters that were lost in another encoding"),
    ]


def test_a_file_that_lacks_columns_is_refused_before_anything_is_written(saopaulo, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("source_id,canal,servico\n1,x,y\n", encoding="utf-8")
    with pytest.raises(Refused, match=r"lacks the columns: data_de_abertura, .*lat.* It has: source_id, canal"):
        bring(path, tmp_path)
    assert not (tmp_path / "told.csv").exists()
    assert one(saopaulo, "SELECT count(*) FROM cases_case") == 0


def test_one_import_at_a_time_and_only_into_its_own_city(saopaulo, tmp_path):
    path = written(tmp_path / "rows.csv", {})
    saopaulo.execute("SELECT pg_advisory_lock(%s)", [command.LOCK])
    with pytest.raises(Refused, match="Another import is going on"):
        bring(path, tmp_path)
    saopaulo.execute("SELECT pg_advisory_unlock(%s)", [command.LOCK])
    saopaulo.execute("UPDATE city_installation SET code = 'ELSE'")
    version.forget()
    version.check(version.bump())
    with pytest.raises(Refused, match="is for the city SAO"):
        bring(path, tmp_path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\xff\xfes\0o\0", "UTF-16"),
        (b"source_id\0\0", "neither Parquet nor CSV"),
        ("situação,código\n".encode("latin-1"), "not UTF-8"),
        (b"PAR1 and nothing more", "no sound Parquet file"),
        (gzip.compress(b"source_id,x\n" * 99, mtime=0)[:40], "cannot be unpacked|lacks the columns"),
        (b"\x1f\x8bnot packed at all", "cannot be unpacked"),
        (b"a,a,b\n", "lacks the columns: c"),
    ],
)
def test_files_that_cannot_be_read_are_refused_in_words(tmp_path, content, sentence):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(Refused, match=sentence):
        list(readers.chunks(path, ("a", "c")))


def test_csv_is_read_packed_or_not_with_any_delimiter_and_lines_inside_cells(tmp_path):
    text = 'a;c;d\r\n1;"two\nlines";"x ""y"""\r\n2;;\r\n'
    (tmp_path / "rows.csv.gz").write_bytes(gzip.compress(b"\xef\xbb\xbf" + text.encode()))
    chunks = list(readers.chunks(tmp_path / "rows.csv.gz", ("a", "c")))
    assert [chunk.rows for chunk in chunks] == [
        [{"a": "1", "c": "two\nlines", "d": 'x "y"'}, {"a": "2", "c": None, "d": None}]
    ]
    assert chunks[-1].share == 1.0


@pytest.mark.parametrize(
    ("street", "number", "whole"),
    [
        ("RUA A", "12", "RUA A, 12"), ("RUA A", "0000", "RUA A"), ("RUA A", "S/N", "RUA A"), ("RUA A", "s/nº", "RUA A"),
        ("RUA A", None, "RUA A"), (None, "12", "12"), (None, None, ""), ("📍 RUA A", "100", "RUA A, 100"),
        ("RUA A", "RUA SN", "RUA A, RUA SN"),
    ],
)  # fmt: skip
def test_addresses_of_sao_paulo(street, number, whole):
    assert address({"logradouro": street, "numero": number}) == whole


def test_every_mapping_reads_and_names_real_columns_once():
    for name in mapping.names():
        table = mapping.read(name)
        assert len(set(table.needed)) == len(table.needed)
        assert len({status.ends for status in table.statuses.values()}) == len(table.statuses)
    with pytest.raises(Refused, match="There are: saopaulo_156"):
        mapping.read("nowhere")
