"""What the accountant's month needs from storage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.payments.accounts_model import Advance, Entry, Scope


class AccountsRepository(Protocol):
    def first_entry_at(self) -> datetime | None: ...

    def month_entries(self, scope: Scope, after: tuple[datetime, int] | None, limit: int) -> Sequence[Entry]:
        """By time, then number; ``after``: where the last page ended."""

    def advances(self, scope: Scope) -> Sequence[Advance]:
        """What was sold before the scope's start for performances that had not been given by then."""
