"""Vouchers: money paid ahead. Selling one is no sale of tickets, and no tax is due, until it is redeemed: a voucher for
several rates of tax (Council Directive (EU) 2016/1065, "multi-purpose")."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.codes import SHORT_ALPHABET
from domain.money import Money

#: What a charge says that a voucher has paid.
PROVIDER = "voucher"
#: 24 letters to choose from, twelve times: more than 2^55 codes.
CODE_LENGTH = 12
#: Money that comes back to a voucher can be spent for so long at least, even where its end has passed.
GOOD_AFTER_REFUND = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Voucher:
    """Whoever knows the code may spend it. ``amount``: when it was made. ``charge_id`` None: the house gave it away,
    and says why."""

    id: int
    code: str
    amount: Money
    holder_id: int | None
    made_by: int | None
    reason: str
    charge_id: int | None
    valid_until: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True)
class VoucherUse:
    """What a voucher pays of an order; ``charge_id`` once the order is paid."""

    order_id: int
    voucher_id: int
    amount: Money
    charge_id: int | None = None


@dataclass(frozen=True, slots=True)
class VoucherSale:
    """Somebody wants to buy a voucher and pay outside the messenger. ``charge_id``: what bought it."""

    id: int
    buyer_id: int
    amount: Money
    charge_id: int | None = None


@dataclass(frozen=True, slots=True)
class VoucherRules:
    """``amounts``: what is sold in the chat, in minor units; none: only the window sells them."""

    months: int = 36
    amounts: tuple[int, ...] = ()
    currency: str = ""


def new_voucher_code() -> str:
    return "".join(secrets.choice(SHORT_ALPHABET) for _ in range(CODE_LENGTH))


def clean_voucher_code(text: str) -> str | None:
    """What somebody typed, as a voucher's code; None where it cannot be one."""
    code = re.sub(r"[\s\-–—.]", "", text).upper()
    return code if len(code) == CODE_LENGTH and all(letter in SHORT_ALPHABET for letter in code) else None
