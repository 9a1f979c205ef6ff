"""The unit's own forms on one case: result, part of it, return with the owner named, pass on; made for a phone too."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bina.doors.web import deeds, inbox
from bina.doors.web.audience import audience
from bina.doors.web.case_fields import DayField, UnitField, pick, picture_field, unit_choices, words
from bina.doors.web.case_forms import onward
from bina.doors.web.intake import merge_errors, photos_in
from bina.flow.cases import access, moves, photos, queries
from bina.flow.cases.errors import Invalid, KeyReused, NotAllowed, Refused, Stale
from bina.flow.cases.moves import By
from bina.flow.cases.record import record
from bina.flow.cases.register import Key
from bina.flow.cases.rules import PROOFS, RETURN_BUDGET
from bina.flow.work import jobs, queue, results
from bina.ground.catalogue import subjects
from bina.ground.catalogue.subjects import SubjectRow
from bina.ground.city import places, units
from bina.ground.text.digits import BadNumber, parse_int, persian

QUANTITY_MAX = 10**9 - 1


class Quantity(forms.CharField):
    """How much was done, as a whole number in any digits; None for nothing."""

    def __init__(self, **given: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric"})
        super().__init__(label="مقدار", required=False, max_length=40, widget=widget, **given)

    def clean(self, value: Any) -> int | None:
        """The number typed."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_int(text, least=1, most=QUANTITY_MAX)
        except BadNumber as error:
            raise forms.ValidationError(error.fa) from error


class Brought(forms.Form):
    """What a crew brings back, by phone or on paper; a rest needs its day."""

    def clean(self) -> dict[str, Any]:
        """The day is asked for beside the finding that wants it."""
        given = super().clean() or {}
        if given.get("finding") == "partly" and not given.get("rest_at") and "rest_at" not in self.errors:
            self.add_error("rest_at", "بنویسید بقیه تا چه روزی انجام می‌شود.")
        return given


class Deed(forms.Form):
    """A form about one case."""

    def __init__(self, *args: Any, case: Any, subject: SubjectRow | None, **given: Any) -> None:
        super().__init__(*args, auto_id="in-%s", **given)
        self.case, self.subject = case, subject
        self.prepare()

    def prepare(self) -> None:
        """Sets what depends on the case."""


class Report(Deed):
    """The result with what proves it."""

    finding = forms.ChoiceField(label="یافته", choices=list(moves.FINDINGS.items()), widget=forms.RadioSelect)
    before = picture_field("عکس پیش از کار", required=False)
    photo = picture_field("عکس پس از کار", required=False)
    quantity = Quantity(help_text="اگر کار اندازه دارد: متر مربع، عدد، تن.")
    words = words("پاسخ به شهروند", help_text="ساده و کوتاه؛ شهروند همین را می‌خواند.")

    def prepare(self) -> None:
        """A photo from before is asked for where the subject wants one; a quantity where a job is open."""
        self.fields["finding"].error_messages["required"] = "یافته را برگزینید."
        if not any("photo_before" in proofs for proofs in (self.subject.proof.values() if self.subject else ())):
            del self.fields["before"]
        if not jobs.open_of([self.case.pk]):
            del self.fields["quantity"]


class Partly(Deed):
    """What is done, until when the rest."""

    words = words("چه انجام شد و چه ماند؟")
    rest_at = DayField(label="بقیه تا چه روزی؟")
    quantity = Quantity()

    def prepare(self) -> None:
        """A quantity only where a job is open."""
        if not jobs.open_of([self.case.pk]):
            del self.fields["quantity"]


class Return(Deed):
    """Why it is not ours, and whose it is."""

    reason = pick("دلیل عودت", moves.RETURN_REASONS)
    proposed_unit = UnitField(label="به نظر شما با کدام واحد است؟")
    words = words("توضیح برای ۱۳۷", required=False, rows=2)

    def prepare(self) -> None:
        """Every body but the one that has it."""
        own = units.by_id(self.case.unit_id or 0)
        self.fields["proposed_unit"].choices = _without(unit_choices(self.case.district_id), own.code if own else "")
        self.fields["reason"].error_messages["required"] = "دلیل عودت را برگزینید."
        self.fields["proposed_unit"].error_messages["required"] = "واحدی را که باید کار کند نام ببرید."


class Refer(Deed):
    """To which of the bodies that the subject allows, with which instruction."""

    unit = UnitField(label="به کدام؟")
    words = words("دستور کار", help_text="یک جمله: چه باید بکند؟", rows=2)

    def prepare(self) -> None:
        """Only where the subject allows the owner to pass it on."""
        named = [(unit.code, unit.name) for unit in onward(self.case)]
        self.fields["unit"].choices = [("", "برگزینید"), *named]


FORMS: dict[str, type[Deed]] = {"report": Report, "partly_done": Partly, "return": Return, "refer": Refer}
SENT = {"report": "نتیجه اعلام شد؛ ۱۳۷ آن را می‌سنجد.", "partly_done": "ثبت شد؛ بقیه در کارتابل می‌ماند.",
        "return": "عودت شد؛ ۱۳۷ دربارهٔ واحد مسئول تصمیم می‌گیرد.", "refer": "ارجاع شد."}  # fmt: skip
FIELDS = {"instruction": "words", "answer": "words", "files": "photo"}


def _without(choices: list[tuple[str, Any]], code: str) -> list[tuple[str, Any]]:
    return [
        (name, [row for row in rows if row[0] != code] if isinstance(rows, list) else rows) for name, rows in choices
    ]


