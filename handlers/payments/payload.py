"""What an invoice carries back to us (Bot API ``invoice_payload``, 1 to 128 bytes)."""

from __future__ import annotations

import re

from domain.codes import CodeKind, poster_code
from domain.payments.ports import Bought

_VOUCHER = re.compile(r"voucher:([0-9]{1,12})")
_DRINKS = re.compile(r"drinks:([0-9]{1,13})")
_PAYLOAD = re.compile(r"order:([0-9]{1,13})")


def payload_of(order_id: int) -> str:
    return f"order:{order_id}"


def order_in(payload: str) -> int:
    """0, which no order has, for what is not ours."""
    match = _PAYLOAD.fullmatch(payload)
    return int(match[1]) if match else 0


def voucher_payload(minor: int) -> str:
    return f"voucher:{minor}"


def voucher_in(payload: str) -> int | None:
    """How much the voucher is for; None where the invoice was for something else."""
    match = _VOUCHER.fullmatch(payload)
    return int(match[1]) if match else None


def drinks_payload(drinks_id: int) -> str:
    return f"drinks:{drinks_id}"


def drinks_in(payload: str) -> int | None:
    """The order of drinks; None where the invoice was for something else."""
    match = _DRINKS.fullmatch(payload)
    return int(match[1]) if match else None


def bought_by(payload: str) -> tuple[Bought, int | None] | None:
    """What an invoice was for, with the order of tickets or drinks; None for what is not ours."""
    if voucher_in(payload) is not None:
        return Bought.VOUCHER, None
    if (drinks_id := drinks_in(payload)) is not None:
        return Bought.DRINKS, drinks_id
    order_id = order_in(payload)
    return (Bought.TICKETS, order_id) if order_id else None


def voucher_start() -> str:
    """Where a forwarded invoice leads: none, so that whoever gets it can pay it, and has the voucher then."""
    return ""


def start_parameter_of(performance_id: int) -> str:
    """Where a forwarded invoice leads: to the performance. Whoever gets it can buy, but not pay for somebody else."""
    return poster_code(CodeKind.PERFORMANCE, performance_id)
