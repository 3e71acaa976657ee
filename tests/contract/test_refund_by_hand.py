"""A refund that no provider could make: the person who made it is in the journal, and the ledger balances."""

from __future__ import annotations

import pytest

from domain.errors import BadInput
from domain.payments.model import RefundState
from domain.payments.refunding import SettleRefund
from domain.people.model import AccountSeen
from domain.people.usecases import ComeIn
from domain.records.usecases import FinishTask
from storage.unit_of_work import UnitOfWork
from tests.support.house import small_house, somebody
from tests.support.invariants import check_invariants
from tests.support.selling import PRICE, buy, captured


async def test_the_end_of_the_task_is_a_confirmed_refund(uow: UnitOfWork) -> None:
    house = await uow.write(small_house)
    buyer_id = await uow.write(somebody)
    owner_id = await uow.write(ComeIn(AccountSeen("telegram", "1", "Olga"), owner=True))
    (ticket_id,) = await buy(uow, house, buyer_id, 1)
    ticket = await uow.read(lambda tx: tx.ticketing.ticket(ticket_id))
    assert ticket is not None
    again = await uow.write(captured(ticket.order_id, buyer_id, PRICE.minor))
    (refund,) = await uow.read(lambda tx: tx.payments.refunds_of_charge(again["charge_id"]))
    await uow.write(SettleRefund(refund.id, RefundState.FAILED, error="no API"))
    (task,) = await uow.read(lambda tx: tx.records.open_tasks(10))
    with pytest.raises(BadInput):
        await uow.write(FinishTask(owner_id, task.id))
    assert await uow.write(FinishTask(owner_id, task.id, "bank 4711"))
    settled = await uow.read(lambda tx: tx.payments.refund(refund.id))
    assert settled is not None
    assert settled.state is RefundState.CONFIRMED
    journal = await uow.read(lambda tx: tx.payments.journal(charge_id=again["charge_id"]))
    assert [(entry.method, entry.amount.minor, entry.clerk_id) for entry in journal] == [
        ("test", PRICE.minor, None),
        ("by_hand", -PRICE.minor, owner_id),
    ]
    await check_invariants(uow)
