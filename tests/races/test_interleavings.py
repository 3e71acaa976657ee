"""Two transactions at once on PostgreSQL, one let in exactly where the other has looked and not yet written.

SQLite runs one transaction after the other, so these races cannot happen there.
"""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any

import pytest
from sqlalchemy import literal, select

from domain.admission.scanning import AdmitParty, Scan
from domain.errors import Contended, LimitExceeded, LinkSpent, PaymentUnderWay, Rejected, Stale
from domain.feedback.answering import Answer, Choose, FinishSurvey
from domain.feedback.asking import AskForFeedback
from domain.payments.paying import CapturePayment
from domain.ports import Tx, Work
from domain.programme.usecases import MovePerformanceToPlan
from domain.records.usecases import ForgetMe
from domain.ticketing.handing_on import AcceptTicket, OfferTicket
from storage import unit_of_work
from storage.repositories.admission import AdmissionRepository
from storage.repositories.feedback import FeedbackRepository
from storage.repositories.programme import ProgrammeRepository
from storage.repositories.ticketing import TicketingRepository
from storage.stores.leases import LeaseStore
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork
from tests.races.meanwhile import Meanwhile
from tests.races.test_feedback import asked, begun, two_evenings_are_over
from tests.support.clock import FakeClock
from tests.support.databases import PostgresTemplate
from tests.support.house import small_house
from tests.support.invariants import check_invariants
from tests.support.selling import PRICE, buy, captured, code_of, hold, people, seated_house, usher_at

pytestmark = pytest.mark.postgres


@pytest.fixture
def database_url(postgres_template: PostgresTemplate) -> str:
    return postgres_template.fresh()


async def attempt(work: Awaitable[Any]) -> Any:
    """The outcome, or how it was refused."""
    try:
        return await work
    except Rejected as refused:
        return refused


async def two_who_have_lost(uow: UnitOfWork, meanwhile: Meanwhile) -> list[str]:
    """Both come to their next try; the second in the middle of the first's."""
    seen: list[str] = []

    def loser(name: str) -> Work[None]:
        tries = count()

        def work(tx: StorageTx) -> None:
            if not next(tries):
                raise Contended(over="the same seat")
            tx.leases.held_epoch("any", name, tx.now)
            seen.append(name)
            tx.leases.held_epoch("any", name, tx.now)
            seen.append(name)

        return work

    meanwhile.after(LeaseStore, "held_epoch", lambda: uow.write(loser("second")))
    await uow.write(loser("first"))
    await meanwhile.done()
    return seen


async def test_who_has_lost_stands_in_line_for_the_next_try(uow: UnitOfWork, meanwhile: Meanwhile) -> None:
    """Else whoever wants the best seats loses as often as there are rivals, and some give up."""
    assert await two_who_have_lost(uow, meanwhile) == ["first", "first", "second", "second"]


