"""What the provider says against what we know: lost news is caught up with, differences become tasks."""

from __future__ import annotations

from dataclasses import dataclass

from domain.assistance.drinks import CaptureDrinks
from domain.payments.checkout import SettleCheckout
from domain.payments.checkout_model import Checkout, Fate, ForeignCharge, Paid, Told
from domain.payments.model import Captured, Charge, RefundState
from domain.payments.paying import CapturePayment
from domain.payments.ports import Bought, ProviderCharge
from domain.payments.voucher_selling import BuyVoucher, tell_of_voucher
from domain.ports import Tx
from domain.records.tasks import ask_for_a_hand

#: Kinds of tasks; ``handlers.records.task_views`` has their sentences.
AMOUNT_DIFFERS = "charge_differs"
UNKNOWN_HERE = "charge_unknown"  # about a foreign charge
UNKNOWN_THERE = "charge_missing"
REFUNDED_MORE = "refund_unknown"
REFUNDED_LESS = "refund_missing"


@dataclass(frozen=True, slots=True)
class Reconcile:
    """A provider's list of charges. Gives how many were missing here: their news was lost."""

    provider: str
    charges: tuple[ProviderCharge, ...]

    def __call__(self, tx: Tx) -> int:
        missing = 0
        for told in self.charges:
            known = tx.payments.charge_by_provider(self.provider, told.provider_charge_id)
            if known is not None:
                compare(tx, known, told)
            elif not told.reference:
                self._catch_up(tx, told)
                missing += 1
            elif tx.payments.checkout_by_reference(self.provider, told.reference) is not None:
                paid = Paid(told.reference, told.provider_charge_id, told.amount)
                SettleCheckout(self.provider, paid, asked=True)(tx)
                missing += 1
            else:
                self._foreign(tx, told)
        return missing

    def _catch_up(self, tx: Tx, told: ProviderCharge) -> None:
        """As if the messenger's word of it had come."""
        payer_id = None
        if told.payer_account is not None:
            found = tx.people.actor_by_account(self.provider, str(told.payer_account))
            payer_id = found[0].person_id if found else None
        number, channel = told.provider_charge_id, told.channel_charge_id
        captured = Captured(self.provider, number, channel, told.order_id or 0, told.amount, payer_id)
        if told.bought is Bought.VOUCHER:
            bought = BuyVoucher(captured)(tx)
            if bought["voucher_id"] is not None and payer_id is not None:
                tell_of_voucher(tx, payer_id, bought["voucher_id"])
        elif told.bought is Bought.DRINKS:
            CaptureDrinks(captured)(tx)
        else:
            CapturePayment(captured)(tx)

    def _foreign(self, tx: Tx, told: ProviderCharge) -> None:
        """Not given back by itself: it may belong to another house that shares the account."""
        charge = ForeignCharge(0, self.provider, told.provider_charge_id, told.amount, told.captured_at)
        ask_for_a_hand(tx, UNKNOWN_HERE, "foreign_charge", tx.payments.add_foreign_charge(charge, tx.now))


@dataclass(frozen=True, slots=True)
class CompareCheckout:
    """A paid checkout, a day later, against what its provider answered about it.

    ``confirmed_minor``: what had gone back for certain before the provider was asked.
    """

    checkout: Checkout
    told: Told
    confirmed_minor: int

    def __call__(self, tx: Tx) -> bool:
        tx.payments.look_later(self.checkout.id, None)
        charge = tx.payments.charge(self.checkout.charge_id) if self.checkout.charge_id is not None else None
        if charge is None:
            return False
        told, paid = self.told, self.told.paid
        if told.fate is not Fate.PAID or paid is None or paid.provider_charge_id != charge.provider_charge_id:
            ask_for_a_hand(tx, UNKNOWN_THERE, "charge", charge.id)
            return False
        if told.refunded_minor is not None and told.refunded_minor < self.confirmed_minor:
            ask_for_a_hand(tx, REFUNDED_LESS, "charge", charge.id)
        refunded = told.refunded_minor or 0
        compare(tx, charge, ProviderCharge(charge.provider_charge_id, None, paid.amount, tx.now, refunded))
        return True


def compare(tx: Tx, known: Charge, told: ProviderCharge) -> None:
    if known.amount != told.amount:
        ask_for_a_hand(tx, AMOUNT_DIFFERS, "charge", known.id)
    elif told.refunded_minor > sum(
        refund.amount.minor
        for refund in tx.payments.refunds_of_charge(known.id)
        if refund.state is not RefundState.FAILED
    ):
        ask_for_a_hand(tx, REFUNDED_MORE, "charge", known.id)
