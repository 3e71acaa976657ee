"""APScheduler ticks, in memory: what is due stands in the database, so a tick that was missed is no loss."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import log
from domain.errors import Outside, ProviderRefused, ProviderUnavailable
from domain.payments.model import Charge, Refund, RefundState
from domain.payments.ports import PaymentProvider
from domain.payments.refunding import DueRefunds, Reconcile, SettleRefund, SubmitRefund
from domain.ticketing.holding import ExpireOrders
from domain.ticketing.watching import TellSalesOpen
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork

_log = log.get("foyer.scheduler")

LEASE = timedelta(seconds=60)
KEEP_HANDLED = timedelta(hours=72)
KEEP_DEAD = timedelta(days=30)  # dead letters, for whoever looks into them
KEEP_FILES = timedelta(days=30)  # a picture that is sent later is uploaded again
_RECONCILE_BACK = timedelta(hours=48)


class Ticks:
    """Everything that the clock does. Each tick runs in one process at a time: it holds the lease ``scheduler``."""

    def __init__(self, uow: UnitOfWork, provider: PaymentProvider, holder: str) -> None:
        self._uow = uow
        self._provider = provider
        self._holder = holder

    async def expire_orders(self) -> int:
        total = 0
        while closed := await self._uow.write(ExpireOrders()):
            total += closed
        return total

    async def tell_sales_open(self) -> int:
        return await self._uow.write(TellSalesOpen())

    async def refund(self) -> int:
        """Carries what is due to the provider: marked first, asked then, settled after. Gives how many."""
        due = await self._uow.read(DueRefunds())
        for refund, charge in due:
            if await self._uow.write(SubmitRefund(refund.id)):
                await self._uow.write(await self._ask(refund, charge))
        return len(due)

    async def _ask(self, refund: Refund, charge: Charge) -> SettleRefund:
        try:
            if refund.provider_refund_id is None:
                told = await self._provider.refund(charge, refund)
            else:
                told = await self._provider.refund_status(charge, refund)
        except ProviderUnavailable as error:
            return SettleRefund(refund.id, refund.state, error=str(error))
        except ProviderRefused as error:
            return SettleRefund(refund.id, RefundState.FAILED, error=str(error))
        return SettleRefund(refund.id, told.state, told.provider_refund_id)

    async def reconcile(self, now: datetime | None = None) -> int:
        """Telegram forgets updates after 24 h; the provider does not forget charges. Gives how many were missing."""
        since = (now or datetime.now(UTC)) - _RECONCILE_BACK
        charges = await self._provider.charges_since(since)
        missing = 0
        for start in range(0, len(charges), 100):
            missing += await self._uow.write(Reconcile(self._provider.name, tuple(charges[start : start + 100])))
        if missing:
            _log.warning("reconcile.missing", count=missing)
        return missing

    async def purge(self) -> int:
        """What nobody needs any more; so that no table grows for ever, and no chat's number stays behind its person."""
        return await self._uow.write(_purge)

    async def only_here(self, tick: Callable[[], Awaitable[int]]) -> None:
        if await self._uow.write(self._take_lease) is None:
            return
        try:
            await tick()
        except Outside as error:
            _log.warning("tick.postponed", tick=tick.__name__, error=str(error))

    def _take_lease(self, tx: StorageTx) -> int | None:
        return tx.leases.acquire("scheduler", self._holder, tx.now + LEASE, tx.now)


def _purge(tx: StorageTx) -> int:
    return (
        tx.inbox.purge(tx.now - KEEP_HANDLED, dead_before=tx.now - KEEP_DEAD)
        + tx.leases.purge("chat:", tx.now - KEEP_HANDLED)
        + tx.picture_files.purge(tx.now - KEEP_FILES)
    )


def start_scheduler(ticks: Ticks) -> AsyncIOScheduler:
    """Several missed runs are one, and none is ever too late."""
    scheduler = AsyncIOScheduler(
        timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    table: Sequence[tuple[Callable[[], Awaitable[int]], float]] = (
        (ticks.expire_orders, 5),
        (ticks.tell_sales_open, 20),
        (ticks.refund, 5),
        (ticks.reconcile, 300),
        (ticks.purge, 3600),
    )
    for tick, seconds in table:
        scheduler.add_job(ticks.only_here, "interval", seconds=seconds, args=[tick], id=tick.__name__)
    scheduler.start()
    return scheduler
