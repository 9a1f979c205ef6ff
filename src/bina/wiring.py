"""What follows from what: rows made in a verb's transaction, timers that fall due, readers of the history."""

from __future__ import annotations


def connect() -> None:
    """Called once at start, when every model is loaded."""
    from bina.flow.cases import readers, rows
    from bina.flow.credit.rows import rows as credit_rows
    from bina.flow.dialogue import telling
    from bina.flow.quality.rows import rows as quality_rows
    from bina.flow.waiting.rows import rows as waiting_rows
    from bina.flow.work.rows import rows as work_rows

    rows.also(waiting_rows, opens=("hold", "demand_linked"))
    rows.also(credit_rows, opens=("credit_encumbered",))
    rows.also(work_rows, opens=("job_planned",))
    rows.also(quality_rows, opens=("erased",))
    readers.also(telling.READER)
