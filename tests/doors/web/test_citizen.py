"""What the citizen's pages say: every reason in the citizen's own person, under the codes of the verbs."""

from __future__ import annotations

from bina.doors.web.citizen import AGAIN, NOT_DONE
from bina.flow.cases.contacts import REASONS
from bina.flow.cases.moves import DISPUTE_REASONS


def test_the_citizen_may_give_every_reason_that_the_verbs_know() -> None:
    assert list(AGAIN) == list(REASONS)
    assert list(NOT_DONE) == list(DISPUTE_REASONS)
