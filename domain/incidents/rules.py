"""Who is paged for what and when, and what a house knows of itself: data, with a usual answer to everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from domain.incidents.model import ActionCard, IncidentKind, Severity
from domain.people.model import Role
from domain.text import LocalText


@dataclass(frozen=True, slots=True)
class KindRule:
    """``also``: paged at once beside the severity's first step. ``first_aid``: so are the first-aiders on shift.
    ``medical``: photos are protected, and deleted after a while."""

    severity: Severity
    cards: tuple[ActionCard, ...] = ()
    also: tuple[Role, ...] = ()
    first_aid: bool = False
    medical: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """So long after the report everybody of these roles who is on duty is paged. ``nearby``: only who covers the
    zone. ``people``: these by number, on duty or not, as long as they work there."""

    after: timedelta
    roles: tuple[Role, ...]
    nearby: bool = False
    people: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SeverityRule:
    """``again``: after the last step everybody is paged again so often, until somebody takes it; None: never."""

    steps: tuple[Step, ...]
    again: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Phone:
    name: LocalText
    number: str


@dataclass(frozen=True, slots=True)
class Defibrillator:
    """``near``: zones, and keys of gates; empty: of the whole house."""

    place: LocalText
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VenueFacts:
    """``address``: to be read out to the emergency services; empty: the venue's own."""

    channel: str = ""
    phones: tuple[Phone, ...] = ()
    defibrillators: tuple[Defibrillator, ...] = ()
    address: LocalText = field(default_factory=LocalText)

    def nearest(self, zone: str | None, gate_key: str | None) -> Defibrillator | None:
        for one in self.defibrillators:
            if (zone is not None and zone in one.near) or (gate_key is not None and gate_key in one.near):
                return one
        return next(iter(self.defibrillators), None)


_MINUTE = timedelta(minutes=1)
_EVERYWHERE = (ActionCard.EVACUATE, ActionCard.KEEP_INSIDE, ActionCard.LOCK, ActionCard.INFORM)

USUAL_KINDS: Mapping[IncidentKind, KindRule] = {
    IncidentKind.UNWELL: KindRule(Severity.S1, (ActionCard.FIRST_AID, ActionCard.INFORM), first_aid=True, medical=True),
    IncidentKind.FIRE: KindRule(Severity.S1, _EVERYWHERE),
    IncidentKind.SECURITY: KindRule(Severity.S1, (ActionCard.LOCK, ActionCard.KEEP_INSIDE, ActionCard.EVACUATE)),
    IncidentKind.CROWD: KindRule(Severity.S1, (ActionCard.INFORM, ActionCard.EVACUATE), also=(Role.FLOOR,)),
    IncidentKind.LOST_CHILD: KindRule(Severity.S2, (ActionCard.INFORM, ActionCard.LOCK), also=(Role.FLOOR,)),
    IncidentKind.EQUIPMENT: KindRule(Severity.S2, (ActionCard.EQUIPMENT, ActionCard.INFORM), also=(Role.STAGE,)),
    IncidentKind.OTHER: KindRule(Severity.S3, (ActionCard.INFORM,)),
}
#: Safety first, then the deputy (whoever runs the floor), then the duty manager.
USUAL_SEVERITIES: Mapping[Severity, SeverityRule] = {
    Severity.S1: SeverityRule(
        (
            Step(timedelta(0), (Role.SAFETY,)),
            Step(_MINUTE, (Role.FLOOR,)),
            Step(2 * _MINUTE, (Role.MANAGER,)),
        ),
        again=_MINUTE,
    ),
    Severity.S2: SeverityRule(
        (Step(timedelta(0), (Role.SAFETY,), nearby=True), Step(3 * _MINUTE, (Role.MANAGER,))), again=3 * _MINUTE
    ),
    Severity.S3: SeverityRule(
        (Step(timedelta(0), (Role.SAFETY,), nearby=True), Step(10 * _MINUTE, (Role.MANAGER,))), again=None
    ),
}


@dataclass(frozen=True, slots=True)
class IncidentRules:
    """``lapse``: whoever has taken an incident and is not heard of for so long has let it go. ``abandoned``: a report
    with a kind and no place is sent after that. ``follow``: so long a photo or a voice message belongs to a report.
    ``keep_photos``: of medical incidents; less than two days, after which a bot deletes nothing any more."""

    kinds: Mapping[IncidentKind, KindRule] = field(default_factory=lambda: USUAL_KINDS)
    severities: Mapping[Severity, SeverityRule] = field(default_factory=lambda: USUAL_SEVERITIES)
    venues: Mapping[str, VenueFacts] = field(default_factory=dict)  # by key
    lapse: timedelta = 5 * _MINUTE
    abandoned: timedelta = timedelta(seconds=30)
    follow: timedelta = 30 * _MINUTE
    keep_photos: timedelta = timedelta(hours=24)

    def at(self, venue_key: str) -> VenueFacts:
        return self.venues.get(venue_key, VenueFacts())
