"""The form of one inspection: passed or not, up to six defects with kind, place in words and photo, and a few words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from bina.doors.web.case_fields import picture_field, words
from bina.doors.web.intake import photos_in
from bina.flow.cases import photos
from bina.flow.cases.errors import Invalid
from bina.flow.quality.inspections import DEFECTS, DEFECTS_MAX, PLACE_MAX, Defect

VERDICTS = (("passed", "درست است"), ("failed", "عیب دارد"))


class Inspection(forms.Form):
    """What the inspector saw; a row without anything in it is no defect."""

    use_required_attribute = False

    verdict = forms.ChoiceField(
        label="چه دیدید؟", choices=VERDICTS, widget=forms.RadioSelect,
        error_messages={"required": "بگویید درست است یا عیب دارد."},
    )  # fmt: skip
    photo = picture_field("عکس از محل", required=False)
    words = words("یادداشت", required=False, rows=2)

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, auto_id="in-%s", **given)
        self.fields["photo"].widget.attrs["capture"] = "environment"
        kinds = [("", "برگزینید"), *DEFECTS.items()]
        for n in range(1, DEFECTS_MAX + 1):
            self.fields[f"kind_{n}"] = forms.ChoiceField(label="نوع عیب", choices=kinds, required=False)
            self.fields[f"place_{n}"] = forms.CharField(
                label="کجا؟", max_length=PLACE_MAX, required=False,
                widget=forms.TextInput(attrs={"placeholder": "مثلاً جلوی پلاک ۱۲"}),
            )  # fmt: skip
            picture = forms.FileField(
                label="عکس عیب", required=False,
                widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment",
                                              "data-choose": "گرفتن عکس"}),
            )  # fmt: skip
            self.fields[f"photo_{n}"] = picture

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of defects as the page draws them: its three fields, and whether it is open."""
        failed = self.is_bound and self.errors  # read before: what follows is only how the rows are labelled
        shown = []
        for n in range(1, DEFECTS_MAX + 1):
            fields = [self[f"{name}_{n}"] for name in ("kind", "place", "photo")]
            filled = self.is_bound and any(self.data.get(f"{name}_{n}") for name in ("kind", "place"))
            shown.append({
                "n": n, "fields": fields, "open": n == 1 or filled or bool(failed and any(f.errors for f in fields))
            })  # fmt: skip
            for one in fields:
                one.field.required = True  # the row as a whole is optional, and says so
        return shown

    def clean(self) -> dict[str, Any]:
        """A place or a photo of a defect names its kind."""
        given = super().clean() or {}
        for n in range(1, DEFECTS_MAX + 1):
            told = given.get(f"place_{n}") or given.get(f"photo_{n}")
            if told and not given.get(f"kind_{n}") and f"kind_{n}" not in self.errors:
                self.add_error(f"kind_{n}", "نوع این عیب را برگزینید.")
        return given

    def given(self, files: MultiValueDict[str, Any]) -> dict[str, Any]:
        """What the inspection is given: verdict, defects with their cleaned photos, pictures, words."""
        data = self.cleaned_data
        defects = []
        for n in range(1, DEFECTS_MAX + 1):
            if data.get(f"kind_{n}"):
                defects.append(Defect(data[f"kind_{n}"], data.get(f"place_{n}", ""), self._photo(files, f"photo_{n}")))
        pictures = [photos.clean(raw) for raw in photos_in(files)]
        return {"passed": data["verdict"] == "passed", "defects": defects, "words": data.get("words", ""),
                "pictures": pictures}  # fmt: skip

    @staticmethod
    def _photo(files: MultiValueDict[str, Any], name: str) -> photos.Photo | None:
        try:
            raw = photos_in(files, name)
            return photos.clean(raw[-1]) if raw else None
        except Invalid as error:
            raise Invalid({name: error.sentence}) from error
