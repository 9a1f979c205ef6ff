"""A list as a sheet (XLSX, right to left): what its filter lets through, read in chunks, without anybody's data."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe
from xlsxwriter import Workbook

from bina.doors.web import cases as plain
from bina.doors.web import work_filters
from bina.doors.web.audience import audience
from bina.doors.web.hands import OWNERS
from bina.doors.web.when import full_day, stamp
from bina.doors.web.work import AUDIENCE, listed_for
from bina.doors.web.work_words import NAMES, stands
from bina.flow.cases import access, queries, worklist
from bina.flow.cases.moves import STATE_FA, State
from bina.ground.catalogue import subjects
from bina.ground.city import installation, places, units
from bina.ground.text.digits import persian
from bina.ground.text.jalali import local_day, numeric_date, to_jalali
from bina.ground.text.phones import left_out

CHUNK, MOST = 500, 10_000  # cases of one read, and of one sheet
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    ("کد رهگیری", 14), ("فهرست", 18), ("موضوع", 26), ("نشانی", 34), ("منطقه", 14), ("حالت", 14), ("واحد", 28),
    ("اکنون نزد", 14), ("ثبت", 12), ("مهلت واحد", 12), ("وعده به شهروند", 14), ("قول واحد", 12), ("پیگیری مجدد", 12),
    ("چرا اینجاست", 44),
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a sheet would take for something to reckon
Page = Callable[[Any], tuple[Sequence[Any], Any]]


def line(case: Any, address: str, now: datetime) -> list[str | int]:
    """One case as the cells of COLUMNS; the address of a sensitive case is left out, and so are telephones in any."""
    subject, unit = subjects.by_id(case.subject_id), units.by_id(case.unit_id or 0)
    area = places.area(case.district_id) if case.district_id else None
    place = "" if case.sensitivity else left_out(address)
    return [
        case.code, NAMES.get(getattr(case, "need", ""), ""), subject.name if subject else "", place,
        area.name if area else "", STATE_FA[State(case.state)], unit.name if unit else "",
        OWNERS.get(case.hands, ""), _day(case.registered_at), _day(case.unit_due_at), _day(case.news_due_at),
        _day(case.word_at), case.recontacts, stands(case, now),
    ]  # fmt: skip


def _day(at: datetime | None) -> str:
    """۱۴۰۵/۰۹/۰۳, in the digits that a sheet sorts."""
    return numeric_date(local_day(at, installation.current().zone)) if at else ""


def cells(page: Page, now: datetime, most: int = MOST) -> Iterator[list[str | int]]:
    """The lines of a list, read chunk by chunk: two statements for each CHUNK of cases."""
    after: Any = None
    left = most
    while left > 0:
        found, after = page(after)
        addresses = queries.addresses([case.pk for case in found])
        for case in found[:left]:
            yield line(case, addresses.get(case.pk, ""), now)
        left -= len(found)
        if after is None:
            return


def write(out: Any, head: Sequence[str], lines: Iterator[list[str | int]]) -> int:
    """Writes the sheet into a binary file: the head, the columns' names, the lines; how many lines."""
    book = Workbook(out, {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    })  # fmt: skip
    sheet = book.add_worksheet("فهرست")
    sheet.right_to_left()
    bold, title = book.add_format({"bold": True, "bottom": 1}), book.add_format({"bold": True, "font_size": 14})
    quoted = book.add_format({"quote_prefix": True})
    for column, (_name, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
    for row, text in enumerate(head):
        sheet.write_string(row, 0, text, title if row == 0 else quoted)
    first = len(head)
    for column, (name, _width) in enumerate(COLUMNS):
        sheet.write_string(first, column, name, bold)
    sheet.freeze_panes(first + 1, 1)
    sheet.repeat_rows(first)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    count = 0
    for count, values in enumerate(lines, 1):
        for column, value in enumerate(values):
            if isinstance(value, int):
                sheet.write_number(first + count, column, value)
            else:  # always text, and marked as such, so that it stays text when somebody edits it or saves it as CSV
                sheet.write_string(first + count, column, value, quoted if value.startswith(_FORMULA) else None)
    if count >= MOST:
        sheet.write_string(first + count + 1, 0, f"تنها {persian(MOST)} درخواست نخست؛ فیلتر را تنگ‌تر کنید.", bold)
    book.close()
    return count


def answer(name: str, head: Sequence[str], page: Page, now: datetime) -> FileResponse:
    """The sheet as a download."""
    out = io.BytesIO()
    write(out, head, cells(page, now))
    out.seek(0)
    day = to_jalali(local_day(now, installation.current().zone))
    filename = f"bina-{name}-{day.year}-{day.month:02}-{day.day:02}.xlsx"
    response = FileResponse(out, as_attachment=True, filename=filename, content_type=KIND)
    response.headers["Cache-Control"] = "no-store"
    return response


def _head(request: HttpRequest, title: str, of: Sequence[str], wanted: work_filters.Wanted, now: datetime) -> list[str]:
    zone = installation.current().zone
    return [
        title, f"{full_day(now, zone)}، {stamp(now, zone).split()[-1]}، {request.viewer.name}"
        + (f"، {'، '.join(of)}" if of else ""), f"فیلتر: {wanted.words()}" if wanted.words() else "بی‌فیلتر",
    ]  # fmt: skip


@audience(AUDIENCE)
@require_safe
def work_sheet(request: HttpRequest) -> HttpResponseBase:
    """The worklist, one of its lists (`only`), or what one body is to be asked about (`to`), as a sheet."""
    viewer, now = request.viewer, access.now()
    wanted, only = work_filters.read(request.GET), request.GET.get("only", "")
    listed, of = listed_for(viewer, wanted, now)
    title, unit = "کارتابل پیگیری", units.by_code(request.GET.get("to", "")[:80])
    if only in worklist.DESK:
        listed, title = worklist.of_need(listed, only), NAMES[only]
    elif unit is not None:
        listed, title = (
            worklist.to_chase(listed, work_filters.midnight(now)).filter(target=unit.id),
            f"برای پیگیری از {unit.name}",
        )
    return answer(
        "work", _head(request, title, of, wanted, now),
        lambda after: worklist.page(listed, after=after or "", limit=CHUNK), now,
    )  # fmt: skip


@audience(plain.AUDIENCE)
@require_safe
def cases_sheet(request: HttpRequest) -> HttpResponseBase:
    """The plain list of cases as a sheet."""
    now, wanted = access.now(), work_filters.read(request.GET)
    listed, title = plain.cases_of(request.viewer)
    found = wanted.narrow(listed, now)
    return answer(
        "cases", _head(request, title, (), wanted, now),
        lambda after: queries.page(found, after=after, limit=queries.PAGE_MAX), now,
    )  # fmt: skip
