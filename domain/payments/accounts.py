"""Who may see which books: a manager those of their venues, the owner and the command line all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.payments.accounts_model import Advance, Entry, Month, Scope, months_until
from domain.payments.voucher_ports import VoucherSum
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Venue

MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class MonthsOfBooks:
    """A query: the months that there is something to export of, the newest first. Raises NotAllowed."""

    viewer_id: int

    def __call__(self, tx: Tx) -> list[Month]:
        venues, _ = _venues(tx, self.viewer_id)
        zone = venues[0].timezone if venues else "UTC"
        now = Month.of(tx.now, zone)
        first = tx.payments.first_entry_at()
        return list(months_until(Month.of(first, zone) if first is not None else now, now, MONTHS_SHOWN))


@dataclass(frozen=True, slots=True)
class ScopesOfBooks:
    """A query: the month's bounds, by the clocks of each venue. ``viewer_id`` None: the command line.

    What belongs to no venue is the first one's, and shown to those only who may see all. Raises NotAllowed.
    """

    viewer_id: int | None
    month: Month

    def __call__(self, tx: Tx) -> list[Scope]:
        venues, everything = _venues(tx, self.viewer_id)
        by_zone: dict[str, list[int]] = defaultdict(list)
        for venue in venues:
            by_zone[venue.timezone].append(venue.id)
        scopes: list[Scope] = []
        for zone, ids in by_zone.items():
            start, end = self.month.bounds(zone)
            scopes.append(Scope(zone, start, end, min(end, tx.now), tuple(ids), everything and not scopes))
        return scopes


@dataclass(frozen=True, slots=True)
class EntriesOfBooks:
    """A query: the next page of the journal. ``scope``: of ``ScopesOfBooks``."""

    scope: Scope
    after: tuple[datetime, int] | None
    limit: int

    def __call__(self, tx: Tx) -> Sequence[Entry]:
        return tx.payments.month_entries(self.scope, self.after, self.limit)


@dataclass(frozen=True, slots=True)
class AdvancesOfBooks:
    """A query. ``scope``: of ``ScopesOfBooks``."""

    scope: Scope

    def __call__(self, tx: Tx) -> Sequence[Advance]:
        return tx.payments.advances(self.scope)


@dataclass(frozen=True, slots=True)
class VouchersOfBooks:
    """A query: what was owed for vouchers when the month began. ``scope``: of ``ScopesOfBooks``."""

    scope: Scope

    def __call__(self, tx: Tx) -> Sequence[VoucherSum]:
        return tx.payments.vouchers_open(self.scope)


def _venues(tx: Tx, viewer_id: int | None) -> tuple[list[Venue], bool]:
    """Those whose books the person may see; whether these are all there are."""
    venues = list(tx.programme.venues())
    if viewer_id is None:
        return venues, True
    actor = actor_of(tx, viewer_id)
    actor.require(Role.MANAGER)
    seen = [venue for venue in venues if actor.may(Role.MANAGER, venue.id)]
    return seen, len(seen) == len(venues)
