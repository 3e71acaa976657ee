"""APScheduler ticks, in memory: what is due stands in the database, so a tick that was missed is no loss."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import log
from bot.checkouts import Checkouts
from domain.admission.house import CountDoors, DoorSeen, ShowDoors
from domain.admission.model import DoorCounts
from domain.admission.reminding import AnyReservationEnds, DueReminders, Remind, RemindOfReservations
from domain.admission.visiting import FollowVisits, VisitsBehind
from domain.assistance.drinks import TendDrinks
from domain.assistance.helping import PageHelp
from domain.errors import Outside, ProviderRefused, ProviderUnavailable
from domain.feedback.asking import AskForFeedback, CloseSurveys
from domain.improvement.usecases import RemindActions
from domain.incidents.announcing import AnnouncementsGoing, CarryAnnouncement
from domain.incidents.handling import CountEvacuations, DropPhoto, PhotosDue, ShowEvacuations
from domain.incidents.paging import IncidentsDue, WatchIncidents
from domain.lost_property.usecases import TendLostProperty
from domain.payments.bills import AskForBill, BillFate, CompareRefunds, DueBills, MissRefunds, SettleBill
from domain.payments.checkout_model import Way
from domain.payments.comparing import Reconcile
from domain.payments.model import Charge, Refund, RefundState
from domain.payments.ports import CheckoutProvider, PaymentProvider, ProviderCharge, TradeBill
from domain.payments.refunding import DueRefunds, SettleRefund, SubmitRefund
from domain.people.duty import PageDuty
from domain.people.list_keeping import TendLists
from domain.programme.moving import CarryOn, DueChanges
from domain.records.digests import DigestsDue, SendDigests
from domain.ticketing.blocking import ReleaseDueBlocks
from domain.ticketing.holding import ExpireOrders
from domain.ticketing.resale import OfferListed
from domain.ticketing.waiting import QueuedPerformances, ServeQueue
from domain.ticketing.watching import TellSalesOpen
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork

_log = log.get("foyer.scheduler")

LEASE = timedelta(seconds=60)
KEEP_HANDLED = timedelta(hours=72)
KEEP_DEAD = timedelta(days=30)  # dead letters, for whoever looks into them
KEEP_CONTACTS = timedelta(days=30)  # of customers at the window, after their performance
KEEP_FILES = timedelta(days=30)  # a picture that is sent later is uploaded again
_RECONCILE_BACK = timedelta(hours=48)


class Ticks:
    """Everything that the clock does. Each tick runs in one process at a time: it holds the lease ``scheduler``."""

    def __init__(
        self,
        uow: UnitOfWork,
        provider: PaymentProvider,
        holder: str,
        checkouts: Checkouts | None = None,
        delete: Callable[[int, int], Awaitable[None]] | None = None,
    ) -> None:
        self._uow = uow
        self._provider = provider
        self._holder = holder
        self._seen: dict[int, DoorSeen] = {}
        self._checkouts = checkouts or Checkouts(uow)
        self._delete = delete  # a message in a chat
        self._evacuated: dict[int, tuple[DoorCounts, ...]] = {}

    async def expire_orders(self) -> int:
        total = 0
        while closed := await self._uow.write(ExpireOrders()):
            total += closed
        return total

    async def offer_listed(self) -> int:
        """What was given back for resale, where nothing else is left."""
        return await self._uow.write(OfferListed())

    async def serve_queues(self) -> int:
        """What is free is offered to who waits in line. Gives how many offers were made."""
        made = 0
        for performance_id in await self._uow.read(QueuedPerformances()):
            made += await self._uow.write(ServeQueue(performance_id))
        return made

    async def carry_on_changes(self) -> int:
        """Goes on with what follows from a performance's being moved or cancelled. Gives how many pieces were done."""
        done = 0
        for change_id in await self._uow.read(DueChanges()):
            while await self._uow.write(CarryOn(change_id)):
                done += 1
        return done

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
            provider = self._provider_of(charge)
            if refund.provider_refund_id is None:
                told = await provider.refund(charge, refund)
            else:
                told = await provider.refund_status(charge, refund)
        except ProviderUnavailable as error:
            return SettleRefund(refund.id, refund.state, error=str(error))
        except ProviderRefused as error:
            return SettleRefund(refund.id, RefundState.FAILED, error=str(error))
        return SettleRefund(refund.id, told.state, told.provider_refund_id)

    def _provider_of(self, charge: Charge) -> PaymentProvider:
        """Raises ProviderRefused for a way to pay that the house has switched off since: a task by hand."""
        provider = self._checkouts.providers.get(charge.provider)
        if provider is not None:
            return provider
        if charge.provider in list(Way):
            raise ProviderRefused(reason="switched_off")
        return self._provider

    @property
    def has_checkouts(self) -> bool:
        return bool(self._checkouts.providers)

    async def look_at_checkouts(self) -> int:
        return await self._checkouts.look()

    async def reconcile(self, now: datetime | None = None) -> int:
        """Telegram forgets updates after 24 h; the provider does not forget charges. Gives how many were missing."""
        now = now or datetime.now(UTC)
        since = now - _RECONCILE_BACK
        missing = 0
        for provider in (self._provider, *self._checkouts.providers.values()):
            try:
                charges = await provider.charges_since(since)
            except Outside as error:
                # One that does not answer is no reason not to ask the others.
                _log.warning("reconcile.postponed", provider=provider.name, error=error.code)
                continue
            missing += await self._compare(provider.name, charges)
        for checkout_provider in self._checkouts.providers.values():
            missing += await self._compare_bills(checkout_provider, now)
        if missing:
            _log.warning("reconcile.missing", count=missing)
        return missing

    async def _compare_bills(self, provider: CheckoutProvider, now: datetime) -> int:
        """Those of the days that have not been compared yet."""
        latest = provider.latest_bill(now)
        missing, settled = 0, False
        for day in await self._uow.read(DueBills(provider.name, latest)) if latest else ():
            if not await self._uow.write(AskForBill(provider.name, day)):
                continue
            fate = BillFate.COMPARED
            try:
                bill = await provider.bill(day)
            except ProviderRefused as error:
                _log.error("bill.unread", provider=provider.name, day=str(day), reason=error.params.get("reason"))
                fate, bill = BillFate.UNREAD, TradeBill()
            except Outside as error:
                reason = error.params.get("reason")
                _log.warning("bill.postponed", provider=provider.name, day=str(day), reason=reason)
                continue
            if bill is None:
                fate, bill = BillFate.NONE, TradeBill()
            missing += await self._compare(provider.name, bill.charges)
            for start in range(0, len(bill.refunds), 100):
                await self._uow.write(CompareRefunds(provider.name, day, tuple(bill.refunds[start : start + 100])))
            await self._uow.write(SettleBill(provider.name, day, fate))
            settled = True
        if settled:
            await self._uow.write(MissRefunds(provider.name))
        return missing

    async def _compare(self, provider: str, charges: Sequence[ProviderCharge]) -> int:
        missing = 0
        for start in range(0, len(charges), 100):
            missing += await self._uow.write(Reconcile(provider, tuple(charges[start : start + 100])))
        return missing

    async def ask_for_feedback(self) -> int:
        """How was it? Gives how many were asked."""
        asked = 0
        while now_asked := await self._uow.write(AskForFeedback()):
            asked += now_asked
        return asked

    async def close_surveys(self) -> int:
        closed = 0
        while now_closed := await self._uow.write(CloseSurveys()):
            closed += now_closed
        return closed

    async def remind_actions(self) -> int:
        return await self._uow.write(RemindActions())

    async def send_digests(self) -> int:
        """To managers, in the morning. Gives how many were written."""
        if not await self._uow.read(DigestsDue()):
            return 0
        return await self._uow.write(SendDigests())

    async def watch_incidents(self) -> int:
        """Reports that were left, pages that nobody has answered, promises that nothing is heard of."""
        if not await self._uow.read(IncidentsDue()):
            return 0
        return await self._uow.write(WatchIncidents())

    async def count_evacuations(self) -> int:
        """Cards of incidents in which a house is being left, where the door has counted since. Gives how many."""
        counted = await self._uow.read(CountEvacuations())
        changed = tuple(id for id in counted if counted[id] != self._evacuated.get(id))
        if changed:
            await self._uow.write(ShowEvacuations(changed))
        self._evacuated = counted
        return len(changed)

    async def carry_announcements(self) -> int:
        """What is said to an audience. Gives how many persons are told."""
        told = 0
        for announcement_id in await self._uow.read(AnnouncementsGoing()):
            while now_told := await self._uow.write(CarryAnnouncement(announcement_id)):
                told += now_told
        return told

    async def delete_photos(self) -> int:
        """Of people who were unwell: from the chats first, then here. Gives how many photos."""
        gone = 0
        for note_id, places in await self._uow.read(PhotosDue()):
            if self._delete is not None:
                for chat_id, message_id in places:
                    await self._delete(chat_id, message_id)
            gone += await self._uow.write(DropPhoto(note_id))
        return gone

    async def release_blocks(self) -> int:
        return await self._uow.write(ReleaseDueBlocks())

    async def page_help(self) -> int:
        """Who needs help and has not been answered: others are paged."""
        return await self._uow.write(PageHelp())

    async def tend_drinks(self) -> int:
        """Payments for drinks that ran out, cancelled evenings, who hears that it is ready."""
        return await self._uow.write(TendDrinks())

    async def tend_lists(self) -> int:
        """Lists that are to be there now, and those that were not finished."""
        return await self._uow.write(TendLists())

    async def tend_lost_property(self) -> int:
        return await self._uow.write(TendLostProperty())

    async def follow_visits(self) -> int:
        """The cards of those who come, as the evening stands. Gives how many are shown anew."""
        shown = 0
        for performance_id in await self._uow.read(VisitsBehind()):
            while done := await self._uow.write(FollowVisits(performance_id)):
                shown += done
        return shown

    async def remind(self) -> int:
        """Who comes tomorrow, or in two hours; whose reservation runs out. Gives how many are told."""
        told = 0
        for performance_id, kind in await self._uow.read(DueReminders()):
            while written := await self._uow.write(Remind(performance_id, kind)):
                told += written
        if await self._uow.read(AnyReservationEnds()):
            told += await self._uow.write(RemindOfReservations())
        return told

    async def page_duty(self) -> int:
        """Test pages at the beginning of shifts, and who has not answered."""
        return await self._uow.write(PageDuty())

    async def count_doors(self) -> int:
        """Cards of doors at which something has changed since the last look: the doors themselves write nothing more
        for it. Gives how many doors."""
        seen = await self._uow.read(CountDoors())
        changed = tuple(id for id in seen if seen[id] != self._seen.get(id))
        if changed:
            await self._uow.write(ShowDoors(changed))
        self._seen = seen
        return len(changed)

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
        + tx.window.purge_contacts(tx.now - KEEP_CONTACTS)
    )


