"""The answer bank (بانک پاسخ): what operators read out at once; added, changed, ended, each with its days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from bina.doors.web.admin.change import AUDIENCE, Screen, run
from bina.doors.web.admin.colleagues import LastDay, after, bound, until_day
from bina.doors.web.admin.fields import Change, Day, Line, Words
from bina.doors.web.audience import audience
from bina.flow.cases.changes import Edit
from bina.flow.cases.errors import Invalid
from bina.ground.catalogue import edits, subjects
from bina.ground.catalogue.pack import ANSWER_MAX
from bina.ground.city import installation
from bina.ground.city.rolls import when
from bina.ground.text.digits import persian
from bina.ground.text.letters import canonical

PAGE = 50


class AnswerForm(Change):
    """One answer: the question, what is read out, how people ask it, who keeps it true, until when."""

    title = Line(label="پرسش", most=200, help_text="چنان که می‌پرسند: «عوارض نوسازی را کجا بپردازم؟»")
    body = forms.CharField(
        label="پاسخی که خوانده می‌شود", widget=forms.Textarea(attrs={"rows": 5}), max_length=ANSWER_MAX,
        help_text="جمله‌های کوتاه، با واژه‌های شهروند؛ تا ۱۲۰۰ حرف.",
        error_messages={"required": "پاسخ را بنویسید.",
                        "max_length": f"بلندتر از {persian(ANSWER_MAX)} حرف پای تلفن خوانده نمی‌شود؛ کوتاه‌ترش کنید."},
    )  # fmt: skip
    keywords = Words(label="واژه‌ها", help_text="با ویرگول جدا کنید؛ املاهای گوناگون خودبه‌خود پیدا می‌شود.")
    subject = forms.ChoiceField(label="موضوع", required=False, help_text="اگر پرسش به یک موضوع برمی‌گردد.")
    owner = Line(label="چه کسی درست نگهش می‌دارد", required=False)
    since = Day(label="از روز")
    until = Day(label="تا پایان روز", required=False, help_text="برای خبر موقت؛ خالی یعنی تا وقتی که پایان داده شود.")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        shown = [(row.code, row.name) for row in subjects.all()]
        self.fields["subject"].choices = [("", "بی‌موضوع"), *shown]

    def clean_body(self) -> str:
        """The text without strange letters."""
        return canonical(self.cleaned_data["body"])


@audience(AUDIENCE)
@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """The bank page by page, ended and coming answers too."""
    text = request.GET.get("q", "")[:100].replace("\x00", "").strip()
    start = request.GET.get("after", "")[:100].replace("\x00", "")
    rows = edits.answers(canonical(text), after=start, limit=PAGE + 1)
    more = rows[PAGE - 1].code if len(rows) > PAGE else ""
    lines = [(row, when(row.valid_from, row.valid_to)) for row in rows[:PAGE]]
    return render(request, "admin/answers.html", {"lines": lines, "more": more, "q": text})


@audience(AUDIENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_answer(request: HttpRequest) -> HttpResponse:
    """A new answer, from today or from a day to come."""
    form = AnswerForm(bound(request), initial={"since": installation.today()})

    def make(given: dict[str, Any]) -> Edit:
        until = until_day(given)
        if given["since"] < installation.today():
            raise Invalid({"since": "این روز گذشته است؛ امروز یا پس از آن را بنویسید."})
        if until is not None and until <= given["since"]:
            raise Invalid({"until": "پایان باید همان روز آغاز یا پس از آن باشد."})
        fields = {name: given[name] for name in ("title", "body", "keywords", "subject", "owner", "since")}
        return Edit("answer", "", lambda: edits.add_answer(**fields, until=until), edits.answer_state)

    return run(request, Screen("پاسخ تازه", form, make, reverse("admin_answers"), "افزودن پاسخ"))


@audience(AUDIENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, answer: str) -> HttpResponse:
    """One answer: its words and its last day, from now on."""
    state = _state(answer)
    until = date.fromisoformat(state["until"]) - timedelta(days=1) if state["until"] else None
    form = AnswerForm(bound(request), initial=state | {"until": until})
    del form.fields["since"]

    def make(given: dict[str, Any]) -> Edit:
        fields = {name: given[name] for name in ("title", "body", "keywords", "subject", "owner")}

        def do() -> str:
            edits.change_answer(answer, **fields, until=until_day(given))
            return answer

        return Edit("answer", answer, do, edits.answer_state)

    return run(request, Screen(
        state["title"], form, make, reverse("admin_answers"), "ذخیرهٔ پاسخ", state=state, history=("answer", answer),
        beside="admin/beside_answer.html", side={"code": answer},
        note="از همین حالا کاربران همین متن تازه را می‌خوانند؛ متن پیشین در سابقه می‌ماند.",
    ))  # fmt: skip


@audience(AUDIENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def end_answer(request: HttpRequest, answer: str) -> HttpResponse:
    """Ends an answer on a day: it is no longer found."""
    state = _state(answer)
    form = LastDay(bound(request), initial={"last": installation.today() - timedelta(days=1)})

    def make(given: dict[str, Any]) -> Edit:
        on = after(given["last"])

        def do() -> str:
            edits.end_answer(answer, on=on)
            return answer

        return Edit("answer", answer, do, edits.answer_state, on)

    return run(request, Screen(
        f"پایان پاسخ «{state['title']}»", form, make, reverse("admin_answers"), "پایان دادن", state=state, danger=True,
        lead="اگر آخرین روز گذشته است، همین حالا دیگر پیدا نمی‌شود.",
    ))  # fmt: skip


def _state(code: str) -> dict[str, Any]:
    state = edits.answer_state(code) if code.isprintable() else {}
    if not state:
        raise Http404("no such answer")
    return state
