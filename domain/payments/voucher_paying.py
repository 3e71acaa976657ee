"""An order that vouchers pay a part of, or all: one charge for each, split over its lines; the debt becomes less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.money import Money
from domain.payments.booking import entries_of
from domain.payments.model import Charge, ChargeFate, JournalEntry, Refund, TicketPayment
from domain.payments.voucher_model import GOOD_AFTER_REFUND, PROVIDER, VoucherUse
from domain.ports import Tx
from domain.ticketing.model import Order, OrderLine


@dataclass(frozen=True, slots=True)
class Ahead:
    """``due``: the lines, their prices what is left for other money. ``paid``: (line's index, charge, how much)."""

    due: Sequence[OrderLine]
    paid: Sequence[tuple[int, int, Money]] = ()

    def payments(self, ticket_ids: Sequence[int]) -> list[TicketPayment]:
        return [TicketPayment(ticket_ids[index], charge_id, amount) for index, charge_id, amount in self.paid]


def covering(tx: Tx, order: Order) -> Sequence[VoucherUse] | None:
    """Locks the order's vouchers. None where one of them has not so much left any more: an order that had run out does
    not count, so others may have spent it."""
    uses = tx.payments.voucher_uses(order.id) if order.voucher else ()
    for use in uses:
        voucher = tx.payments.voucher(use.voucher_id, lock=True)
        spent = tx.payments.voucher_spent(use.voucher_id, but_order=order.id)
        if voucher is None or voucher.amount.minor - spent < use.amount.minor:
            return None
    return uses


def spend(
    tx: Tx, order: Order, lines: Sequence[OrderLine], uses: Sequence[VoucherUse], clerk_id: int | None = None
) -> Ahead:
    """``uses``: of ``covering`` in this transaction. The places are sold already."""
    left, paid = [line.price.minor for line in lines], []
    currency = order.total.currency
    for use in uses:
        charge = Charge(
            id=0,
            provider=PROVIDER,
            provider_charge_id=f"{use.voucher_id}:{order.id}",
            channel_charge_id="",
            order_id=order.id,
            payer_id=order.buyer_id,
            amount=use.amount,
            captured_at=tx.now,
            fate=ChargeFate.TICKETS,
        )
        charge_id = tx.payments.add_charge(charge)
        assert charge_id is not None, "an order is paid once"
        tx.payments.charge_voucher(use, charge_id)
        tx.audit(order.buyer_id, "charge.captured", "charge", charge_id, order=order.id)
        minor, parts = use.amount.minor, []
        for index, line in enumerate(lines):
            part = min(minor, left[index])
            if part:
                left[index] -= part
                minor -= part
                amount = Money(part, currency)
                parts.append(replace(line, price=amount))
                paid.append((index, charge_id, amount))
        entries = entries_of(tx, replace(charge, id=charge_id), order, parts)
        entries.append(owed(tx, "voucher_used", PROVIDER, use.voucher_id, -use.amount))
        tx.payments.write_journal([replace(entry, clerk_id=clerk_id) for entry in entries])
    due = [replace(line, price=Money(minor, currency)) for line, minor in zip(lines, left, strict=True)]
    return Ahead(due, paid)


def back_to_voucher(tx: Tx, refund: Refund) -> None:
    """What a voucher had paid is on it again, for a while at least."""
    voucher = tx.payments.voucher_of_charge(refund.charge_id)
    assert voucher is not None
    tx.payments.prolong_voucher(voucher.id, end_of_day(tx, tx.now + GOOD_AFTER_REFUND))
    tx.payments.write_journal([owed(tx, "voucher_back", PROVIDER, voucher.id, refund.amount)])


def end_of_day(tx: Tx, at: datetime) -> datetime:
    """The midnight after it, by the house's clocks: a last day counts whole."""
    venues = tx.programme.venues()
    local = at.astimezone(ZoneInfo(venues[0].timezone if venues else "UTC"))
    return (local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)).astimezone(UTC)


def owed(tx: Tx, kind: str, method: str, voucher_id: int, amount: Money) -> JournalEntry:
    """What the house owes for a voucher becomes more (positive) or less; no tax is in it."""
    return JournalEntry(tx.now, kind, method, amount, voucher_id=voucher_id)
