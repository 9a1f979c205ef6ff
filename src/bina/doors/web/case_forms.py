"""The small form of each verb on a case: its fields, and how what was typed becomes what the verb is given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from bina.doors.web.case_fields import (
    DayField,
    LineField,
    UnitField,
    line_words,
    pick,
    picture_field,
    unit_choices,
    words,
)
from bina.doors.web.intake import district_choices, subject_choices
from bina.flow.cases import moves
from bina.flow.cases.contacts import REASONS
from bina.flow.cases.moves import By
from bina.flow.cases.photos import STAGES
from bina.flow.credit import lines
from bina.flow.quality.followups import MEANS
from bina.flow.quality.inspections import REASONS as REASONS_TO_INSPECT
from bina.ground.catalogue import constraints, subjects
from bina.ground.city import units
from bina.ground.city.dated import this_day

CENTRE = frozenset({By.OPERATOR, By.DUTY_OFFICER, By.EXPERT, By.SUPERVISOR})  # who may refer to any unit
PROMISES = (("next_news", "خبر بعدی"), ("result", "نتیجه"))


class Deed(forms.Form):
    """The form of a verb on one case; `case` gives its choices, `hats` (of whoever fills it in) narrow them."""

    def __init__(self, *args: Any, case: Any, hats: Iterable[By] = (), **given: Any) -> None:
        super().__init__(*args, auto_id="do-%s", **given)
        self.case, self.hats = case, frozenset(hats)
        self.prepare()

    def prepare(self) -> None:
        """Sets the choices that depend on the case."""

    def given(self) -> dict[str, Any]:
        """What the verb is given besides its words."""
        return {
            k: v for k, v in self.cleaned_data.items() if k not in ("words", "photo", "before") and v not in ("", None)
        }


class Said(Deed):
    """A verb that needs words alone."""

    words = words("متن")


class MaybeSaid(Deed):
    """A verb to which words may be added."""

    words = words("یادداشت", required=False, rows=2)


class Refer(Deed):
    """To which unit, with what instruction."""

    unit = UnitField(label="به کدام واحد؟")
    words = words("دستور کار", help_text="یک جمله: چه باید بکند؟")

    def prepare(self) -> None:
        if self.hats and not self.hats & CENTRE:
            named = [(unit.code, unit.name) for unit in onward(self.case)]
            self.fields["unit"].choices = [("", "برگزینید"), *named]
        else:
            self.fields["unit"].choices = unit_choices(self.case.district_id)


class Accept(Deed):
    """The unit takes it on, perhaps with its own plan."""

    plan_at = DayField(label="برنامهٔ شما برای انجام", required=False)


class Spoken(Deed):
    """With whom it was spoken."""

    words = words("با چه کسی و چه ساعتی گفتگو شد؟", rows=2)


class Return(Deed):
    """Why not ours, and whose."""

    reason = pick("دلیل عودت", moves.RETURN_REASONS)
    proposed_unit = UnitField(label="واحد پیشنهادی")
    words = words("توضیح", required=False, rows=2)

    def prepare(self) -> None:
        self.fields["proposed_unit"].choices = unit_choices(self.case.district_id)


class Hold(Deed):
    """What stands in the way, who can attest it, which credit line, when it is looked at again."""

    constraint = forms.ChoiceField(label="مانع")
    line = LineField(label="ردیف اعتبار", required=False, help_text="برای انتظار اعتبار: منتظر کدام ردیف؟")
    body = UnitField(label="دستگاهی که باید تأیید کند", required=False)
    review_at = DayField(label="تاریخ بازبینی")
    words = words("توضیح", required=False, rows=2)

    def prepare(self) -> None:
        rows = [(row.code, row.name) for row in constraints.all()]
        self.fields["constraint"].choices = [("", "برگزینید"), *rows]
        self.fields["body"].choices = unit_choices(self.case.district_id)
        offered = lines.offered(self.case.district_id)
        self.fields["line"].choices = [("", "برگزینید"), *((row.id, line_words(row, this_day())) for row in offered)]
        if not offered:
            del self.fields["line"]

    def given(self) -> dict[str, Any]:
        """A line belongs only to what waits for credit; beside another hold the list was merely left open."""
        found, row = super().given(), constraints.by_code(self.cleaned_data["constraint"])
        return found if row is not None and row.grp == "credit" else {k: v for k, v in found.items() if k != "line"}


class OfHold(Deed):
    """About one of the holds that stand."""

    hold = forms.TypedChoiceField(label="کدام مانع؟", coerce=int)
    words = words("توضیح", required=False, rows=2)

    def prepare(self) -> None:
        standing = self.case.more.get("holds", [])
        named = [(h["seq"], _constraint(h["constraint"])) for h in standing]
        self.fields["hold"].choices = named


class Contest(OfHold):
    """Why the hold is not true."""

    words = words("چرا این مانع درست نیست؟", rows=2)


class Renew(OfHold):
    """Until when the hold goes on."""

    review_at = DayField(label="بازبینی بعدی")
    field_order = ("hold", "review_at", "words")


class Report(Deed):
    """What was found and done, in words for the citizen, with the photos that the subject wants."""

    finding = forms.ChoiceField(label="یافته", choices=list(moves.FINDINGS.items()), widget=forms.RadioSelect)
    words = words("پاسخ به شهروند", help_text="ساده و کوتاه؛ شهروند همین را می‌خواند.")
    before = picture_field("عکس پیش از کار", required=False)
    photo = picture_field("عکس پس از کار", required=False)

    def prepare(self) -> None:
        """The photo from before is asked for where the subject wants one."""
        subject = subjects.by_id(self.case.subject_id)
        if subject is None or not any("photo_before" in proofs for proofs in subject.proof.values()):
            del self.fields["before"]


class Photo(Deed):
    """Photos of the place, before or after."""

    stage = forms.ChoiceField(
        label="از چه هنگام؟",
        choices=[(k, v) for k, v in STAGES.items() if k in ("before", "after")],
        widget=forms.RadioSelect,
    )
    photo = picture_field("عکس")


class Partly(Deed):
    """What is done, and until when the rest."""

    rest_at = DayField(label="بقیه تا چه روزی؟")
    words = words("چه انجام شد و چه ماند؟")


class SendBack(Deed):
    """What is missing in the result."""

    words = words("چه چیزی کم است؟", help_text="واحد همین را می‌بیند و کامل می‌کند.")


class Answer(Deed):
    """Words for the citizen, perhaps with the day of the next news."""

    words = words("پاسخ به شهروند", help_text="شهروند همین را می‌خواند.")
    next_news_at = DayField(label="خبر بعدی تا", required=False, working=True)

    def given(self) -> dict[str, Any]:
        """A date for the next news makes the answer a temporary one."""
        found = super().given()
        return found | ({"temporary": True} if "next_news_at" in found else {})


class FollowUp(Deed):
    """How the unit was asked, what it said, the day it gave."""

    means = pick("از چه راه؟", tuple(MEANS.items()))
    words = words("چه پاسخ دادند؟", rows=2)
    word_at = DayField(label="قول واحد", required=False)
    to = forms.CharField(label="با چه کسی؟", required=False, max_length=120)
    field_order = ("means", "to", "words", "word_at")


class Promise(Deed):
    """What is promised to the citizen for which day."""

    kind = pick("وعدهٔ چه؟", PROMISES)
    due_at = DayField(label="تا چه روزی؟", working=True)


class Propose(Deed):
    """Why it cannot be done; the supervisor decides."""

    reason = pick("دلیل", {k: v for k, v in moves.DECLINE_REASONS.items() if k != "not_stated"})
    words = words("دلیل برای سرپرست")


class Decline(Deed):
    """Words for the citizen."""

    words = words("برای شهروند", help_text="با واژه‌های ساده: چرا این کار شدنی نیست و از کجا می‌تواند بپرسد.")


class Refusal(Deed):
    """Why a proposal to decline is not taken, for the expert."""

    words = words("برای کارشناس", help_text="چرا نه، و کار چگونه پیش برود.")


class HandOver(Deed):
    """Which body outside, its reference, words for the citizen."""

    unit = UnitField(label="دستگاه مسئول")
    reference = forms.CharField(label="شماره یا نشانی پیگیری آن دستگاه", max_length=60)
    words = words("برای شهروند", help_text="کار با کیست و با چه شماره‌ای پیگیری کند.")

    def prepare(self) -> None:
        self.fields["unit"].choices = unit_choices(None, "outside")


class Merge(Deed):
    """The code of the case that it joins."""

    into = forms.CharField(
        label="کد درخواستی که این در آن ادغام می‌شود", max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr"}),
    )  # fmt: skip


class Reopen(Deed):
    """Why again, and by which unit."""

    reason = pick("دلیل بازگشایی", moves.REOPEN_REASONS)
    unit = UnitField(label="واحدی که دوباره کار می‌کند", required=False, help_text="خالی: همان واحد پیش.")
    words = words("توضیح", required=False, rows=2)

    def prepare(self) -> None:
        self.fields["unit"].choices = unit_choices(self.case.district_id)


class Dispute(Deed):
    """What is not right."""

    reason = pick("چه چیزی درست نیست؟", moves.DISPUTE_REASONS)
    words = words("گفتهٔ شهروند", required=False, rows=2)


class OfContact(Deed):
    """About one of the messages."""

    contact = forms.TypedChoiceField(label="کدام پیام؟", coerce=int)

    def prepare(self) -> None:
        from bina.flow.cases import queries

        standing = [c for c in queries.contacts(self.case.pk) if c["withdrawn_at"] is None]
        named = [(c["id"], _message(c)) for c in standing]
        self.fields["contact"].choices = [("", "برگزینید"), *named]


class Objection(OfContact):
    """What the citizen objects to."""

    words = words("اعتراض شهروند")


class Proposed(OfContact):
    """Why the citizen wants it reopened."""

    reason = pick("دلیل", {k: v for k, v in REASONS.items() if k in ("not_done", "badly_done", "came_back")})


class Aside(Deed):
    """Until which day it stands on no list, and why; put aside already, an empty day takes it up again."""

    until = DayField(label="تا چه روزی؟", help_text="صبح آن روز به کارتابل برمی‌گردد. مانند ۱۴۰۵/۰۹/۱۵ یا «۱۵ آذر».")
    words = words("چرا؟", rows=2)

    def prepare(self) -> None:
        """What is put aside already can be taken up at once."""
        if "snoozed" in self.case.more:
            self.fields["until"].required = self.fields["words"].required = False
            self.fields["until"].help_text = "خالی: همین حالا به کارتابل برگردد."

    def clean_until(self) -> int | None:
        """The day's first moment: in the morning it is on the list again."""
        last = self.cleaned_data["until"]
        return None if last is None else int(last) + 60 - 86_400


