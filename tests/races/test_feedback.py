"""Asked once a week whoever asks, every tap kept, and closed when it is closed. On both databases; what SQLite cannot
interleave stands in ``test_interleavings``."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.admission.scanning import Scan
from domain.codes import Keyring
from domain.errors import Stale
from domain.feedback.answering import Answer, BeginSurvey, Choose, FinishSurvey
from domain.feedback.asking import AskForFeedback, CloseSurveys, ImportSurvey
from domain.feedback.model import CallState, Value
from storage.database import open_database
from storage.repositories.feedback import FeedbackRepository
from storage.tables.feedback import survey_call
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.house import SmallHouse
from tests.support.invariants import check_invariants
from tests.support.selling import buy, code_of, people, seated_house, usher_at
from tests.support.survey import survey_document

PEOPLE = 4


@pytest.fixture
async def other(database_url: str, clock: FakeClock, keyring: Keyring) -> AsyncIterator[UnitOfWork]:
    """Another process at the same database."""
    opened = open_database(database_url, lock_timeout=timedelta(seconds=5))
    yield UnitOfWork(opened, clock, keyring)
    await opened.dispose()


async def two_evenings_are_over(uow: UnitOfWork, clock: FakeClock) -> tuple[list[int], list[SmallHouse]]:
    """At the same hour in two houses: everybody has looked in at both. It is ten in the morning after."""
    await uow.write(ImportSurvey(survey_document()))
    guests, houses = await people(uow, PEOPLE), [await uow.write(seated_house) for _ in range(2)]
    bought = [
        (house, (await buy(uow, house, person_id, place))[0])
        for house in houses
        for place, person_id in enumerate(guests, start=1)
    ]
    clock.advance(timedelta(days=7, minutes=-20))
    ushers = {house: await usher_at(uow, house) for house in houses}
    for house, ticket_id in bought:
        await uow.write(Scan(ushers[house], await code_of(uow, ticket_id)))
    clock.advance((clock.now() + timedelta(days=1)).replace(hour=9) - clock.now())
    return guests, houses


async def asked(uow: UnitOfWork) -> Counter[int]:
    """How often each person was."""
    return await uow.read(
        lambda tx: Counter(tx._connection.execute(select(survey_call.c.person_id)).scalars())  # type: ignore[attr-defined]
    )


async def begun(uow: UnitOfWork, clock: FakeClock, *answers: Value) -> tuple[int, int]:
    """(person, performance): the first so many questions have an answer."""
    (ada, *_), (house, _) = await two_evenings_are_over(uow, clock)
    await uow.write(BeginSurvey(ada, house.performance_id))
    for number, value in enumerate(answers):
        await uow.write(Answer(ada, house.performance_id, False, number, value))
    return ada, house.performance_id


async def test_two_processes_ask_everybody_once_a_week(uow: UnitOfWork, other: UnitOfWork, clock: FakeClock) -> None:
    guests, _ = await two_evenings_are_over(uow, clock)
    counts = await asyncio.gather(*(each.write(AskForFeedback()) for each in (uow, other, uow, other)))
    assert sum(counts) == len(guests)
    assert await asked(uow) == Counter(guests)
    await check_invariants(uow)


async def test_without_the_turn_somebody_is_asked_twice(
    uow: UnitOfWork, other: UnitOfWork, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control. Defence: whether it is their turn is judged in the statement that takes it."""
    guests, _ = await two_evenings_are_over(uow, clock)
    monkeypatch.setattr(FeedbackRepository, "take_turn", lambda *_: True)
    await asyncio.gather(*(each.write(AskForFeedback()) for each in (uow, other)))
    assert await asked(uow) == Counter(guests * 2)


async def test_two_taps_at_once_are_both_kept(uow: UnitOfWork, other: UnitOfWork, clock: FakeClock) -> None:
    ada, at = await begun(uow, clock, 7, 5)
    taps = [Choose(ada, at, False, 3, option) for option in ("queue", "toilets")]
    await asyncio.gather(*(each.write(tap) for each, tap in zip((uow, other), taps, strict=True)))
    call = await uow.read(lambda tx: tx.feedback.call(ada, at))
    assert call is not None
    assert call.response_id is not None
    kept = await uow.read(lambda tx: tx.feedback.answers(call.response_id or 0))
    assert kept["better"] == ("queue", "toilets")
    await check_invariants(uow)


async def test_an_answer_and_the_end_at_once(uow: UnitOfWork, other: UnitOfWork, clock: FakeClock) -> None:
    """Ada sends it on one phone and takes a score back on another: what is sent is whole, whoever was first."""
    ada, at = await begun(uow, clock, 9, 5)
    await uow.write(Answer(ada, at, False, 4, "Lovely."))
    worse, end = Answer(ada, at, False, 0, 7), FinishSurvey(ada, at)
    first, second = await asyncio.gather(uow.write(worse), other.write(end), return_exceptions=True)
    assert sorted(isinstance(outcome, Stale) for outcome in (first, second)) == [False, True]
    call = await uow.read(lambda tx: tx.feedback.call(ada, at))
    assert call is not None
    assert call.state is (CallState.DONE if isinstance(first, Stale) else CallState.BEGUN)


async def test_an_answer_when_the_time_is_over(uow: UnitOfWork, other: UnitOfWork, clock: FakeClock) -> None:
    """Closed means closed, whether or not the clock has come by."""
    ada, at = await begun(uow, clock, 9)
    clock.advance(timedelta(days=14))
    late, tick = Answer(ada, at, False, 0, 1), CloseSurveys()
    first, closed = await asyncio.gather(uow.write(late), other.write(tick), return_exceptions=True)
    assert isinstance(first, Stale)
    assert closed == 1
    await check_invariants(uow)
