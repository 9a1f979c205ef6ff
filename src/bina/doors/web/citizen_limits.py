"""How much one address may send to the citizen's pages; each web process counts its share."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from bina.config import config
from bina.doors.web.errors import TOO_MANY, show
from bina.flow.cases.limits import Buckets

buckets = Buckets()


def too_many(request: HttpRequest, what: str, per_hour: int) -> HttpResponse | None:
    """The page that says "later" when one address sends too much of something; None while it may."""
    rate = per_hour / config().web_workers / 3600
    name = f"{what}:{request.META.get('REMOTE_ADDR', '')}"
    return show(request, TOO_MANY) if buckets.take(name, per_second=rate, burst=max(per_hour / 2, 5)) else None