class OrderInspection(Deed):
    """Why an inspector is to see the work."""

    why = pick("چرا بازرسی؟", {k: v for k, v in REASONS_TO_INSPECT.items() if k != "second_dispute"})


class ChangeSubject(Deed):
    """Another subject."""

    subject = forms.ChoiceField(label="موضوع درست", choices=subject_choices)


class CorrectPlace(Deed):
    """Where it really is."""

    address = forms.CharField(label="نشانی درست", max_length=500)
    district = forms.ChoiceField(label="منطقه", choices=district_choices, required=False)
    lat = forms.CharField(label="عرض جغرافیایی", required=False, max_length=40)
    lon = forms.CharField(label="طول جغرافیایی", required=False, max_length=40)


class Split(OfContact):
    """The second matter of a message, as a request of its own."""

    subject = forms.ChoiceField(label="موضوع درخواست تازه", choices=subject_choices)
    words = words("شرح درخواست تازه")


class Side(Deed):
    """Whom to ask what, until when."""

    unit = UnitField(label="از کدام واحد؟")
    words = words("چه می‌پرسید؟")
    due_at = DayField(label="پاسخ تا", required=False)

    def prepare(self) -> None:
        self.fields["unit"].choices = unit_choices(self.case.district_id)


class SideAnswer(Deed):
    """The answer to one of the open questions."""

    referral = forms.TypedChoiceField(label="کدام استعلام؟", coerce=int)
    words = words("پاسخ")

    def prepare(self) -> None:
        named = [(seq, u.name if (u := units.by_id(unit)) else "") for seq, unit in self.case.more.get("sides", [])]
        self.fields["referral"].choices = named


def _constraint(code: str) -> str:
    row = constraints.by_code(code)
    return row.name if row else code


def _message(contact: dict[str, Any]) -> str:
    """A message in a list: its first words, without who sent it."""
    said = " ".join(contact["words"].split())[:60]
    return said or "پیام بی‌متن"


def onward(case: Any) -> list[units.UnitRow]:
    """The units to which the one that has a case may pass it on: those its subject names."""
    subject = subjects.by_id(case.subject_id)
    found = units.owners_for(subject.onward if subject else (), case.district_id, case.subdistrict_id)
    return [unit for unit in found if unit.id != case.unit_id]