@audience(inbox.AUDIENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def deed(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """One of the unit's forms on one case; a refusal stands beside its field, and nothing typed is lost."""
    found = access.case_for(request.viewer, code)
    if verb not in FORMS:
        raise NotAllowed("چنین فرمی نیست.")
    if found.code != code:
        return redirect("inbox_deed", code=found.code, verb=verb)
    by = access.hat_for(request.viewer, found, (By.UNIT, By.LIAISON))
    subject = subjects.by_id(found.subject_id)
    if request.method != "POST":
        if _see(found, by, request.viewer):
            found = access.case_for(request.viewer, code)
        return _page(request, found, verb, FORMS[verb](case=found, subject=subject))
    form = FORMS[verb](request.POST, request.FILES, case=found, subject=subject)
    doing, status = deeds.doing(request, found, verb), 422
    try:
        if form.is_valid():
            _do(verb, doing, form)
            messages.success(request, SENT[verb])
            return redirect("inbox")
    except Invalid as error:
        merge_errors(form, Invalid({FIELDS.get(name, name): what for name, what in error.errors.items()}))
    except Stale as error:
        status = 409
        form.add_error(None, f"{error.sentence} نوشتهٔ شما سر جایش است.")
    except (Refused, KeyReused) as error:
        form.add_error(None, error.sentence)
    return _page(request, access.case_for(request.viewer, code), verb, form, status=status)


def _see(found: Any, by: By, viewer: Any) -> bool:
    """Records that the unit has seen its referral, the first time one of its forms is opened."""
    if found.state != moves.State.REFERRED or "seen" in found.more:
        return False
    with suppress(Stale):  # somebody changed it this very moment: the page shows the newer state
        record(
            found.pk, "seen", by=by, actor=f"p:{viewer.person_id}", channel="desk", unit=found.unit_id, seq=found.seq
        )
    return True


def _do(verb: str, act: deeds.Doing, form: Deed) -> None:
    given = dict(form.cleaned_data)
    said = given.pop("words", "") or None
    if verb in ("return", "refer"):
        record(act.case.pk, verb, words=said, **given, **act.common())
        return
    shown = [(photos_in(act.files, name), stage) for name, stage in (("before", "before"), ("photo", "after"))]
    bring(
        act.case.pk, shown=shown if verb == "report" else [], common=act.common(), quantity=given.get("quantity"),
        finding="partly" if verb == "partly_done" else given["finding"], words=said, rest_at=given.get("rest_at"),
    )  # fmt: skip


def bring(case_id: int, *, shown: list[tuple[list[bytes], str]], common: dict[str, Any], **result: Any) -> None:
    """Photos, then the result that they prove; the photos are cleaned before anything is written.

    The photos stay when the result is refused: whoever corrects it need not send them again.
    """
    seq, key = common["seq"], common["key"]
    cleaned = [([photos.clean(raw) for raw in files], stage) for files, stage in shown if files]
    for pictures, stage in cleaned:
        beside = Key(key.scope, f"{key.key}+{stage}"[:200], key.route, key.body)
        seq = photos.attach(case_id, pictures, stage=stage, **(common | {"key": beside, "seq": seq})).seq
    results.enter(case_id, **result, **(common | {"seq": seq}))


def proof_words(subject: SubjectRow | None) -> list[tuple[str, str]]:
    """What each finding must be shown with, before anything is sent: (finding, sentence); none where nothing is."""
    if subject is None:
        return []
    told = []
    for finding, word in moves.FINDINGS.items():
        named = [PROOFS[p] for p in subject.proof.get(finding, []) if p in PROOFS]
        if named:
            told.append((finding, f"برای «{word}» {' و '.join(named)} لازم است."))
    return told


def _page(request: HttpRequest, found: Any, verb: str, form: Deed, *, status: int = 200) -> HttpResponse:
    subject = subjects.by_id(found.subject_id)
    pictures = queries.photos(found.pk)
    area = places.area(found.neighbourhood_id or 0)
    missing = ""
    if verb == "refer" and not onward(found):
        missing = (
            "این موضوع را واحد شما نمی‌تواند به دستگاه دیگری بدهد؛ اگر با شما نیست، «عودت» کنید و صاحب کار را نام ببرید."
        )
    if verb == "return" and found.more.get("settled"):
        missing = "واحد مسئول را سرپرست ۱۳۷ تعیین کرده است؛ برای تغییر آن با او گفتگو کنید."
    told = {
        "case": found, "verb": verb, "form": form, "now": access.now(), "subject": subject.name if subject else "",
        "address": queries.addresses([found.pk]).get(found.pk, ""), "area": area.name if area else "",
        "said": queries.first_words([found.pk]).get(found.pk, ""), "order": queue.last_said([found.pk]).get(found.pk),
        "heading": {"report": "اعلام نتیجه", "partly_done": "بخشی انجام شد", "return": "عودت به ۱۳۷",
                    "refer": "ارجاع به دستگاه دیگر"}[verb],
        "proofs": proof_words(subject) if verb == "report" else [], "missing": missing,
        "have": {stage: [p for p in pictures if p["stage"] == stage] for stage in ("before", "after")},
        "budget": budget(found) if verb in ("return", "refer") else "",
    }  # fmt: skip
    return render(request, "staff/inbox_deed.html", told, status=status)


def budget(case: Any) -> str:
    """How many returns a case has left before the supervisor settles whose it is, as a sentence."""
    left = max(RETURN_BUDGET - case.returns, 0)
    if left == 0:
        return "این درخواست دو بار عودت شده است؛ این بار سرپرست ۱۳۷ منطقه واحد مسئول را تعیین می‌کند."
    so_far = f"{persian(case.returns)} بار عودت شده است" if case.returns else "تاکنون عودت نشده است"
    return f"این درخواست {so_far}؛ پس از {persian(RETURN_BUDGET)} بار، سرپرست ۱۳۷ واحد مسئول را تعیین می‌کند."
