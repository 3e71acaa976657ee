"""What a charge writes into the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from domain.money import Money, included_tax
from domain.payments.model import Charge, JournalEntry
from domain.ports import Tx
from domain.ticketing.model import Order, OrderLine


def entries_of(tx: Tx, charge: Charge, order: Order, lines: Sequence[OrderLine]) -> list[JournalEntry]:
    """One entry per tax rate, so that the month can be told by rate."""
    entries = []
    by_rate = sorted(lines, key=lambda line: line.tax_rate_bp)
    for rate, group in groupby(by_rate, key=lambda line: line.tax_rate_bp):
        amount = Money.total((line.price for line in group), order.total.currency)
        entry = plain_entry(tx, charge, order)
        entries.append(replace(entry, amount=amount, tax_rate_bp=rate, tax_minor=included_tax(amount.minor, rate)))
    return entries


def plain_entry(tx: Tx, charge: Charge, order: Order | None) -> JournalEntry:
    return JournalEntry(
        at=tx.now,
        kind="charge",
        method=charge.provider,
        amount=charge.amount,
        performance_id=order.performance_id if order else None,
        order_id=order.id if order else None,
        charge_id=charge.id,
    )
