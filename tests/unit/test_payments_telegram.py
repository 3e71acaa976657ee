"""What Telegram's own refunds cannot do."""

from __future__ import annotations

from datetime import datetime, timedelta
from unittest.mock import AsyncMock

import pytest
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import GetMe
from aiogram.types import StarTransaction, StarTransactions, TransactionPartnerUser, User

from bot.adapters.payments_telegram import TelegramPayments
from domain.errors import ProviderRefused, ProviderUnavailable
from domain.money import Money
from domain.payments.model import Charge, ChargeFate, Refund, RefundState
from domain.payments.ports import Bought
from tests.support.clock import START

CHARGE = Charge(1, "telegram", "p", "stars-1", 1, 7, Money(100, "XTR"), START, ChargeFate.TICKETS)


def refund(minor: int) -> Refund:
    return Refund(1, 1, Money(minor, "XTR"), "cancelled", RefundState.REQUESTED, None, START, START, 0)


def _stars(number: int, at: datetime, payload: str = "order:7", *, back: bool = False) -> StarTransaction:
    user = User(id=1001, is_bot=False, first_name="Ada")
    partner = TransactionPartnerUser(transaction_type="invoice_payment", user=user, invoice_payload=payload)
    way = {"receiver": partner} if back else {"source": partner}
    return StarTransaction(id=f"stars-{number}", amount=100, date=at, **way)


async def test_payments_in_stars_are_listed_by_telegram_itself() -> None:
    """Bot API, getStarTransactions: the oldest first, a hundred at most; what is too old is not asked for twice."""
    day = timedelta(days=1)
    told = [_stars(number, START - 3 * day) for number in range(120)]
    told += [_stars(200, START), _stars(201, START, "gift"), _stars(202, START), _stars(202, START, back=True)]
    told += [_stars(203, START, "voucher:100"), _stars(204, START, "drinks:9")]

    async def answer(offset: int, limit: int) -> StarTransactions:
        return StarTransactions(transactions=told[offset : offset + limit])

    bot = AsyncMock()
    bot.get_star_transactions.side_effect = answer
    payments = TelegramPayments(bot, None, AsyncMock())
    for _ in range(2):
        found = await payments.charges_since(START - day)
        assert [(each.provider_charge_id, each.order_id, each.amount, each.refunded_minor) for each in found] == [
            ("stars-200", 7, Money(100, "XTR"), 0),
            ("stars-202", 7, Money(100, "XTR"), 100),
            ("stars-203", None, Money(100, "XTR"), 0),
            ("stars-204", 9, Money(100, "XTR"), 0),
        ]
        assert [each.bought for each in found] == [Bought.TICKETS, Bought.TICKETS, Bought.VOUCHER, Bought.DRINKS]
        assert {(each.payer_account, each.channel_charge_id == each.provider_charge_id) for each in found} == {
            (1001, True)
        }
    assert [call.args[0] for call in bot.get_star_transactions.await_args_list] == [0, 100, 120]


async def test_stars_that_cannot_be_listed_now_are_asked_for_later() -> None:
    bot = AsyncMock()
    bot.get_star_transactions.side_effect = TelegramNetworkError(method=GetMe(), message="away")
    with pytest.raises(ProviderUnavailable):
        await TelegramPayments(bot, None, AsyncMock()).charges_since(START)


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
