"""The staff bar's pages by role, and the citizen's; a page that does not stand yet is not shown."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext, gettext_noop

from bina.doors.web.audience import holds
from bina.flow.cases.access import SEES
from bina.ground.city.people import Viewer
from bina.ground.city.roles import Role


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the bar: its route's name, its word, whose it is (None: everybody's who is signed in)."""

    name: str
    label: str
    roles: frozenset[Role] | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A page as the bar shows it now; `count` is what waits there, None when it is not counted."""

    name: str
    label: str
    href: str
    here: bool
    count: int | None = None


STAFF = (
    Page("desk", gettext_noop("میز تماس"), frozenset({Role.OPERATOR, Role.DUTY_OFFICER, Role.SHIFT_SUPERVISOR})),
    Page("work", gettext_noop("کارتابل پیگیری"), frozenset({Role.FOLLOWUP_EXPERT, Role.SUPERVISOR_137})),
    Page("results", gettext_noop("نتیجه‌ها"), frozenset({Role.FOLLOWUP_EXPERT, Role.SUPERVISOR_137})),
    Page("oversight", gettext_noop("تصمیم‌ها"), frozenset({Role.SUPERVISOR_137})),
    Page("callback", gettext_noop("بازخورد"), frozenset({Role.OPERATOR, Role.FOLLOWUP_EXPERT})),
    Page(
        "inbox",
        gettext_noop("کارتابل واحد"),
        frozenset({Role.UNIT_HEAD, Role.LIAISON, Role.UPPER_MANAGER, Role.OFFICE}),
    ),
    Page("day", gettext_noop("کار اکیپ‌ها"), frozenset({Role.UNIT_HEAD, Role.LIAISON})),
    Page("crew", gettext_noop("کار امروز"), frozenset({Role.CREW, Role.FIELD_OFFICER})),
    Page("inspect", gettext_noop("بازرسی"), frozenset({Role.INSPECTOR})),
    Page(
        "cases",
        gettext_noop("درخواست‌ها"),
        frozenset(
            {
                Role.INSPECTOR,
                Role.CREW,
                Role.FIELD_OFFICER,
                Role.DISTRICT_MAYOR,
                Role.CENTER_MANAGER,
                Role.AUDITOR,
                Role.FINANCE,
                Role.DUTY_OFFICER,
                Role.SHIFT_SUPERVISOR,
            }
        ),
    ),
    Page("map", gettext_noop("نقشه"), frozenset(SEES)),
    Page("admin", gettext_noop("تنظیم‌ها"), frozenset({Role.ADMIN})),
)
# Where these roles begin, though it is not the first of their pages: what waits for them alone comes first.
BEGINS = {Role.SUPERVISOR_137: "oversight", Role.DUTY_OFFICER: "cases"}
LISTS = ("work", "inbox", "inspect", "cases")  # pages of the bar that list cases
SHOWCASE = Page("components", gettext_noop("اجزا"))  # the pattern page, in a demo
CIVIC = (Page("report", gettext_noop("گزارش تازه")), Page("track", gettext_noop("پیگیری با کد")))


def staff_items(request: HttpRequest, viewer: Viewer, *, demo: bool) -> list[Item]:
    """The pages of a signed-in person, in the bar's order."""
    pages = [p for p in STAFF if p.roles is None or holds(viewer, p.roles)]
    return _items(request, [*pages, SHOWCASE] if demo else pages)


def civic_items(request: HttpRequest) -> list[Item]:
    """The pages of a citizen."""
    return _items(request, list(CIVIC))


def list_of(viewer: Viewer) -> Item | None:
    """The list from which a person opens cases: the first of his pages that is one, None for a person without."""
    for page in STAFF:
        if page.name in LISTS and page.roles is not None and holds(viewer, page.roles) and (found := place(page.name)):
            return Item(page.name, gettext(page.label), found, here=False)
    return None


def home_of(viewer: Viewer) -> str:
    """Where a person begins: what waits for his role alone, else the first of his pages, else the plain page."""
    for role, name in BEGINS.items():
        if holds(viewer, frozenset({role})) and (found := place(name)):
            return found
    for page in STAFF:
        if page.roles is not None and holds(viewer, page.roles) and (found := place(page.name)):
            return found
    return reverse("home")


def place(name: str) -> str:
    """The address of a page by its route's name, empty while there is none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _items(request: HttpRequest, pages: list[Page]) -> list[Item]:
    shown = []
    for page in pages:
        href = place(page.name)
        if href:
            here = request.path == href or request.path.startswith(href + "/")
            shown.append(Item(page.name, gettext(page.label), href, here))
    return shown
