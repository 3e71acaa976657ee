"""What Telegram's own refunds cannot do."""

from __future__ import annotations

from unittest.mock import AsyncMock

import pytest

from bot.adapters.payments_telegram import TelegramPayments
from domain.errors import ProviderRefused
from domain.money import Money
from domain.payments.model import Charge, ChargeFate, Refund, RefundState
from tests.support.clock import START

CHARGE = Charge(1, "telegram", "p", "stars-1", 1, 7, Money(100, "XTR"), START, ChargeFate.TICKETS)


def refund(minor: int) -> Refund:
    return Refund(1, 1, Money(minor, "XTR"), "cancelled", RefundState.REQUESTED, None, START, START, 0)


async def test_a_part_of_a_payment_in_stars_is_left_to_a_person() -> None:
    """Bot API, refundStarPayment: names a charge and no amount, so it gives all of it back."""
    bot, payer = AsyncMock(), AsyncMock(return_value=1001)
    payments = TelegramPayments(bot, None, payer)
    with pytest.raises(ProviderRefused, match="whole_only"):
        await payments.refund(CHARGE, refund(60))
    bot.refund_star_payment.assert_not_awaited()
    told = await payments.refund(CHARGE, refund(100))
    assert told.state is RefundState.CONFIRMED
    bot.refund_star_payment.assert_awaited_once_with(1001, "stars-1")
