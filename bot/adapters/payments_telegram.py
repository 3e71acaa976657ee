"""Money taken through Telegram's invoices. Telegram itself refunds Stars only (Bot API, refundStarPayment)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.types import StarTransaction, TransactionPartnerUser

from bot.adapters.payments_provider import ProviderApi
from domain.errors import ProviderRefused, ProviderUnavailable
from domain.money import Money
from domain.payments.model import Charge, Refund, RefundState
from domain.payments.ports import ProviderCharge, ProviderRefund
from handlers.payments.payload import bought_by

_PAGE = 100  # the most that getStarTransactions gives

#: Finds a person's Telegram id; None where they have left.
PayerAccount = Callable[[int | None], Awaitable[int | None]]


class TelegramPayments:
    """Implements ``domain.payments.ports.PaymentProvider``.

    ``provider``: the API of the provider behind the invoices, which refunds everything but Stars; without it such a
    refund is refused here and becomes a task by hand. ``payer_account`` finds the payer's Telegram id.
    """

    name = "telegram"

    def __init__(self, bot: Bot, provider: ProviderApi | None, payer_account: PayerAccount) -> None:
        self._bot = bot
        self._provider = provider
        self._payer_account = payer_account
        self._stars_past = 0  # transactions older than anybody asks for

    async def refund(self, charge: Charge, refund: Refund) -> ProviderRefund:
        if charge.amount.currency == "XTR":
            return await self._refund_stars(charge, refund)
        return await self._api().refund(charge.provider_charge_id, refund.amount, refund.idempotency_key)

    async def refund_status(self, charge: Charge, refund: Refund) -> ProviderRefund:
        assert refund.provider_refund_id is not None
        return await self._api().refund_status(refund.provider_refund_id)

    async def charges_since(self, since: datetime) -> Sequence[ProviderCharge]:
        """The provider's, and Telegram's own: payments in Stars, whose news may have been lost too."""
        stars = await self._stars_since(since)
        return [*stars, *(await self._provider.charges_since(since) if self._provider else ())]

    async def _stars_since(self, since: datetime) -> Sequence[ProviderCharge]:
        """Bot API, getStarTransactions: the oldest first, so what is too old is skipped and not asked for again."""
        found: list[StarTransaction] = []
        while True:
            try:
                page = (await self._bot.get_star_transactions(self._stars_past + len(found), _PAGE)).transactions
            except TelegramAPIError as error:
                raise ProviderUnavailable from error
            found += page
            if len(page) < _PAGE:
                break
        old = next((n for n, each in enumerate(found) if each.date >= since), len(found))
        self._stars_past += old
        # A refund bears the number of what it gives back.
        refunded = {each.id: each.amount for each in found if each.source is None}
        return [charge for each in found[old:] if (charge := _charge(each, refunded.get(each.id, 0))) is not None]

    def _api(self) -> ProviderApi:
        if self._provider is None:
            raise ProviderRefused(reason="no_api")
        return self._provider

    async def _refund_stars(self, charge: Charge, refund: Refund) -> ProviderRefund:
        if refund.amount != charge.amount:
            raise ProviderRefused(reason="whole_only")  # the method takes a charge and no amount
        user_id = await self._payer_account(charge.payer_id)
        if user_id is None:
            raise ProviderRefused(reason="payer_gone")
        try:
            await self._bot.refund_star_payment(user_id, charge.channel_charge_id)
        except TelegramBadRequest as error:
            # Asking again after a crash: Telegram has done it already.
            if "CHARGE_ALREADY_REFUNDED" not in error.message:
                raise ProviderRefused(reason="telegram") from error
        except TelegramAPIError as error:
            raise ProviderUnavailable from error
        return ProviderRefund(charge.channel_charge_id, RefundState.CONFIRMED)


def _charge(transaction: StarTransaction, refunded: int) -> ProviderCharge | None:
    """None for what is no payment of ours: a gift, a withdrawal, another invoice."""
    source = transaction.source
    if not isinstance(source, TransactionPartnerUser) or not source.invoice_payload:
        return None
    bought = bought_by(source.invoice_payload)
    if bought is None:
        return None
    what, order_id = bought
    return ProviderCharge(
        provider_charge_id=transaction.id,
        order_id=order_id,
        amount=Money(transaction.amount, "XTR"),
        captured_at=transaction.date,
        refunded_minor=refunded,
        bought=what,
        payer_account=source.user.id,
        channel_charge_id=transaction.id,
    )
