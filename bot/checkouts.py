"""Checkouts outside the messenger: made, watched, believed, closed. Every call stands between two works."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from bot import log
from domain.errors import NotFound, Outside, PaymentRefused, ProviderRefused
from domain.payments.checkout import (
    CheckoutOpened,
    CloseCheckout,
    DueCheckout,
    DueCheckouts,
    IsPayable,
    LookAtCheckout,
    SettleCheckout,
)
from domain.payments.checkout_model import Checkout, CheckoutState, Fate, ProviderNotice, Visitor, Way
from domain.payments.comparing import CompareCheckout
from domain.payments.ports import CheckoutProvider
from storage.unit_of_work import UnitOfWork

_log = log.get("foyer.checkouts")


class Checkouts:
    """Implements ``handlers.ui.ports.Checkouts``. ``ways``: those that the house has switched on, in order;
    ``invoices``: the messenger's own as well (Telegram's Stars need no provider, so they always go)."""

    def __init__(
        self,
        uow: UnitOfWork,
        providers: Iterable[CheckoutProvider] = (),
        ways: Sequence[Way] = (),
        *,
        invoices: bool = True,
    ) -> None:
        self._uow = uow
        self._invoices = invoices
        self.providers: Mapping[str, CheckoutProvider] = {provider.name: provider for provider in providers}
        self._ways = tuple(ways)

    def has_invoice(self, currency: str) -> bool:
        return self._invoices or currency == "XTR"

    def ways(self, currency: str) -> Sequence[Way]:
        return [way for way in self._ways if way.fits(currency)]

    async def prepare(self, checkout_id: int) -> Checkout:
        """The checkout as the provider has made it; asked for once more where a crash has kept us from learning it.

        Raises NotFound, ProviderUnavailable, ProviderRefused.
        """
        checkout = await self._checkout(checkout_id)
        if checkout.state is CheckoutState.ASKED:
            opened = await self._provider(checkout).create(checkout)
            await self._uow.write(CheckoutOpened(checkout.id, opened))
            checkout = await self._checkout(checkout_id)
        return checkout

    async def enter(self, provider: CheckoutProvider, reference: str, visitor: Visitor) -> str | None:
        """Where somebody who has opened our address goes on; None where there is nothing to pay (any more).

        Raises ProviderUnavailable, ProviderRefused.
        """
        checkout = await self._uow.read(lambda tx: tx.payments.checkout_by_reference(provider.name, reference))
        if checkout is None or not await self._uow.read(IsPayable(checkout.id)):
            return None
        return await provider.enter(checkout, visitor)

    async def notified(self, provider: CheckoutProvider, notice: ProviderNotice) -> str:
        """What became of a call-back, in a word for the log: a fate, ``nothing`` or why it has no effect.

        Raises ForgedNotice; what else is raised is our fault, and the provider comes again.
        """
        paid = await provider.verify(notice)
        if paid is None:
            return "nothing"
        try:
            return await self._uow.write(SettleCheckout(provider.name, paid))
        except NotFound:
            return "not_ours"
        except PaymentRefused:
            return "amount"

    async def look(self) -> int:
        """Asks the providers about all that is due; gives how many. One that does not answer holds up no other."""
        total = 0
        while due := await self._uow.read(DueCheckouts()):
            await asyncio.gather(*(self._look_once(one) for one in due))
            total += len(due)
        return total

    async def _look_once(self, due: DueCheckout) -> None:
        checkout = due.checkout
        if not await self._uow.write(LookAtCheckout(checkout.id, due.is_over)):
            return
        provider = self.providers.get(checkout.provider)
        if provider is None:
            return  # switched off since
        try:
            await self._look_at(provider, due)
        except ProviderRefused as error:
            # Not closed: paid at this very moment, or not to be closed yet. The next look tells.
            _log.info("checkout.kept", checkout=checkout.id, reason=error.params.get("reason"))
        except Outside as error:
            _log.warning("checkout.postponed", checkout=checkout.id, error=error.code)

    async def _look_at(self, provider: CheckoutProvider, due: DueCheckout) -> None:
        checkout = due.checkout
        told = await provider.query(checkout)
        if not checkout.state.is_standing:
            await self._uow.write(CompareCheckout(checkout, told, due.confirmed_minor))
        elif told.paid is not None:
            fate = await self._uow.write(SettleCheckout(provider.name, told.paid, asked=True))
            _log.info("checkout.found_paid", checkout=checkout.id, fate=fate)
        elif told.fate is Fate.CLOSED:
            await self._uow.write(CloseCheckout(checkout.id))
        elif due.is_over:
            await provider.close(checkout)
            await self._uow.write(CloseCheckout(checkout.id))
        elif told.opened is not None and checkout.state is CheckoutState.ASKED:
            await self._uow.write(CheckoutOpened(checkout.id, told.opened))

    async def _checkout(self, checkout_id: int) -> Checkout:
        checkout = await self._uow.read(lambda tx: tx.payments.checkout(checkout_id))
        if checkout is None:
            raise NotFound
        return checkout

    def _provider(self, checkout: Checkout) -> CheckoutProvider:
        provider = self.providers.get(checkout.provider)
        if provider is None:
            raise ProviderRefused(reason="switched_off")
        return provider
