"""When somebody is asked: after the real end, and not in the house's quiet hours."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.programme.model import Performance, RunState
from domain.programme.quiet import QuietHours

#: Time to leave the seat and the cloakroom.
AFTER_END = timedelta(minutes=30)
#: Where nobody has said that it is over, the printed end is taken, and some more: many evenings last longer.
GRACE = timedelta(minutes=45)


def is_over(performance: Performance, now: datetime) -> bool:
    """Whether there is something to be asked about: said by people, else by the printed end and some grace."""
    if performance.run_state is RunState.CANCELLED:
        return False
    return performance.run_state is RunState.ENDED or now >= performance.ends_at + GRACE


def ask_from(performance: Performance, zone: str, ended_at: datetime | None, quiet: QuietHours) -> datetime:
    """The first moment at which its audience may be asked. ``ended_at``: when people said that it was over."""
    earliest = ended_at + AFTER_END if ended_at is not None else performance.ends_at + GRACE
    return quiet.over(earliest, zone)
