"""What a page says when something is refused: one plain sentence, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext, gettext_noop

from bina.flow.cases.errors import CaseError, Invalid, NotAllowed, Refused, Stale
from bina.ground.city.installation import NoInstallation
from bina.ground.city.roles import ROLES, Role


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of refusal: its HTTP status, its heading, its sentence and the next step."""

    status: int
    heading: str
    sentence: str
    step: str


NOT_FOUND = Fault(
    404,
    gettext_noop("چنین صفحه‌ای نیست"),
    gettext_noop("نشانی را درست نوشته‌اید؟ شاید یک حرف یا رقم جا افتاده باشد، یا این صفحه برای شما نیست."),
    gettext_noop("از صفحهٔ نخست دوباره آغاز کنید."),
)
FORBIDDEN = Fault(
    403,
    gettext_noop("این صفحه با شما نیست"),
    gettext_noop("نقش شما در سامانه اجازهٔ این صفحه را ندارد."),
    gettext_noop("اگر باید داشته باشید، به مدیر سامانهٔ خود بگویید."),
)
CONFLICT = Fault(
    409,
    gettext_noop("اکنون ممکن نیست"),
    gettext_noop("در این میان چیزی عوض شده است."),
    gettext_noop("به صفحهٔ پیش برگردید و آن را تازه کنید؛ نوشتهٔ شما همان‌جا مانده است."),
)
INVALID = Fault(
    422,
    gettext_noop("چیزی کم یا نادرست است"),
    gettext_noop("یکی از خانه‌ها درست پُر نشده است."),
    gettext_noop("به صفحهٔ پیش برگردید و همان خانه را درست کنید؛ نوشتهٔ شما همان‌جا مانده است."),
)
BAD_REQUEST = Fault(
    400,
    gettext_noop("فهمیده نشد"),
    gettext_noop("آنچه مرورگر فرستاد برای سامانه خوانا نبود، یا بزرگ‌تر از اندازه بود."),
    gettext_noop("به صفحهٔ پیش برگردید و دوباره بفرستید."),
)
TOO_LARGE = Fault(
    413,
    gettext_noop("بیش از اندازه بزرگ است"),
    gettext_noop("متن این فرم بزرگ‌تر از اندازه است (بیش از سه مگابایت) و خوانده نشد؛ چیزی ثبت نشد."),
    gettext_noop("به صفحهٔ پیش برگردید؛ نوشتهٔ شما همان‌جا مانده است. کوتاه‌ترش کنید، یا بقیه را عکس بگیرید و بفرستید."),
)
WRONG_METHOD = Fault(
    405,
    gettext_noop("این نشانی جای دیدن نیست"),
    gettext_noop("این نشانی تنها فرم می‌گیرد یا تنها خوانده می‌شود؛ آنچه فرستادید به آن نمی‌خورد. چیزی عوض نشد."),
    gettext_noop("به صفحهٔ پیش برگردید و کار را با دکمهٔ همان صفحه انجام دهید."),
)
STALE_FORM = Fault(
    403,
    gettext_noop("این فرم کهنه شده است"),
    gettext_noop("از وقتی که این صفحه را باز کردید، ورود شما تازه شده یا مرورگر کوکی را نگه نداشته است. چیزی ثبت نشد."),
    gettext_noop("به صفحهٔ پیش برگردید، آن را تازه کنید و دوباره بفرستید؛ نوشتهٔ شما همان‌جا مانده است."),
)
NO_CITY = Fault(
    503,
    gettext_noop("هنوز شهری نیست"),
    gettext_noop("این پایگاه داده خالی است."),
    gettext_noop("مدیر سامانه با فرمان «./bina new» شهری می‌سازد، یا با «./bina demo» شهری نمونه."),
)
TOO_MANY = Fault(
    429,
    gettext_noop("کمی صبر کنید"),
    gettext_noop("از این نشانی در زمانی کوتاه بارها فرستاده شده است."),
    gettext_noop("چند دقیقه دیگر دوباره بفرستید، یا با ۱۳۷ تماس بگیرید."),
)


def show(
    request: HttpRequest, fault: Fault, *, sentence: str = "", fields: dict[str, str] | None = None
) -> HttpResponse:
    """The page of one refusal; `sentence` stands in place of the general one, `fields` names what is wrong."""
    if request.path_info.startswith("/api/"):
        return JsonResponse(
            {
                "type": f"urn:bina:{fault.status}",
                "status": fault.status,
                "title": gettext(fault.heading),
                "detail": sentence or gettext(fault.sentence),
            },
            status=fault.status,
            content_type="application/problem+json",
        )
    viewer = getattr(request, "viewer", None)
    told = {
        "base": "base_staff.html" if viewer else "base_civic.html",
        "status": fault.status,
        "heading": gettext(fault.heading),
        "sentence": sentence or gettext(fault.sentence),
        "step": gettext(fault.step),
        "fields": fields or {},
    }
    return render(request, "errors/fault.html", told, status=fault.status)


def answer(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The page for a refusal of the flow that no view turned into its own; None for any other exception."""
    if isinstance(error, NoInstallation):
        return _bare(NO_CITY)
    if isinstance(error, NotAllowed):
        return show(request, NOT_FOUND, sentence=error.sentence)
    if isinstance(error, Refused | Stale):
        return show(request, CONFLICT, sentence=error.sentence)
    if isinstance(error, Invalid):
        return show(request, INVALID, fields=error.errors)
    if isinstance(error, CaseError):
        return show(request, INVALID, sentence=error.sentence)
    return None


def forbidden(request: HttpRequest, roles: Iterable[Role]) -> HttpResponse:
    """The page for a signed-in person without the roles it needs: it names whose it is."""
    names = gettext("، ").join(sorted(ROLES[role].fa for role in roles))
    return show(request, FORBIDDEN, sentence=gettext("این صفحه برای %(roles)s است.") % {"roles": names})


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler404."""
    return show(request, NOT_FOUND)


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler403."""
    return show(request, FORBIDDEN)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler400: rendered without the request, whose host or body is not to be trusted."""
    return _bare(TOO_LARGE if isinstance(exception, RequestDataTooBig) else BAD_REQUEST)


def wrong_method(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    """The page for a method that an address does not take, in place of Django's empty answer; names those it takes."""
    response = show(request, WRONG_METHOD)
    response["Allow"] = refused["Allow"]
    return response


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: the form's token does not fit this browser."""
    return show(request, STALE_FORM)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: needs neither database nor session, since either may be what failed."""
    fault = Fault(
        500,
        gettext_noop("از ماست، نه از شما"),
        gettext_noop("سامانه نتوانست این کار را به پایان ببرد. اگر چیزی فرستاده‌اید، شاید ثبت شده باشد."),
        gettext_noop("چند لحظهٔ دیگر همین صفحه را تازه کنید؛ دوبار فرستادن یک فرم، دوبار ثبت نمی‌شود."),
    )
    return _bare(fault)


def _bare(fault: Fault) -> HttpResponse:
    return HttpResponse(render_to_string("errors/bare.html", {"fault": fault}), status=fault.status)
