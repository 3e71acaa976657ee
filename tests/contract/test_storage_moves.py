"""What storage remembers for the day on which a performance is moved: mails, calendars, blocks."""

from __future__ import annotations

from datetime import timedelta

from domain.ticketing.mail import MailKind, NewMail
from domain.ticketing.model import BlockReason, ClaimKind
from domain.ticketing.watching import block_places
from storage.stores.mail import MailState
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork
from tests.support.house import small_house, somebody


async def test_who_has_it_at_home(uow: UnitOfWork) -> None:
    """A mail that was never sent is nowhere; another performance's says nothing of this one."""

    def work(tx: StorageTx) -> None:
        house, other = small_house(tx).performance_id, small_house(tx).performance_id
        sent, waits, elsewhere = (somebody(tx) for _ in range(3))
        for person, performance_id in ((sent, house), (elsewhere, other)):
            tx.mail.add(NewMail(person, MailKind.TICKETS, {"performance_id": performance_id}), tx.now)
        for row in tx.mails.lease_due(tx.now, tx.now + timedelta(minutes=1), 1, 9):
            tx.mails.settle(row.id, 1, MailState.SENT, tx.now)
        tx.mail.add(NewMail(waits, MailKind.TICKETS, {"performance_id": house}), tx.now)
        assert tx.mail.who_was_sent(house, [sent, waits, elsewhere]) == {sent}
        for _ in range(2):
            tx.mail.give_calendar(house, waits, tx.now)
        tx.mail.give_calendar(other, sent, tx.now)
        assert tx.mail.who_has_calendar(house, [sent, waits, elsewhere]) == {waits}
        tx.records.forget_messages(waits)
        assert tx.mail.who_has_calendar(house, [waits]) == set()

    await uow.write(work)


async def test_a_block_is_released_at_another_time(uow: UnitOfWork) -> None:
    def work(tx: StorageTx) -> None:
        house = small_house(tx)
        soon, later = tx.now + timedelta(hours=1), tx.now + timedelta(hours=5)
        block_id = block_places(tx, house.performance_id, (1, 2), BlockReason.HOUSE, release_at=soon)
        tx.window.set_release(block_id, later)
        block = tx.window.block(block_id)
        assert block is not None
        assert block.release_at == later
        at = soon + timedelta(hours=1)
        won = tx.ticketing.claim(house.performance_id, (2,), ClaimKind.HOLD, until=later, now=at)
        assert not won, "its places are claimed until then"
        tx.ticketing.release_block(block_id, tx.now)
        tx.window.set_release(block_id, later + timedelta(hours=1))
        released = tx.window.block(block_id)
        assert released is not None
        assert released.release_at == later, "what is released has no time any more"

    await uow.write(work)


async def test_a_wheelchair_place_in_line(uow: UnitOfWork) -> None:
    def work(tx: StorageTx) -> None:
        house, person = small_house(tx), somebody(tx)
        until = tx.now + timedelta(days=1)
        tx.ticketing.add_waiting(house.performance_id, person, 3, (), until, tx.now, wheelchair=1, companion=1)
        (waiting,) = tx.ticketing.queue(house.performance_id)
        assert (waiting.seats, waiting.wheelchair, waiting.companion) == (3, 1, 1)

    await uow.write(work)
