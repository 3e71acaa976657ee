"""What incidents need from storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from domain.incidents.model import Announcement, Entry, Incident, Note, Progress, Review, What


class IncidentRepository(Protocol):
    # What the house has written down; {} is the usual
    def rules_document(self) -> Mapping[str, Any]: ...

    def put_rules_document(self, document: Mapping[str, Any]) -> bool:
        """False where it was so already."""

    # Incidents
    def put(self, incident: Incident) -> int:
        """Inserts where the id is 0, updates otherwise; gives the id."""

    def incident(self, incident_id: int, *, lock: bool = False) -> Incident | None: ...

    def draft_of(self, person_id: int) -> Incident | None:
        """The report that they have begun and not sent, locked."""

    def last_of(self, person_id: int) -> Incident | None:
        """The last that they have reported or taken, and that is not over."""

    def due(self, now: datetime, most: int) -> Sequence[Incident]:
        """Those that the clock has to look at, locked."""

    def any_due(self, now: datetime) -> bool: ...

    def evacuating(self) -> Sequence[Incident]:
        """Those in which a house is being left."""

    def at_venues(self, venue_ids: Sequence[int], most: int) -> Sequence[Incident]:
        """Active ones first, then the newest; no drafts."""

    # The timeline
    def add_entry(
        self, incident_id: int, at: datetime, actor_id: int | None, what: What, detail: Mapping[str, Any]
    ) -> None: ...

    def entries(self, incident_id: int) -> Sequence[Entry]: ...

    def involve(self, incident_id: int, person_ids: Sequence[int], now: datetime) -> None:
        """They have been paged, or have reported it: what comes of it is theirs to know."""

    def involved(self, incident_id: int) -> Sequence[int]: ...

    # What people add
    def add_note(self, note: Note) -> int: ...

    def note(self, note_id: int) -> Note | None: ...

    def notes(self, incident_id: int) -> Sequence[Note]: ...

    def photos_due(self, now: datetime, most: int) -> Sequence[tuple[int, Sequence[tuple[int, int]]]]:
        """(note, its (chat, message)s) of pictures whose time is over."""

    def drop_photo(self, note_id: int, now: datetime) -> bool:
        """False where it is gone already."""

    def forget(self, person_id: int) -> None:
        """Their words and pictures; the lines stay, under a number without a name."""

    def put_review(self, review: Review) -> None:
        """In place of the one that there is."""

    def review(self, incident_id: int) -> Review | None: ...

    # The audience
    def wheelchairs_inside(self, performance_id: int) -> Sequence[tuple[str, str, str]]:
        """(zone, row, number) of wheelchair places whose holder is inside."""

    def put_announcement(self, announcement: Announcement) -> int:
        """Inserts where the id is 0, updates otherwise; gives the id."""

    def announcement(self, announcement_id: int, *, lock: bool = False) -> Announcement | None: ...

    def going(self) -> Sequence[int]:
        """Announcements that are on their way."""

    def announcements_of(self, performance_id: int, most: int) -> Sequence[Announcement]:
        """The newest first."""

    def audience(self, performance_id: int, *, inside: bool, but: str = "", most: int | None = None) -> Sequence[int]:
        """Persons who hold a good ticket and can be written to; ``inside``: whose ticket has let them in. ``but``: who
        has no notice yet under this key and their number."""

    def progress(self, key: str) -> Progress:
        """Of the notices whose keys begin so."""
