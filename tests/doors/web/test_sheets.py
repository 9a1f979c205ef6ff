"""Lists as sheets: right to left, by the filter, whatever is typed stays text, nobody's data goes along."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bina.doors.web import sheets
from bina.flow.cases.models import CaseText
from tests.doors.web.staff import HEAD, SUPERVISOR, as_, expert_of
from tests.flow.cast import new, referred, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def opened(client: Any, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert answer.headers["Content-Type"] == sheets.KIND
    assert answer.headers["Cache-Control"] == "no-store"
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return book.active


def values(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in line] for line in sheet.iter_rows()]


def test_right_to_left_with_the_filter_and_the_day_above_and_only_what_it_lets_through():
    leak, lamp = row(new(words="لوله ترکیده است").case_id), row(new(words="چراغ خاموش است").case_id)
    client = as_(expert_of(leak))
    sheet = opened(client, "/worklist/sheet?q=لوله")
    assert sheet.sheet_view.rightToLeft
    found = values(sheet)
    assert found[0][0] == "کارتابل پیگیری"
    assert found[2][0] == "فیلتر: واژه: «لوله»"
    assert [name for name, _width in sheets.COLUMNS] == found[3]
    codes = [line[0] for line in found[4:]]
    assert leak.code in codes
    assert lamp.code not in codes
    assert "لوله ترکیده" not in str(found), "a citizen's words stay where they are"
    assert "علی رضایی" not in str(found)
    assert "09990000137" not in str(found)


@pytest.mark.parametrize("address", ["=HYPERLINK(1)", "+1+1", "-2", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"])
def test_what_looks_like_a_formula_stays_text(address):
    case = row(new().case_id)
    CaseText.objects.filter(case_id=case.pk).update(address=address)
    sheet = opened(as_(expert_of(case)), "/worklist/sheet")
    [cell] = [line[3] for line in sheet.iter_rows(min_row=5) if line[0].value == case.code]
    assert cell.data_type == "s"
    assert str(cell.value).strip() == address.strip()
    assert cell.quotePrefix


def test_telephones_in_an_address_and_addresses_of_sensitive_matters_stay_here():
    plain, sensitive = row(new().case_id), row(new("1202").case_id)
    CaseText.objects.filter(case_id=plain.pk).update(address="طبرسی ۱۲، تماس ۰۹۱۵ ۱۲۳ ۴۵۶۷، پلاک ۱۲۳")
    from datetime import UTC, datetime

    told = sheets.line(plain, "طبرسی ۱۲، تماس ۰۹۱۵ ۱۲۳ ۴۵۶۷، پلاک ۱۲۳", datetime.now(UTC))
    assert told[3] == "طبرسی ۱۲، تماس •••، پلاک ۱۲۳"
    assert sheets.line(sensitive, "خانهٔ پلاک ۵", datetime.now(UTC))[3] == ""


def test_read_in_chunks_up_to_a_limit(monkeypatch):
    monkeypatch.setattr(sheets, "CHUNK", 3)
    codes = {row(referred()).code for _ in range(8)}
    client = as_(SUPERVISOR)
    found = {line[0] for line in values(opened(client, "/worklist/sheet"))[4:]}
    assert found == codes
    with CaptureQueriesContext(connection) as asked:
        opened(client, "/worklist/sheet")
    assert len(asked) <= 6 + 2 * 3
    monkeypatch.setattr(sheets, "MOST", 4)
    monkeypatch.setattr(sheets.cells, "__defaults__", (4,))
    last = values(opened(client, "/worklist/sheet"))
    assert len(last) == 4 + 4 + 1
    assert "تنها" in last[-1][0]


def test_each_list_has_its_sheet_and_each_only_for_its_people():
    case = row(referred())
    client = as_(expert_of(case))
    only = values(opened(client, "/worklist/sheet?only=results"))
    assert only[0][0] == "نتیجه برای کنترل"
    assert len(only) == 4
    assert values(opened(client, "/worklist/sheet?to=MHD-03/D-TECH"))[0][0].startswith("برای پیگیری از")
    assert as_(HEAD).get("/worklist/sheet").status_code == 403
    assert client.get("/cases/sheet").status_code == 403
    from bina.ground.city.roles import Role
    from tests.doors.test_matrix import signed_in, somebody

    manager = signed_in(somebody()[Role.CENTER_MANAGER])
    assert case.code in {line[0] for line in values(opened(manager, "/cases/sheet"))[4:]}
