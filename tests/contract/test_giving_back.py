"""The core of every return: tickets end, codes die, places are free, and each charge's ledger balances."""

from __future__ import annotations

import pytest

from domain.admission.scanning import Scan, party_tickets
from domain.codes import CodeKind
from domain.errors import Stale
from domain.notices import NoticeKind
from domain.payments.giving_back import give_back, lock_tickets
from domain.payments.model import RefundState
from domain.payments.refunding import DueRefunds, SettleRefund, refunded_by_hand
from domain.ports import Tx
from domain.ticketing.handing_on import AcceptTicket, OfferTicket
from domain.ticketing.model import TicketState
from storage.unit_of_work import UnitOfWork
from tests.support.house import SmallHouse, small_house
from tests.support.invariants import check_invariants
from tests.support.selling import PRICE, buy, captured, code_of, hold, people, usher_at


@pytest.fixture
async def house(uow: UnitOfWork) -> SmallHouse:
    return await uow.write(small_house)


async def give(uow: UnitOfWork, actor_id: int, *ticket_ids: int, fee: int = 0) -> list[int]:
    def work(tx: Tx) -> list[int]:
        tickets = lock_tickets(tx, ticket_ids)
        return give_back(tx, tickets, reason="cancelled", actor_id=actor_id, fees=dict.fromkeys(ticket_ids, fee))

    return await uow.write(work)


async def test_two_of_three_go_back_less_a_fee(uow: UnitOfWork, house: SmallHouse) -> None:
    (buyer,) = await people(uow, 1)
    first, second, third = await buy(uow, house, buyer, 1, 2, 3)
    old = await code_of(uow, first)
    (refund_id,) = await give(uow, buyer, first, second, fee=300)
    refund = await uow.read(lambda tx: tx.payments.refund(refund_id))
    assert refund is not None
    assert refund.amount.minor == 2 * (PRICE.minor - 300)
    assert await uow.read(lambda tx: tx.ticketing.taken(house.performance_id, tx.now)) == {3}
    states = [(await uow.read(lambda tx, id=id: tx.ticketing.ticket(id))).state for id in (first, second, third)]
    assert states == [TicketState.REFUNDED, TicketState.REFUNDED, TicketState.VALID]
    assert (await uow.write(Scan(await usher_at(uow, house), old)))["outcome"] == "refunded"
    await check_invariants(uow)
    await uow.write(SettleRefund(refund_id, RefundState.CONFIRMED, "r1"))
    journal = await uow.read(lambda tx: tx.payments.journal(charge_id=refund.charge_id))
    assert [(entry.kind, entry.amount.minor, entry.tax_rate_bp) for entry in journal] == [
        ("charge", 3 * PRICE.minor, 700),
        ("void", -600, 700),
        ("fee_kept", 600, 700),
        ("refund", -2 * PRICE.minor + 600, 700),
    ]
    assert [entry.tax_minor for entry in journal][1:3] == [-39, 39]
    await check_invariants(uow)


async def test_the_party_code_keeps_the_rest_and_dies_with_the_last(uow: UnitOfWork, house: SmallHouse) -> None:
    (buyer,) = await people(uow, 1)
    first, second = await buy(uow, house, buyer, 1, 2)
    order_id = (await uow.read(lambda tx: tx.ticketing.ticket(first))).order_id
    party = await uow.read(lambda tx: tx.ticketing.party_credential(order_id))
    assert party is not None
    assert party.kind == CodeKind.PARTY
    await give(uow, buyer, first)
    assert [ticket.id for ticket in await uow.read(lambda tx: party_tickets(tx, party))] == [second]
    await give(uow, buyer, second)
    assert await uow.read(lambda tx: tx.ticketing.party_credential(order_id)) is None
    await check_invariants(uow)


async def test_an_open_offer_is_withdrawn(uow: UnitOfWork, house: SmallHouse) -> None:
    buyer, friend = await people(uow, 2)
    first, second = await buy(uow, house, buyer, 1, 2)
    await uow.write(AcceptTicket(friend, await uow.write(OfferTicket(buyer, first))))
    await uow.write(OfferTicket(buyer, second))
    await give(uow, buyer, first, second)
    assert await uow.read(lambda tx: tx.ticketing.open_hand_on(second)) is None
    await check_invariants(uow)


async def test_a_fee_as_high_as_the_price_leaves_nothing_to_ask_for(uow: UnitOfWork, house: SmallHouse) -> None:
    (buyer,) = await people(uow, 1)
    (ticket_id,) = await buy(uow, house, buyer, 1)
    (refund_id,) = await give(uow, buyer, ticket_id, fee=9999)
    refund = await uow.read(lambda tx: tx.payments.refund(refund_id))
    assert refund is not None
    assert (refund.amount.minor, refund.state) == (0, RefundState.CONFIRMED)
    ticket = await uow.read(lambda tx: tx.ticketing.ticket(ticket_id))
    assert ticket is not None
    assert ticket.state is TicketState.CANCELLED
    assert not await uow.read(DueRefunds())
    await check_invariants(uow)


async def test_what_is_given_back_already_is_refused(uow: UnitOfWork, house: SmallHouse) -> None:
    (buyer,) = await people(uow, 1)
    (ticket_id,) = await buy(uow, house, buyer, 1)
    await give(uow, buyer, ticket_id)
    with pytest.raises(Stale):
        await give(uow, buyer, ticket_id)
    await check_invariants(uow)


async def test_what_no_machine_pays_back_is_a_task(uow: UnitOfWork, house: SmallHouse) -> None:
    buyer, clerk = await people(uow, 2)
    order_id = await uow.write(hold(house, buyer, 1))
    await uow.write(captured(order_id, buyer, PRICE.minor, provider="terminal"))
    (ticket,) = await uow.read(lambda tx: tx.ticketing.tickets_of_order(order_id))
    (refund_id,) = await give(uow, buyer, ticket.id)
    assert not await uow.read(DueRefunds())
    (task,) = await uow.read(lambda tx: tx.records.open_tasks(10))
    assert (task.kind, task.subject_id) == ("refund_by_hand", refund_id)
    await check_invariants(uow)
    await uow.write(lambda tx: refunded_by_hand(tx, refund_id, clerk, "drawer 7"))
    assert not await uow.read(lambda tx: tx.records.open_tasks(10))
    await check_invariants(uow)


async def test_the_place_can_be_bought_again(uow: UnitOfWork, house: SmallHouse) -> None:
    anna, ben = await people(uow, 2)
    (ticket_id,) = await buy(uow, house, anna, 1)
    await give(uow, anna, ticket_id)
    await buy(uow, house, ben, 1)
    bought = await uow.read(lambda tx: tx.ticketing.buying(anna, house.performance_id, tx.now))
    assert bought.bought == 0
    await check_invariants(uow)


async def test_the_notice_goes_to_whoever_holds_the_ticket(uow: UnitOfWork, house: SmallHouse) -> None:
    buyer, friend = await people(uow, 2)
    (ticket_id,) = await buy(uow, house, buyer, 1)
    await uow.write(AcceptTicket(friend, await uow.write(OfferTicket(buyer, ticket_id))))
    await give(uow, buyer, ticket_id)
    found = await uow._database.read(
        lambda connection: connection.exec_driver_sql(
            "SELECT kind, person_id FROM notice WHERE kind IN ('ticket_changed', 'money_refunded') ORDER BY kind"
        ).all()
    )
    assert [tuple(row) for row in found] == [
        (NoticeKind.MONEY_REFUNDED.value, buyer),
        (NoticeKind.TICKET_CHANGED.value, friend),
    ]
