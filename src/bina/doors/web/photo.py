"""A photo of a case, only for whoever may see the case."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from bina.doors.web.audience import audience
from bina.flow.cases import access, queries
from bina.flow.cases.errors import NotAllowed
from bina.flow.cases.photos import folder


@audience("staff")
@require_safe
def photo(request: HttpRequest, photo_id: int) -> HttpResponseBase:
    """The re-encoded picture; kept by nobody on the way."""
    cases = access.cases_for(request.viewer)
    digest = queries.photo_file(cases, photo_id) if photo_id < 2**63 else None
    return picture(digest)


def picture(digest: str | None) -> HttpResponseBase:
    """The file of this name, as it goes to whoever may see it."""
    path = folder() / digest[:2] / digest if digest else None
    if path is None or not path.is_file():
        raise NotAllowed("این عکس نیست، یا با شما نیست.")
    response = FileResponse(path.open("rb"), content_type="image/jpeg")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
