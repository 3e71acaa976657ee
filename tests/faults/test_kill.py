"""kill -9 at every point of an update's way: nothing lost, no effect twice, the invariants hold after the restart.

``FOYER_TEST_KILLS`` says how many kills at each point and database; the default keeps the suite short.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest

from bot.clock import SystemClock
from bot.config import parse_keys
from bot.emulator import TEST_PROVIDER_TOKEN, BotProfile, Emulator
from domain.notices import LANES, Lane, NoticeKind
from storage.database import open_database
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork
from tests.faults.in_flight import InFlight, arrived, fates, have_written, on_their_way
from tests.faults.killing import Zygote, mortal_house
from tests.faults.visit import ONCE, Visit, left_behind, open_house
from tests.faults.zygote import POINTS
from tests.support.house import SmallHouse
from tests.support.invariants import check_invariants
from tests.support.running import KEYS, TOKEN

KILLS = int(os.environ.get("FOYER_TEST_KILLS", "2"))
PATIENCE = 30.0  # s, in which a step comes to its end whatever is killed
SHORT_PATIENCE = 2.5  # s, after which a control gives up what is not to come
SHARE = 0.4  # of the steps are those in which the house is killed
#: Tickets, at least once. That somebody has taken one is a courtesy: killed in the middle, it is not said twice.
SENT_FOR_SURE = 2


@dataclass(slots=True)
class Stage:
    """A house on a fresh database beside a local messenger; what runs in it is another process."""

    uow: UnitOfWork
    house: SmallHouse
    http: aiohttp.ClientSession
    settings: dict[str, Any]


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    zygote = Zygote()
    yield zygote
    zygote.end()


@pytest.fixture
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    database = open_database(database_url)
    uow = UnitOfWork(database, SystemClock(), parse_keys(KEYS))
    house = await uow.write(open_house)
    emulator = Emulator({TOKEN: BotProfile()}, pre_checkout_timeout=2.0)
    base = await emulator.start()
    settings = {
        "bot_token": TOKEN,
        "api_base": base,
        "database_url": database_url,
        "data_dir": str(tmp_path),
        "secret_keys": KEYS,
        "payment_token": TEST_PROVIDER_TOKEN,
        "payment_api": base,
    }
    async with aiohttp.ClientSession(base) as http:
        yield Stage(uow, house, http, settings)
    await emulator.stop()
    await database.dispose()


@pytest.mark.parametrize("point", POINTS)
async def test_a_visit_survives_being_killed(stage: Stage, zygote: Zygote, point: str) -> None:
    chance = random.Random(point)
    visits = 0
    async with mortal_house(zygote, stage.settings, point) as mortal:

        def perhaps(_: str) -> None:
            if mortal.kills < KILLS and chance.random() < SHARE:
                mortal.arm()

        while mortal.kills < KILLS:
            visits += 1
            visit = await Visit.of(visits, stage.http, stage.uow, stage.house, perhaps)
            await visit.run(PATIENCE)
        await at_rest(stage.uow)
    await check_invariants(stage.uow)
    assert await left_behind(stage.uow) == {table: times * visits for table, times in ONCE.items()}
    assert await captured(stage.http) == visits
    fates = await stage.uow.read(lambda tx: tx.notices.counts())
    assert fates["sent"] >= SENT_FOR_SURE * visits, fates
    print(f"{point}: {mortal.kills} kills in {visits} visits, {fates}")  # noqa: T201


#: The defence, the point of killing that it is for, the step at which it kills, the step of which nothing comes without
#: it ("": too much comes of one), and how that shows.
CONTROLS = [
    (
        "an update is stored before it is acknowledged",
        "before it is stored",
        "poster",
        "poster",
        "poster: 0 with Telegram, 0 in the inbox",
    ),
    (
        "what is stored is taken up at the start",
        "after it is stored",
        "poster",
        "poster",
        "poster: 0 with Telegram, [12] in the inbox",
    ),
    (
        "an update is done only when it is handled",
        "before the commit",
        "take",
        "take",
        "take: 0 with Telegram, 0 in the inbox",
    ),
    ("an effect leaves its mark", "after the commit", "scan", "", "one scan had two effects: ⛔⛔⛔ ALREADY IN"),
    (
        "an update is done only when it is handled",
        "before the answer",
        "choose",
        "choose",
        "choose: 0 with Telegram, 0 in the inbox",
    ),
    (
        "a courier's lease runs out",
        "before the courier settles",
        "pay",
        "accept",
        "a notice is being sent for good|accept: .*'sending': [1-9]",
    ),
]


@pytest.mark.parametrize(("defence", "point", "deadly", "vain", "sign"), CONTROLS, ids=[case[0] for case in CONTROLS])
async def test_without_this_defence_a_visit_does_not_survive(
    stage: Stage, zygote: Zygote, defence: str, point: str, deadly: str, vain: str, sign: str
) -> None:
    """The negative control of each point."""
    async with mortal_house(zygote, stage.settings, point, defence) as mortal:

        def before(step: str) -> None:
            visit.patience = SHORT_PATIENCE if step == vain else PATIENCE
            if step == deadly:
                mortal.arm()

        visit = await Visit.of(1, stage.http, stage.uow, stage.house, before)
        with pytest.raises(AssertionError, match=sign):
            await come_and_go(stage, visit)
    assert mortal.kills == 1


async def killed_in_the_send_window(
    stage: Stage, zygote: Zygote, kills: int, people: InFlight
) -> tuple[Counter[int], dict[int, str]]:
    """Each house is killed when Telegram has a message and the house does not know it yet, with all the others that it
    had in hand. Gives how often the reminders have arrived, and what is recorded of them."""
    await have_written(stage.http, people)
    async with mortal_house(zygote, stage.settings, "before the courier settles") as mortal:
        while mortal.kills < kills:
            mortal.arm()
            await asyncio.sleep(0.02)  # until there is another house to be killed
        await at_rest(stage.uow)
    return (
        await arrived(stage.http, people.reminded, "⏰"),
        await stage.uow.read(lambda tx: fates(tx, NoticeKind.REMINDER, people.reminded)),
    )


async def test_reminders_come_at_most_once_and_tickets_and_alarms_at_least_once(stage: Stage, zygote: Zygote) -> None:
    """Whatever is in the courier's hands when it is killed; and every fate that nobody can know is counted."""
    reminders = 20 * (KILLS + 1)  # more than are in hand when it is killed
    people = await on_their_way(stage.uow, stage.house, reminders, others=True)
    came, told = await killed_in_the_send_window(stage, zygote, KILLS, people)
    assert max(came.values()) == 1
    assert set(told.values()) == {"sent", "unknown"}
    assert all(came[phone] == 1 for phone in told if told[phone] == "sent")
    for phones, words, kind in (
        (people.buyers, "Code to read out", NoticeKind.TICKETS_ISSUED),
        (people.safety, "Fire or smoke", NoticeKind.INCIDENT_ALARM),
    ):
        assert min((await arrived(stage.http, phones, words)).values()) >= 1
        recorded = await stage.uow.read(lambda tx, kind=kind, phones=phones: fates(tx, kind, phones))  # type: ignore[misc]
        assert set(recorded.values()) == {"sent"}
    await check_invariants(stage.uow)


