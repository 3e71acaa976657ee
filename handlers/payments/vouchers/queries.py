"""What the screens of vouchers show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.errors import NotFound
from domain.money import Money
from domain.payments.voucher_model import Voucher, VoucherRules
from domain.payments.voucher_ports import VoucherLeft
from domain.payments.vouchers import left_of, own_vouchers
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Venue
from handlers.programme.queries import house_zone

SHOWN = 4


@dataclass(frozen=True)
class VouchersFacts:
    """``sells``, ``manages``: the venues where this person works at the window, or gives vouchers away."""

    own: tuple[VoucherLeft, ...]
    rules: VoucherRules
    sells: tuple[Venue, ...]
    manages: tuple[Venue, ...]
    zone: str


@dataclass(frozen=True, slots=True)
class FindVouchers:
    person_id: int

    def __call__(self, tx: Tx) -> VouchersFacts:
        actor, venues = actor_of(tx, self.person_id), tuple(tx.programme.venues())
        return VouchersFacts(
            own=tuple(own_vouchers(tx, self.person_id, SHOWN)),
            rules=tx.payments.voucher_rules(),
            sells=tuple(venue for venue in venues if actor.may(Role.BOX_OFFICE, venue.id)),
            manages=tuple(venue for venue in venues if actor.may(Role.MANAGER, venue.id)),
            zone=house_zone(venues),
        )


@dataclass(frozen=True)
class VoucherFacts:
    voucher: Voucher
    left: Money
    zone: str
    now: datetime
    own: bool


@dataclass(frozen=True, slots=True)
class FindVoucher:
    """For who has it, who made it, and (``opened``) who has opened its link. Raises NotFound."""

    person_id: int
    voucher_id: int
    opened: bool = False

    def __call__(self, tx: Tx) -> VoucherFacts:
        voucher = tx.payments.voucher(self.voucher_id)
        if voucher is None or not (self.opened or self.person_id in (voucher.holder_id, voucher.made_by)):
            raise NotFound
        own = voucher.holder_id == self.person_id
        return VoucherFacts(voucher, left_of(tx, voucher), house_zone(tuple(tx.programme.venues())), tx.now, own)


@dataclass(frozen=True, slots=True)
class FindBought:
    """For its buyer, while it is theirs; else None."""

    buyer_id: int
    voucher_id: int

    def __call__(self, tx: Tx) -> VoucherFacts | None:
        voucher = tx.payments.voucher(self.voucher_id)
        if voucher is None or voucher.holder_id != self.buyer_id:
            return None
        return FindVoucher(self.buyer_id, voucher.id)(tx)


@dataclass(frozen=True, slots=True)
class FindOwnCode:
    """The code of a voucher in one's own list. Raises NotFound."""

    person_id: int
    voucher_id: int

    def __call__(self, tx: Tx) -> str:
        voucher = tx.payments.voucher(self.voucher_id)
        if voucher is None or voucher.holder_id != self.person_id:
            raise NotFound
        return voucher.code


@dataclass(frozen=True, slots=True)
class FindLinkedCode:
    """Of a voucher whose link somebody has sent; empty for none."""

    voucher_id: int

    def __call__(self, tx: Tx) -> str:
        voucher = tx.payments.voucher(self.voucher_id)
        return voucher.code if voucher else ""


@dataclass(frozen=True, slots=True)
class FindVenueOf:
    """Where this person has the role. Raises NotAllowed, NotFound."""

    person_id: int
    venue_id: int
    role: Role

    def __call__(self, tx: Tx) -> Venue:
        actor = actor_of(tx, self.person_id)
        actor.require(self.role)
        venue = tx.programme.venue(self.venue_id)
        if venue is None or not actor.may(self.role, venue.id):
            raise NotFound
        return venue
