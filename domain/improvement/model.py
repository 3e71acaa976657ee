"""An improvement action: what is to be changed, by whom, until when, and what shows that it was."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain.text import LocalText

TEXT_MOST = 500
#: The owner is reminded that long before it is due, and once when it is overdue.
REMIND_BEFORE = timedelta(days=1)


class Source(StrEnum):
    """What an action came from; its number is the id of such a thing."""

    ANSWER = "answer"  # a response to a survey
    CASE = "case"
    INCIDENT = "incident"
    REVIEW = "review"  # of an incident
    DIGEST = "digest"


class ActionState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Action:
    """``owner_id``: who does it. ``proof``: what shows that it is done, or why it was dropped. ``told``: what those
    hear whose words led to it."""

    id: int
    venue_id: int
    text: str
    owner_id: int
    due_at: datetime
    opened_by: int
    opened_at: datetime
    state: ActionState = ActionState.OPEN
    proof: str = ""
    told: LocalText = field(default_factory=LocalText)
    ended_at: datetime | None = None

    def is_overdue(self, now: datetime) -> bool:
        return self.state is ActionState.OPEN and self.due_at <= now
