"""The drawer: opened with a float, cash in and out, counted, handed over with two signatures.

What should lie in it is its float and the journal's cash that carries its number: nothing else is added up anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.errors import BadInput, NotAllowed, NotFound, Stale
from domain.money import Money
from domain.notices import CardKind
from domain.payments.model import JournalEntry
from domain.people.model import Actor, Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.records.tasks import ask_for_a_hand

#: The kind of task that a difference between count and journal becomes.
DRAWER_DIFFERS = "drawer_differs"
#: A drawer never holds more, in minor units: a slip of the thumb is refused, and both databases can add it up.
_MOST = 10**9
_MOST_REASON = 200


@dataclass(frozen=True, slots=True)
class Drawer:
    """``expected`` and ``counted`` are None until it is closed; it never changes after it has been signed for."""

    id: int
    venue_id: int
    clerk_id: int
    opening: Money
    opened_at: datetime
    expected: Money | None
    counted: Money | None
    closed_at: datetime | None
    signed_by: int | None
    signed_at: datetime | None

    @property
    def difference(self) -> Money | None:
        """What is there too much (positive) or too little."""
        return self.counted - self.expected if self.counted is not None and self.expected is not None else None


@dataclass(frozen=True, slots=True)
class OpenDrawer:
    """A clerk begins with a float. One open drawer a clerk. Gives its id; raises NotAllowed, NotFound, BadInput."""

    clerk_id: int
    venue_id: int
    float_minor: int

    def __call__(self, tx: Tx) -> int:
        actor = actor_of(tx, self.clerk_id)
        actor.require(Role.BOX_OFFICE)
        venue = tx.programme.venue(self.venue_id)
        if venue is None or not actor.may(Role.BOX_OFFICE, venue.id):
            raise NotFound
        _check_sum(self.float_minor)
        if tx.drawers.open_of(self.clerk_id, lock=True) is not None:
            raise BadInput("drawer_open")
        drawer_id = tx.drawers.add(venue.id, self.clerk_id, Money(self.float_minor, venue.currency), tx.now)
        tx.audit(self.clerk_id, "drawer.opened", "drawer", drawer_id)
        return drawer_id


@dataclass(frozen=True, slots=True)
class PayOut:
    """Cash leaves the drawer for a reason. Gives the drawer's id. Raises BadInput (no_drawer, bad_sum, no_reason,
    too_little)."""

    clerk_id: int
    minor: int
    reason: str

    def __call__(self, tx: Tx) -> int:
        drawer = _open(tx, self.clerk_id)
        reason = " ".join(self.reason.split())[:_MOST_REASON]
        if not reason:
            raise BadInput("no_reason")
        _check_sum(self.minor, least=1)
        if self.minor > expected(tx, drawer).minor:
            raise BadInput("too_little")
        amount = Money(-self.minor, drawer.opening.currency)
        entry = JournalEntry(tx.now, "pay_out", "cash", amount, clerk_id=self.clerk_id, drawer_id=drawer.id)
        tx.payments.write_journal([entry])
        pay_out_id = tx.drawers.add_pay_out(drawer.id, -amount, reason, tx.now)
        tx.audit(self.clerk_id, "drawer.paid_out", "drawer", drawer.id, pay_out=pay_out_id)
        return drawer.id


@dataclass(frozen=True, slots=True)
class CloseDrawer:
    """The clerk has counted and signs. Gives the drawer's id; colleagues and managers get a card to sign on.

    Nothing is booked into it from now on. A difference becomes a task as well.
    """

    clerk_id: int
    counted_minor: int

    def __call__(self, tx: Tx) -> int:
        drawer = _open(tx, self.clerk_id)
        _check_sum(self.counted_minor)
        due = expected(tx, drawer)
        tx.drawers.close(drawer.id, due, Money(self.counted_minor, due.currency), tx.now)
        tx.audit(self.clerk_id, "drawer.closed", "drawer", drawer.id, difference=self.counted_minor - due.minor)
        if self.counted_minor != due.minor:
            ask_for_a_hand(tx, DRAWER_DIFFERS, "drawer", drawer.id)
        for person_id in tx.people.holders_of([Role.BOX_OFFICE, Role.MANAGER, Role.OWNER]):
            if person_id != self.clerk_id and actor_of(tx, person_id).may(Role.BOX_OFFICE, drawer.venue_id):
                tx.show_card(person_id, CardKind.DRAWER, drawer.id)
        return drawer.id


@dataclass(frozen=True, slots=True)
class SignForDrawer:
    """Somebody else has counted too and takes it over. Gives the drawer's id.

    Raises NotFound, NotAllowed (nobody signs for themselves), Stale where it is open still or signed for already.
    """

    by: int
    drawer_id: int

    def __call__(self, tx: Tx) -> int:
        actor = actor_of(tx, self.by)
        drawer = drawer_of_house(tx, actor, self.drawer_id, lock=True)
        if drawer.clerk_id == self.by:
            raise NotAllowed(role=Role.BOX_OFFICE.value)
        if drawer.closed_at is None or drawer.signed_at is not None:
            raise Stale
        tx.drawers.sign(drawer.id, self.by, tx.now)
        tx.audit(self.by, "drawer.signed", "drawer", drawer.id)
        tx.card_changed(CardKind.DRAWER, drawer.id)
        return drawer.id


def drawer_of_house(tx: Tx, actor: Actor, drawer_id: int, *, lock: bool = False) -> Drawer:
    """Raises NotAllowed for whoever works at no window, NotFound for a drawer of another house just as for none."""
    actor.require(Role.BOX_OFFICE)
    drawer = tx.drawers.drawer(drawer_id, lock=lock)
    if drawer is None or not actor.may(Role.BOX_OFFICE, drawer.venue_id):
        raise NotFound
    return drawer


def drawer_for(tx: Tx, clerk_id: int, currency: str) -> Drawer | None:
    """The clerk's open drawer, locked so that nobody closes it meanwhile. Raises BadInput for another currency's."""
    drawer = tx.drawers.open_of(clerk_id, lock=True)
    if drawer is not None and drawer.opening.currency != currency:
        raise BadInput("drawer_currency")
    return drawer


def expected(tx: Tx, drawer: Drawer) -> Money:
    """What should lie in it: the float, and the journal's cash."""
    return drawer.opening + Money(tx.drawers.booked(drawer.id, "cash"), drawer.opening.currency)


def _open(tx: Tx, clerk_id: int) -> Drawer:
    actor_of(tx, clerk_id).require(Role.BOX_OFFICE)
    drawer = tx.drawers.open_of(clerk_id, lock=True)
    if drawer is None:
        raise BadInput("no_drawer")
    return drawer


def _check_sum(minor: int, *, least: int = 0) -> None:
    if not least <= minor <= _MOST:
        raise BadInput("bad_sum")