async def test_without_the_line_the_next_tries_meet_again(
    uow: UnitOfWork, meanwhile: Meanwhile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    monkeypatch.setattr(unit_of_work, "_STAND_IN_LINE", select(literal(1)))
    assert await two_who_have_lost(uow, meanwhile) == ["second", "second", "first", "first"]


async def test_money_arrives_while_its_payer_is_erased(uow: UnitOfWork, meanwhile: Meanwhile) -> None:
    house = await uow.write(small_house)
    (buyer,) = await people(uow, 1)
    order_id = await uow.write(hold(house, buyer, 1))
    meanwhile.after(TicketingRepository, "unpaid_orders", lambda: uow.write(captured(order_id, buyer, PRICE.minor)))
    await uow.write(ForgetMe(buyer))
    assert (await meanwhile.done())["fate"] in ("tickets", "late")
    await check_invariants(uow)


async def test_the_limit_counts_what_is_paid_at_this_moment(uow: UnitOfWork, meanwhile: Meanwhile) -> None:
    house = await uow.write(small_house)
    (buyer,) = await people(uow, 1)
    order_id = await uow.write(hold(house, buyer, *range(1, 9)))
    meanwhile.after(TicketingRepository, "buying", lambda: uow.write(captured(order_id, buyer, 8 * PRICE.minor)))
    second = await attempt(uow.write(hold(house, buyer, 11, 12, 13)))
    await meanwhile.done()
    if not isinstance(second, LimitExceeded | PaymentUnderWay):
        await attempt(uow.write(captured(second, buyer, 3 * PRICE.minor)))
    await check_invariants(uow)


async def test_a_charge_is_told_by_the_messenger_and_by_reconciliation(uow: UnitOfWork, meanwhile: Meanwhile) -> None:
    house = await uow.write(small_house)
    (buyer,) = await people(uow, 1)
    order_id = await uow.write(hold(house, buyer, 1))
    nameless = captured(0, None, PRICE.minor, charge="c")  # a provider's list may have lost the order
    meanwhile.after(TicketingRepository, "order_to_settle", lambda: uow.write(nameless))
    told: CapturePayment = captured(order_id, buyer, PRICE.minor, charge="c")
    outcome = await uow.write(told)
    assert outcome == await meanwhile.done()
    await check_invariants(uow)


@pytest.mark.parametrize(
    ("by", "look"),
    [
        ("ticket", "ticket_by_credential"),
        ("ticket", "credential"),
        ("ticket", "expected_at"),
        ("short code", "ticket_by_short_code"),
        ("short code", "expected_at"),
        ("party", "credential"),
        ("party", "tickets_of_order"),
        ("party", "expected_at"),
    ],
)
async def test_a_ticket_is_scanned_while_it_is_handed_on(
    uow: UnitOfWork, clock: FakeClock, meanwhile: Meanwhile, by: str, look: str
) -> None:
    house = await uow.write(small_house)
    giver, taker = await people(uow, 2)
    usher = await usher_at(uow, house)
    ticket_id, _ = await buy(uow, house, giver, 1, 2)
    ticket = await uow.read(lambda tx: tx.ticketing.ticket(ticket_id))
    assert ticket is not None
    party = await uow.read(lambda tx: tx.ticketing.party_credential(ticket.order_id))
    assert party is not None
    scans: dict[str, Work[Any]] = {
        "ticket": Scan(usher, await code_of(uow, ticket_id)),
        "short code": Scan(usher, short_code=ticket.short_code),
        "party": AdmitParty(usher, party.id, (ticket_id,)),
    }
    await _to_the_doors(uow, clock, house.performance_id)
    offer_id = await uow.write(OfferTicket(giver, ticket_id))
    owner = AdmissionRepository if look == "expected_at" else TicketingRepository
    meanwhile.after(owner, look, lambda: uow.write(AcceptTicket(taker, offer_id)))
    scanned = await attempt(uow.write(scans[by]))
    await _one_of_the_two(scanned, await meanwhile.done())
    await check_invariants(uow)


async def test_a_ticket_is_taken_while_it_is_scanned(uow: UnitOfWork, clock: FakeClock, meanwhile: Meanwhile) -> None:
    house = await uow.write(small_house)
    giver, taker = await people(uow, 2)
    usher = await usher_at(uow, house)
    (ticket_id,) = await buy(uow, house, giver, 1)
    await _to_the_doors(uow, clock, house.performance_id)
    offer_id = await uow.write(OfferTicket(giver, ticket_id))
    code = await code_of(uow, ticket_id)
    meanwhile.after(TicketingRepository, "ever_admitted", lambda: uow.write(Scan(usher, code)))
    taken = await attempt(uow.write(AcceptTicket(taker, offer_id)))
    await _one_of_the_two(await meanwhile.done(), taken)
    await check_invariants(uow)


async def _to_the_doors(uow: UnitOfWork, clock: FakeClock, performance_id: int) -> None:
    performance = await uow.read(lambda tx: tx.programme.performance(performance_id))
    assert performance is not None
    clock.advance(performance.doors_at - clock.now())


async def _one_of_the_two(scanned: Any, taken: Any) -> None:
    scanned = scanned[0] if isinstance(scanned, list) else scanned
    admitted = isinstance(scanned, dict) and scanned["outcome"] == "admitted"
    if admitted:
        assert isinstance(taken, LinkSpent), "the old code let somebody in, and the ticket went to somebody else"
    else:
        assert isinstance(taken, int), f"nobody got the ticket: {scanned} and {taken!r}"


async def test_a_seat_is_held_while_its_performance_moves_to_another_plan(
    uow: UnitOfWork, meanwhile: Meanwhile
) -> None:
    """Defence: whoever sells keeps the performance on its plan until the end (``performance_on_sale``)."""
    assert await seat_after_a_move(uow, meanwhile) == ("1", "1")


async def test_without_the_lock_somebody_holds_another_seat_than_they_chose(
    uow: UnitOfWork, meanwhile: Meanwhile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ProgrammeRepository, "performance_on_sale", ProgrammeRepository.performance)
    assert await seat_after_a_move(uow, meanwhile) != ("1", "1")


async def seat_after_a_move(uow: UnitOfWork, meanwhile: Meanwhile) -> tuple[str, str]:
    """Row and number of what is claimed for somebody who chose row 1, seat 1, while all numbers of places changed."""
    house = await uow.write(partial(seated_house, rows=2, seats=5))
    (buyer,) = await people(uow, 1)

    def turned(tx: Tx) -> int:
        performance = tx.programme.performance(house.performance_id)
        assert performance is not None
        old = tx.programme.plan(performance.plan_id or 0)
        assert old is not None
        seats = [replace(seat, place=len(old.seats) + 1 - seat.place) for seat in reversed(old.seats)]
        return tx.programme.add_plan(house.hall_id, replace(old, seats=tuple(seats)), tx.now)[0]

    move = MovePerformanceToPlan(house.performance_id, await uow.write(turned))
    meanwhile.after(ProgrammeRepository, "performance_on_sale", lambda: uow.write(move))
    await uow.write(hold(house, buyer, 1))
    assert (await meanwhile.done())["moved"]

    def claimed(tx: Tx) -> tuple[str, str]:
        plan = tx.programme.plan(move.plan_id)
        assert plan is not None
        (place,) = tx.ticketing.taken(house.performance_id, tx.now)
        return plan.seat(place).row, plan.seat(place).number

    return await uow.read(claimed)


def without_locks_on_calls(patch: pytest.MonkeyPatch) -> None:
    """For negative controls. Defence: whoever writes to a survey has locked the line that says who was asked."""
    original = FeedbackRepository.call
    patch.setattr(FeedbackRepository, "call", lambda self, *whose, lock=False: original(self, *whose))


async def test_another_process_asks_while_we_look(uow: UnitOfWork, clock: FakeClock, meanwhile: Meanwhile) -> None:
    guests, _ = await two_evenings_are_over(uow, clock)
    meanwhile.after(FeedbackRepository, "to_ask", lambda: uow.write(AskForFeedback()))
    assert await uow.write(AskForFeedback()) == 0
    assert await meanwhile.done() == len(guests)
    assert set((await asked(uow)).values()) == {1}


@pytest.mark.parametrize("locked", [True, False], ids=["locked", "a negative control"])
async def test_two_ticks_in_one_moment(
    uow: UnitOfWork, clock: FakeClock, meanwhile: Meanwhile, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    ada, at = await begun(uow, clock, 7, 5)
    if not locked:
        without_locks_on_calls(monkeypatch)
    ticking = Choose(ada, at, False, 3, "queue")
    meanwhile.after(FeedbackRepository, "answers", lambda: uow.write(replace(ticking, option="toilets")))
    await uow.write(ticking)
    await meanwhile.done()
    call = await uow.read(lambda tx: tx.feedback.call(ada, at))
    assert call is not None
    kept = await uow.read(lambda tx: tx.feedback.answers(call.response_id or 0))
    assert kept["better"] == (("queue", "toilets") if locked else ("queue",))


@pytest.mark.parametrize("locked", [True, False], ids=["locked", "a negative control"])
async def test_an_answer_while_it_is_sent(
    uow: UnitOfWork, clock: FakeClock, meanwhile: Meanwhile, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    """A lower score asks for more: what is sent in that moment lacks an answer, unless it waits and is refused."""
    ada, at = await begun(uow, clock, 9, 5)
    await uow.write(Answer(ada, at, False, 4, "Lovely."))
    if not locked:
        without_locks_on_calls(monkeypatch)
    meanwhile.after(FeedbackRepository, "answers", lambda: attempt(uow.write(FinishSurvey(ada, at))))
    await uow.write(Answer(ada, at, False, 0, 7))
    assert isinstance(await meanwhile.done(), Stale) is locked
