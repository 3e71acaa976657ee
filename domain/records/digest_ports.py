"""What digests need from storage: figures that the database adds up, and what managers have chosen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.payments.accounts_model import Part
from domain.payments.accounts_model import Scope as BooksScope
from domain.people.model import Invitation
from domain.programme.model import EventKind
from domain.records.digest_model import Came, DigestChoice, House, NeedKind


class DigestRepository(Protocol):
    def digest_choices(self) -> Mapping[int, DigestChoice]:
        """Of those who have chosen."""

    def put_digest_choice(self, person_id: int, choice: DigestChoice) -> None: ...

    def snoozed(self, person_id: int, now: datetime) -> frozenset[tuple[NeedKind, int]]: ...

    def snooze(self, person_id: int, kind: NeedKind, subject_id: int, now: datetime, until: datetime) -> None: ...

    def told(self, keys: Collection[str]) -> frozenset[str]:
        """Those of these dedupe keys under which a notice was written."""

    def houses(
        self, venue_ids: Collection[int], start: datetime, end: datetime, now: datetime, limit: int
    ) -> Sequence[House]:
        """Performances that begin in [``start``, ``end``) and are on sale or were, by start; none that is cancelled."""

    def kinds(self, performance_ids: Collection[int]) -> Mapping[int, tuple[int, EventKind]]:
        """(hall, kind of event): shows that have both in common are compared."""

    def past_shows(
        self, hall_id: int, kind: EventKind, since: datetime, before: datetime, limit: int
    ) -> Sequence[tuple[int, datetime, datetime, int]]:
        """(performance, its start, when its sales opened, capacity), the latest first; none that was cancelled."""

    def sold_by(self, cutoffs: Mapping[int, datetime]) -> Mapping[int, int]:
        """Performance → tickets, good today, that had been sold by its cutoff; 0 is left out."""

    def came(self, venue_ids: Collection[int], start: datetime, end: datetime) -> Sequence[Came]:
        """Of performances that began in [``start``, ``end``) and had somebody to expect, by start."""

    def takings(self, scope: BooksScope) -> Sequence[tuple[Part, str, int]]:
        """(part, currency, minor units) of all that the journal says of these venues in that time."""

    def invitations_to_decide(self) -> Sequence[Invitation]:
        """Somebody has followed them, nobody has said yes or no; the oldest first."""

    def incidents_between(
        self, venue_ids: Collection[int], start: datetime, end: datetime
    ) -> Sequence[tuple[datetime, datetime | None]]:
        """(reported, first taken) of incidents that were reported then; no drills, no slips."""

    def help_between(
        self, venue_ids: Collection[int], start: datetime, end: datetime
    ) -> Sequence[tuple[datetime, datetime | None]]:
        """(asked, taken) of requests from seats that were asked then and not taken back."""
