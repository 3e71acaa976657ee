"""What scans without a network need from storage."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.admission.model import Admission, Fault, ListedCode, ListedTicket, Outcome


class OfflineRepository(Protocol):
    # Each scan once
    def scans_by_nonce(self, nonces: Collection[str]) -> Mapping[str, Admission]:
        """The line of the log of each scan that was received already."""

    def receive_scans(self, lines: Mapping[str, int], now: datetime) -> None:
        """Nonce → line of the log. Raises Contended where somebody else receives one of them at this moment."""

    # Who is inside, derived
    def lets_in(self, ticket_ids: Collection[int]) -> Sequence[Admission]:
        """Every line that let somebody in and was not taken back."""

    def faulty_lines(self, ticket_ids: Collection[int], kind: Outcome) -> Sequence[Admission]: ...

    def rewrite(self, lines: Sequence[Admission]) -> None:
        """Outcome, ``inside`` and ``left_at`` as given."""

    def take_back(self, admission_id: int, outcome: Outcome, by: int, at: datetime) -> None:
        """The line let somebody in, as ``outcome`` says, and the usher took it back at once."""

    # What went wrong
    def mark_faults(self, lines: Sequence[tuple[Admission, Outcome]]) -> None: ...

    def unmark_faults(self, admission_ids: Collection[int]) -> None: ...

    def faults(self, performance_id: int) -> Sequence[Fault]:
        """Lines by which the door let somebody in and should not have, newest first."""

    def fault_lines(self, performance_id: int) -> frozenset[int]:
        """Their lines' ids."""

    # The list to take along
    def listed_tickets(self, performance_id: int) -> Sequence[ListedTicket]:
        """Every ticket ever issued, by place."""

    def listed_codes(self, performance_id: int) -> Sequence[ListedCode]:
        """Every code of those tickets and of their parties, old ones too."""