def start_scheduler(ticks: Ticks) -> AsyncIOScheduler:
    """Several missed runs are one, and none is ever too late."""
    scheduler = AsyncIOScheduler(
        timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    table: Sequence[tuple[Callable[[], Awaitable[int]], float]] = (
        (ticks.expire_orders, 5),
        (ticks.serve_queues, 5),
        (ticks.carry_on_changes, 5),
        (ticks.tell_sales_open, 20),
        (ticks.remind, 20),
        (ticks.follow_visits, 3),
        (ticks.offer_listed, 20),
        (ticks.release_blocks, 20),
        (ticks.watch_incidents, 2),
        (ticks.carry_announcements, 2),
        (ticks.count_evacuations, 3),
        (ticks.delete_photos, 300),
        (ticks.ask_for_feedback, 30),
        (ticks.close_surveys, 300),
        (ticks.remind_actions, 300),
        (ticks.send_digests, 60),
        (ticks.refund, 5),
        *(((ticks.look_at_checkouts, 5),) if ticks.has_checkouts else ()),
        (ticks.reconcile, 300),
        (ticks.count_doors, 3),
        (ticks.page_duty, 10),
        (ticks.tend_lists, 30),
        (ticks.tend_lost_property, 3600),
        (ticks.page_help, 3),
        (ticks.tend_drinks, 5),
        (ticks.purge, 3600),
    )
    for tick, seconds in table:
        scheduler.add_job(ticks.only_here, "interval", seconds=seconds, args=[tick], id=tick.__name__)
    scheduler.start()
    return scheduler
