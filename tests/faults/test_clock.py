"""A clock that is wrong for a while, by an hour or a day, before or behind: nothing is told twice, nothing is left out,
and no seat that was paid for is free again. Of summer time: tests/unit/test_quiet.py, tests/unit/test_views_digests.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.admission import reminding
from domain.feedback.asking import ImportSurvey
from domain.people.model import Role
from tests.flows.test_digests import staff
from tests.flows.test_feedback import comes
from tests.support.clock import FakeClock
from tests.support.invariants import check_invariants
from tests.support.running import Person, text_of
from tests.support.survey import survey_document
from tests.support.theatre import Evening, evening_at_the_theatre

TICKS = (
    "expire_orders", "serve_queues", "remind", "follow_visits", "ask_for_feedback", "close_surveys", "send_digests",
    "page_duty", "tend_drinks", "purge",
)  # fmt: skip
STEP, STEPS, WRONG_EVERY = timedelta(hours=2), 19, 3
ONCE = ("⏰ Not long to go", "⏰ Soon it begins", "One tap a question", "📊 Today · Tuesday", "📊 Today · Wednesday")


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        await running.house.foyer.uow.write(ImportSurvey(survey_document()))
        yield running


async def passes(evening: Evening, by: timedelta) -> None:
    evening.clock.advance(by)
    for tick in TICKS:
        await getattr(evening.house.foyer.ticks, tick)()
    await evening.house.settle()


async def two_evenings(evening: Evening, wrong: timedelta) -> tuple[Person, Counter[str]]:
    """Anna comes tonight, and has tickets for tomorrow; Mia manages. Gives Anna, and how often each thing was told."""
    anna, mia = await evening.guest(), await staff(evening, 3002, "Mia", Role.MANAGER)
    await comes(evening, anna)
    await evening.buys(anna, evening.theatre.later_concert_id)
    for step in range(STEPS):
        await passes(evening, STEP)
        if step % WRONG_EVERY == 0:
            await passes(evening, wrong)
            await passes(evening, -wrong)
    told = [text_of(message) for person in (anna, mia) for message in await person.received()]
    return anna, Counter(once for text in told for once in ONCE if once in text)


@pytest.mark.parametrize("hours", [1, -1, 24, -24])
async def test_a_wrong_clock_doubles_and_skips_nothing(evening: Evening, hours: int) -> None:
    anna, told = await two_evenings(evening, timedelta(hours=hours))
    assert told == Counter(dict.fromkeys(ONCE, 1))
    assert len(await evening.tickets_of(anna)) == 4
    await check_invariants(evening.house.foyer.uow)


async def test_without_one_key_for_a_reminder_it_comes_again(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control. Defence: what is told has a key that the time of telling is no part of."""
    monkeypatch.setattr(reminding, "key", lambda *_: f"remind:{evening.clock.now():%d%H}:")
    _, told = await two_evenings(evening, timedelta(hours=1))
    assert told["⏰ Not long to go"] > 1
