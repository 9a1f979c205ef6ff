"""What a citizen may be told of other people's open cases near his: never a sensitive one, never anybody's words."""

from __future__ import annotations

from datetime import datetime

import msgspec

from bina.flow.cases import callers
from bina.flow.cases.models import Case
from bina.ground.text.codes import BadCode, read_code

EXACT_METRES, NAMED_METRES = 120, 400  # around a point; around the point that stands for a street
SHOWN = 3


class Alike(msgspec.Struct, frozen=True):
    """A known problem of the same subject: how far, since when, told by how many, whether a result is reported."""

    case_id: int
    code: str
    subject_id: int
    state: str
    metres: int | None
    since: datetime
    authors: int


def known(subject_id: int, *, text: str, point: tuple[float, float] | None, exact: bool) -> list[Alike]:
    """Open public cases of this subject near a point (local metres), or about the place that the text names.

    With `exact` the distance is enough and is told; else the place's name must stand in the case too.
    """
    seen = Case.objects.filter(sensitivity=0, subject_id=subject_id)
    found = callers.near_by(
        seen, text=text, point=point, within=EXACT_METRES if exact else NAMED_METRES, subject_id=subject_id
    )
    return [
        Alike(n.case.pk, n.case.code, n.case.subject_id, n.case.state, n.metres if exact else None,
              n.case.registered_at, n.case.authors)
        for n in found
        if (exact and n.metres is not None) or n.named
    ][:SHOWN]  # fmt: skip


def joinable(code: str) -> Case | None:
    """The open public case of a code, which another's report may join; None for any other."""
    try:
        known = read_code(code)
    except BadCode:
        return None
    return Case.objects.filter(code=known, sensitivity=0).exclude(state="closed").first()
