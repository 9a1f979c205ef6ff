"""What every template may ask of its page: the city, whether it is made up, who looks, what time it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from bina.doors.web import demo
from bina.doors.web.demo import Eyes
from bina.doors.web.look import THEME_COOKIE, THEMES
from bina.doors.web.nav import Item, civic_items, place, staff_items
from bina.ground.city import installation
from bina.ground.city.people import Viewer
from bina.ground.sla import clock

LANGUAGE_NAMES = {"fa": "فارسی", "en": "English"}


@dataclass
class PageContext:
    """Answers lazily: a page pays only for what it shows."""

    request: HttpRequest

    @cached_property
    def city(self) -> str:
        """The city's name in the page's language."""
        here = installation.current()
        return here.name_en if self.language == "en" and here.name_en else here.name

    @cached_property
    def demo(self) -> bool:
        """Whether the city is made up."""
        return installation.current().demo

    @property
    def clock_steps(self) -> list[tuple[str, str]]:
        """How far a demo's clock may be moved at once."""
        return demo.steps()

    @cached_property
    def eyes(self) -> list[Eyes]:
        """On a request's page in a demo: through whom else it can be seen."""
        match = self.request.resolver_match
        if not (self.demo and self.viewer and match and match.url_name == "case"):
            return []
        return demo.eyes(self.viewer, match.kwargs["code"], getattr(self.request, "case", None))

    @cached_property
    def zone(self) -> str:
        """The zone in which times are read."""
        return installation.current().zone

    @cached_property
    def now(self) -> datetime:
        """The city's present moment, as the view read it if it did."""
        read: datetime | None = getattr(self.request, "moment", None)
        return read or clock.now()

    @cached_property
    def viewer(self) -> Viewer | None:
        """Who is signed in."""
        found: Viewer | None = getattr(self.request, "viewer", None)
        return found

    @cached_property
    def initial(self) -> str:
        """The letter that stands for the viewer."""
        name = self.viewer.name.split()[-1] if self.viewer and self.viewer.name else "؟"
        return name[0]

    @cached_property
    def roles(self) -> list[str]:
        """The viewer's roles with their places, in words."""
        return [right.words for right in self.viewer.rights] if self.viewer else []

    @cached_property
    def where(self) -> str:
        """Where the viewer works, beside the name of the system."""
        if not self.viewer:
            return ""
        places = {right.place for right in self.viewer.rights if right.place}
        return places.pop() if len(places) == 1 else self.city

    @cached_property
    def nav(self) -> list[Item]:
        """The viewer's pages."""
        return staff_items(self.request, self.viewer, demo=self.demo) if self.viewer else []

    @cached_property
    def civic_nav(self) -> list[Item]:
        """The citizen's pages."""
        return civic_items(self.request)

    @cached_property
    def find(self) -> str:
        """Where the one search box leads; empty while the viewer has no list to search."""
        return place("find") if self.viewer else ""

    @cached_property
    def theme(self) -> str:
        """light or dark where the reader chose one, else empty: as his system has it."""
        chosen = self.request.COOKIES.get(THEME_COOKIE, "")
        return chosen if chosen in THEMES else ""

    @cached_property
    def language(self) -> str:
        """fa or en."""
        return str(getattr(self.request, "LANGUAGE_CODE", "fa"))

    @property
    def direction(self) -> str:
        """Of the page's writing."""
        return "rtl" if self.language == "fa" else "ltr"

    @property
    def other_language(self) -> str:
        """The language one may change to."""
        return "en" if self.language == "fa" else "fa"

    @property
    def other_language_name(self) -> str:
        """Its own name for itself."""
        return LANGUAGE_NAMES[self.other_language]


def page(request: HttpRequest) -> dict[str, Any]:
    """Django's context processor: `page` in every template."""
    return {"page": PageContext(request)}
