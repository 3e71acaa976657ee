"""What the evening needs from storage."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from domain.admission.evening_model import (
    ClosedGate,
    HeldItem,
    ItemKind,
    RunEntry,
    ShowReport,
    Turnout,
    Visit,
    Visitor,
    VisitStage,
)
from domain.programme.quiet import QuietHours, Reminder


class EveningRepository(Protocol):
    # The run
    def add_run_entry(self, entry: RunEntry) -> int: ...

    def run_entries(self, performance_id: int) -> Sequence[RunEntry]:
        """Those that stand, in order."""

    def undo_run_entry(self, entry_id: int, by: int, now: datetime) -> None: ...

    def turnout(self, performance_id: int, began_at: datetime | None) -> Turnout: ...

    def put_report(self, report: ShowReport) -> None:
        """In place of the one that there is."""

    def drop_report(self, performance_id: int) -> None: ...

    def report(self, performance_id: int) -> ShowReport | None: ...

    def reports(self, venue_ids: Collection[int], limit: int) -> Sequence[ShowReport]:
        """Newest first."""

    # Reminders
    def quiet(self) -> QuietHours: ...

    def put_quiet(self, quiet: QuietHours) -> bool:
        """False where it was so already."""

    def choice(self, person_id: int) -> frozenset[Reminder]:
        """Those that the person wants; both where they have not chosen."""

    def put_choice(self, person_id: int, wanted: Collection[Reminder]) -> None: ...

    def to_remind(
        self, performance_id: int, kind: Reminder, due_at: datetime, key: str, limit: int | None = None
    ) -> Sequence[int]:
        """Reachable persons who want it, hold a valid ticket, held it by then, and have no notice under ``key`` + their
        id yet."""

    def ending_reservations(self, now: datetime, until: datetime) -> Sequence[tuple[int, int, int, datetime, datetime]]:
        """(order, buyer, performance, made, until) of reservations that end by then, of persons in the chat
        who have not been told so."""

    # Visits
    def performances_to_follow(self, starts_before: datetime, ends_after: datetime) -> Sequence[int]:
        """Those that begin before then and are not over, and those to which somebody has a card already."""

    def behind(self, performance_id: int, shown: str, *, new: bool, limit: int) -> Sequence[Visitor]:
        """Holders whose card shows something else, or (``new``) who have none; those without tickets have 0."""

    def put_visits(
        self, performance_id: int, shown: str, stage: VisitStage, visitors: Sequence[Visitor]
    ) -> Mapping[int, int]:
        """Notes what their cards are made of now; gives person → visit."""

    def visit(self, visit_id: int) -> Visit | None: ...

    def visit_of(self, person_id: int, performance_id: int) -> Visit | None: ...

    def zones_of(self, performance_id: int, person_ids: Collection[int]) -> Mapping[int, frozenset[str]]:
        """Person → zones of their valid tickets ('' where places are not numbered)."""

    # Gates and tags
    def closed_gates(self, venue_id: int) -> Sequence[ClosedGate]: ...

    def own_gates(self, hall_id: int) -> Mapping[str, int]:
        """Zone ("*": every other) → gate, whether that is open or not."""

    def close_gate(self, gate_id: int, instead_id: int, by: int, now: datetime) -> None:
        """Whoever was sent to this one is sent on to the other."""

    def open_gate(self, gate_id: int) -> bool:
        """False where it was open."""

    def keep_item(self, performance_id: int, what: ItemKind, gate_id: int | None, by: int, now: datetime) -> HeldItem:
        """Under the next number of this performance."""

    def item(self, item_id: int, *, lock: bool = False) -> HeldItem | None: ...

    def kept_items(self, performance_id: int) -> Sequence[HeldItem]: ...

    def return_item(self, item_id: int, by: int, now: datetime) -> None: ...

    # What is to come
    def due_between(self, since: datetime, until: datetime) -> Sequence[tuple[datetime, str, Mapping[str, Any]]]:
        """(when, kind, facts) of what stands in the database with a time of its own: sales_open, block_release,
        reservations_end, change_refund, reports."""
