"""Incidents, what is written down about them, and what is said to an audience."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any


class IncidentKind(StrEnum):
    UNWELL = "unwell"
    FIRE = "fire"
    SECURITY = "security"
    CROWD = "crowd"
    LOST_CHILD = "lost_child"
    EQUIPMENT = "equipment"
    OTHER = "other"


class Severity(IntEnum):
    """S1 is the worst: lives are at stake."""

    S1 = 1
    S2 = 2
    S3 = 3


class IncidentState(StrEnum):
    DRAFT = "draft"  # a kind is chosen, where is not; after a while it is a report all the same
    OPEN = "open"  # nobody has taken it
    ACKNOWLEDGED = "acknowledged"
    ON_SCENE = "on_scene"
    IN_HAND = "in_hand"
    RESOLVED = "resolved"
    DROPPED = "dropped"  # a slip of the thumb, taken back before it was a report


#: In the order in which an incident goes through them.
COURSE = (
    IncidentState.OPEN,
    IncidentState.ACKNOWLEDGED,
    IncidentState.ON_SCENE,
    IncidentState.IN_HAND,
    IncidentState.RESOLVED,
)
#: Somebody has said that they are on it, and has to be heard of.
PROMISED = (IncidentState.ACKNOWLEDGED, IncidentState.ON_SCENE)
ACTIVE = COURSE[:-1]


class ActionCard(StrEnum):
    """What to do, step by step; the first four are procedures that protect a house."""

    EVACUATE = "evacuate"
    KEEP_INSIDE = "keep_inside"
    LOCK = "lock"
    INFORM = "inform"
    FIRST_AID = "first_aid"
    EQUIPMENT = "equipment"


PROCEDURES = (ActionCard.EVACUATE, ActionCard.KEEP_INSIDE, ActionCard.LOCK, ActionCard.INFORM)


class What(StrEnum):
    """A line of the timeline; ``detail`` holds ids and stable words."""

    BEGUN = "begun"  # kind
    SENT = "sent"  # zone, gate
    ABANDONED = "abandoned"  # sent by the clock
    PAGED = "paged"  # round, people
    NOBODY = "nobody"  # there is nobody to page
    TAKEN = "taken"  # instead_of
    ON_SCENE = "on_scene"
    IN_HAND = "in_hand"
    RESOLVED = "resolved"
    HEARD = "heard"  # still on it
    LAPSED = "lapsed"  # taker
    SEVERITY = "severity"  # before, now
    PROCEDURE = "procedure"  # card
    NOTE = "note"  # note, kind
    PHOTO_GONE = "photo_gone"  # note
    ANNOUNCED = "announced"  # announcement, template
    REVIEWED = "reviewed"


class NoteKind(StrEnum):
    TEXT = "text"
    PHOTO = "photo"
    VOICE = "voice"
    LOCATION = "location"


@dataclass(frozen=True, slots=True)
class Incident:
    """``due_at``: when the clock looks at it again. ``step``: of its paging, since ``paging_since``; ``rounds`` counts
    all its pages. ``taker_id`` has taken it; ``heard_at``: somebody's last word."""

    id: int
    venue_id: int
    kind: IncidentKind
    severity: Severity
    state: IncidentState
    reporter_id: int
    reported_at: datetime
    drill: bool = False
    zone: str | None = None
    gate_id: int | None = None
    sent_at: datetime | None = None
    taker_id: int | None = None
    heard_at: datetime | None = None
    paging_since: datetime | None = None
    step: int = 0
    rounds: int = 0
    due_at: datetime | None = None
    procedure: ActionCard | None = None
    ended_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline: never changed, never taken away. ``actor_id`` None: the clock."""

    id: int
    incident_id: int
    at: datetime
    actor_id: int | None
    what: What
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody has added. ``message_id``: of their message. ``forget_at``: then the picture is deleted, here and
    in every chat."""

    id: int
    incident_id: int
    author_id: int
    at: datetime
    kind: NoteKind
    text: str = ""
    file_id: str = ""
    message_id: int | None = None
    forget_at: datetime | None = None
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """Afterwards: what happened, what helped, what to change."""

    incident_id: int
    by_id: int
    at: datetime
    happened: str
    helped: str
    change: str


class Template(StrEnum):
    HOLD = "hold"
    EVACUATE = "evacuate"
    DELAY = "delay"
    APOLOGY = "apology"


class AnnouncementState(StrEnum):
    PROPOSED = "proposed"
    GOING = "going"
    DONE = "done"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Announcement:
    """``inside``: to those who are inside; else to all who hold a ticket. ``people``: how many those were when it was
    previewed. ``minutes``: of a delay."""

    id: int
    performance_id: int
    template: Template
    state: AnnouncementState
    proposed_by: int
    proposed_at: datetime
    people: int
    inside: bool = False
    minutes: int | None = None
    incident_id: int | None = None
    consented_by: int | None = None
    began_at: datetime | None = None
    stopped_by: int | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Of an announcement, in persons."""

    written: int
    sent: int
    unreachable: int
