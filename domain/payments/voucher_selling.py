"""Money comes for a voucher: by the messenger's invoice, whose payer has it then, or by a checkout outside, whose asker
has it, whoever paid.

Nothing runs out while somebody pays, so money that comes late buys the voucher all the same. Money that comes twice for
one goes back, like any that bought nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from domain.errors import Contended, PaymentRefused
from domain.money import Money
from domain.notices import Notice, NoticeKind
from domain.payments.booking import plain_entry
from domain.payments.giving_back import request_refund
from domain.payments.model import Captured, Charge, ChargeFate
from domain.payments.voucher_model import Voucher, VoucherSale, new_voucher_code
from domain.payments.voucher_paying import end_of_day, owed
from domain.ports import Tx

_A_MONTH = timedelta(days=30.5)


@dataclass(frozen=True, slots=True)
class CheckVoucherSale:
    """A query: the last look before somebody pays for a voucher. Raises PaymentRefused('amount')."""

    amount: Money

    def __call__(self, tx: Tx) -> bool:
        rules = tx.payments.voucher_rules()
        if (self.amount.currency, self.amount.minor) not in {(rules.currency, minor) for minor in rules.amounts}:
            raise PaymentRefused("amount")
        return True


@dataclass(frozen=True, slots=True)
class BuyVoucher:
    """The messenger has taken the money for a voucher. Gives ``{"voucher_id", "fate", "charge_id"}``, the first None
    where the money goes back; the same charge told again gives what was made of it.

    Of a payment whose news was lost the payer may be unknown (``payer_id`` None): nobody could be given the code.
    """

    captured: Captured

    def __call__(self, tx: Tx) -> dict[str, Any]:
        payer_id = self.captured.payer_id
        known = payer_id is not None and tx.people.actor(payer_id) is not None
        return _capture(tx, self.captured, ChargeFate.VOUCHER if known else ChargeFate.UNKNOWN)


@dataclass(frozen=True, slots=True)
class CaptureVoucher:
    """A provider of checkouts has taken the money for a voucher. Gives as ``BuyVoucher``; the buyer is told."""

    captured: Captured
    voucher_sale_id: int

    def __call__(self, tx: Tx) -> dict[str, Any]:
        sale = tx.payments.voucher_sale(self.voucher_sale_id, lock=True)
        assert sale is not None, "a checkout has its sale"
        # The buyer hears of what goes back; that somebody else may have paid for them changes nothing.
        captured = replace(self.captured, payer_id=sale.buyer_id)
        outcome = _capture(tx, captured, self._fate(tx, sale))
        if outcome["voucher_id"] is not None and sale.charge_id is None:
            tx.payments.pay_voucher_sale(sale.id, outcome["charge_id"])
            tell_of_voucher(tx, sale.buyer_id, outcome["voucher_id"])
        return outcome

    def _fate(self, tx: Tx, sale: VoucherSale) -> ChargeFate:
        if sale.charge_id is not None:
            return ChargeFate.DUPLICATE
        if tx.people.actor(sale.buyer_id) is None:
            return ChargeFate.LATE  # they have left, and everything that is theirs
        return ChargeFate.VOUCHER if self.captured.amount == sale.amount else ChargeFate.AMOUNT


def tell_of_voucher(tx: Tx, buyer_id: int, voucher_id: int) -> None:
    """Where the buyer does not see it at once."""
    params = {"voucher_id": voucher_id, "buyer_id": buyer_id}
    tx.notify(Notice(buyer_id, NoticeKind.VOUCHER_BOUGHT, dedupe_key=f"voucher:{voucher_id}", params=params))


def take(tx: Tx, captured: Captured, fate: ChargeFate) -> int | None:
    """The charge; None where it is known already."""
    return tx.payments.add_charge(_charge(tx, captured, fate))


def sell(tx: Tx, captured: Captured, charge_id: int, holder_id: int | None) -> int:
    by = captured.clerk_id if captured.clerk_id is not None else captured.payer_id
    tx.audit(by, "charge.captured", "charge", charge_id)
    until = end_of_day(tx, tx.now + tx.payments.voucher_rules().months * _A_MONTH)
    made_by = captured.clerk_id
    voucher_id = new_voucher(tx, captured.amount, until, holder_id=holder_id, made_by=made_by, charge_id=charge_id)
    entry = owed(tx, "voucher_sold", captured.provider, voucher_id, captured.amount)
    tx.payments.write_journal(
        [replace(entry, charge_id=charge_id, clerk_id=captured.clerk_id, drawer_id=captured.drawer_id)]
    )
    tx.audit(by, "voucher.sold", "voucher", voucher_id)
    return voucher_id


def new_voucher(
    tx: Tx,
    amount: Money,
    valid_until: datetime,
    *,
    holder_id: int | None = None,
    made_by: int | None = None,
    reason: str = "",
    charge_id: int | None = None,
) -> int:
    code = new_voucher_code()
    return tx.payments.add_voucher(Voucher(0, code, amount, holder_id, made_by, reason, charge_id, valid_until, tx.now))


def _capture(tx: Tx, captured: Captured, fate: ChargeFate) -> dict[str, Any]:
    charge_id = take(tx, captured, fate)
    if charge_id is None:
        known = tx.payments.charge_by_provider(captured.provider, captured.provider_charge_id)
        if known is None:
            raise Contended(reason="charge")
        bought = tx.payments.voucher_bought(known.id)
        return _outcome(bought.id if bought else None, known.fate, known.id)
    if fate is ChargeFate.VOUCHER:
        return _outcome(sell(tx, captured, charge_id, captured.payer_id), fate, charge_id)
    charge = replace(_charge(tx, captured, fate), id=charge_id)
    tx.audit(captured.payer_id, "charge.captured", "charge", charge_id)
    tx.payments.write_journal([plain_entry(tx, charge, None)])
    request_refund(tx, charge, fate.value)
    return _outcome(None, fate, charge_id)


def _charge(tx: Tx, captured: Captured, fate: ChargeFate) -> Charge:
    return Charge(
        id=0,
        provider=captured.provider,
        provider_charge_id=captured.provider_charge_id,
        channel_charge_id=captured.channel_charge_id,
        order_id=None,
        payer_id=captured.payer_id,
        amount=captured.amount,
        captured_at=tx.now,
        fate=fate,
    )


def _outcome(voucher_id: int | None, fate: ChargeFate, charge_id: int) -> dict[str, Any]:
    return {"voucher_id": voucher_id, "fate": fate.value, "charge_id": charge_id}