async def test_reminders_that_count_as_tickets_come_twice(
    stage: Stage, zygote: Zygote, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control. Defence: a courtesy whose fate is unknown is not sent again."""
    monkeypatch.setitem(cast(Any, LANES), NoticeKind.REMINDER, Lane.TICKETS)
    people = await on_their_way(stage.uow, stage.house, 5, others=False)
    came, told = await killed_in_the_send_window(stage, zygote, 1, people)
    assert max(came.values()) == 2
    assert set(told.values()) == {"sent"}


async def come_and_go(stage: Stage, visit: Visit) -> None:
    await visit.run(PATIENCE)
    await at_rest(stage.uow, SHORT_PATIENCE)


async def at_rest(uow: UnitOfWork, patience: float = PATIENCE) -> None:
    """Every update is handled and the fate of every notice recorded."""

    def busy(tx: StorageTx) -> str:
        if tx.inbox.chats_pending(1):
            return "an update waits for good"
        return "a notice is being sent for good" if tx.notices.counts().keys() & {"due", "sending"} else ""

    over = asyncio.get_running_loop().time() + patience
    while waits := await uow.read(busy):
        assert asyncio.get_running_loop().time() < over, waits
        await asyncio.sleep(0.02)  # it happens in another process; the database is all that we see of it


async def captured(http: aiohttp.ClientSession) -> int:
    """How many charges the provider has made."""
    headers = {"Authorization": f"Bearer {TEST_PROVIDER_TOKEN}"}
    async with http.get("/provider/charges?limit=100", headers=headers) as response:
        return len((await response.json())["charges"])
