"""The courier in the running house: paced, halted, interrupted, taken over, and never twice without need."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import courier as courier_module
from bot.courier import LEASE, Courier, Row
from domain.notices import Notice, NoticeKind
from domain.payments.model import Captured
from domain.payments.paying import CapturePayment
from domain.people.model import Grant, Role
from domain.people.usecases import ChooseLanguage, DecideInvitation, Invite, UseInvitation
from domain.ports import Tx
from domain.ticketing.holding import HoldPlaces
from domain.ticketing.model import Wish
from storage.tables.messaging import notice
from storage.transaction import StorageTx
from tests.support.clock import FakeClock
from tests.support.running import Person, text_of
from tests.support.theatre import Evening, evening_at_the_theatre


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        yield running


async def paid(evening: Evening, person: Person, places: int) -> None:
    """So many tickets are theirs, and the notice of it is due."""
    person_id, concert_id = await evening.id_of(person), evening.theatre.concert_id

    def buy(tx: Tx) -> None:
        performance = tx.programme.performance(concert_id)
        assert performance is not None
        tx.programme.put_performance(replace(performance, purchase_limit=places))
        wishes = tuple(Wish(place, evening.theatre.full_id) for place in range(21, 21 + places))
        order_id = HoldPlaces(person_id, concert_id, wishes)(tx)
        order = tx.ticketing.order(order_id)
        assert order is not None
        CapturePayment(Captured("test", f"charge-{order_id}", "", order_id, order.total, person_id))(tx)

    await evening.house.foyer.uow.write(buy)


async def told(evening: Evening, person: Person, kind: NoticeKind, key: str = "test") -> None:
    person_id = await evening.id_of(person)
    params = {"reference": key, "performance_id": evening.theatre.concert_id}
    await evening.house.foyer.uow.write(lambda tx: tx.notify(Notice(person_id, kind, f"{kind}:{key}", params)))


async def misbehave(evening: Evening, method: str, error: int | str, times: int = 1, **more: Any) -> None:
    await evening.house.post("/client/faults", {"method": method, "error": error, "times": times, **more})


async def states(evening: Evening) -> list[str]:
    """Of all notices, in the order in which they were written."""
    found = select(notice.c.state).order_by(notice.c.id)
    database = evening.house.foyer.database
    return await database.read(lambda connection: list(connection.execute(found).scalars()))


async def albums(person: Person) -> list[int]:
    """Sizes of the albums that they have received, in order."""
    sizes: dict[str, int] = {}
    for message in await person.received():
        if group := message.get("media_group_id"):
            sizes[group] = sizes.get(group, 0) + 1
    return list(sizes.values())


async def seats_in_albums(person: Person) -> list[str]:
    captions = [message.get("caption", "") for message in await person.received() if "media_group_id" in message]
    return [found[0] for caption in captions if (found := re.search(r"row \d+, seat \d+", caption))]


async def count(person: Person, words: str) -> int:
    return sum(words in text_of(message) for message in await person.received())


async def test_twelve_tickets_come_in_two_albums_and_one_word(evening: Evening) -> None:
    anna = await evening.guest()
    await paid(evening, anna, 12)
    await evening.house.settle()
    assert await albums(anna) == [6, 7]  # with the party's code
    seats = await seats_in_albums(anna)
    assert len(seats) == len(set(seats)) == 12
    assert "Here are your 12 tickets" in await anna.sees()
    assert await states(evening) == ["sent"]


async def test_a_429_in_the_middle_halts_the_courier_and_doubles_nothing(evening: Evening, clock: FakeClock) -> None:
    anna = await evening.guest()
    bert = await evening.guest(1002, "Bert")
    courier = evening.house.foyer.courier
    await paid(evening, anna, 12)
    await misbehave(evening, "sendMessage", 429, retry_after=30)  # the word under the albums
    await courier.work_off()
    assert await states(evening) == ["due"]
    await told(evening, bert, NoticeKind.APOLOGY)
    assert await courier.work_off() == 0  # Telegram said 30 s, to all of us
    assert await count(bert, "went wrong") == 0
    clock.advance(timedelta(seconds=30))
    await evening.house.settle()
    assert await states(evening) == ["sent", "sent"]
    assert await albums(anna) == [6, 7]
    assert await count(anna, "Here are your 12 tickets") == 1
    assert await count(bert, "went wrong") == 1


async def test_what_waits_behind_a_429_is_given_back_and_was_no_attempt(evening: Evening, clock: FakeClock) -> None:
    anna = await evening.guest()
    for number in range(3):
        await told(evening, anna, NoticeKind.APOLOGY, f"r{number}")
    await misbehave(evening, "sendMessage", 429, retry_after=5)
    await evening.house.foyer.courier.work_off()
    columns = select(notice.c.state, notice.c.attempts)
    rows = await evening.house.foyer.database.read(lambda connection: connection.execute(columns).all())
    assert [tuple(row) for row in rows] == [("due", 0)] * 3
    clock.advance(timedelta(seconds=5))
    await evening.house.settle()
    references = [found[1] for m in await anna.received() if (found := re.search(r"on record as (r\d)", text_of(m)))]
    assert references == ["r0", "r1", "r2"]


async def test_a_429_in_a_conversation_halts_the_courier_too(evening: Evening) -> None:
    anna = await evening.guest()
    await told(evening, anna, NoticeKind.APOLOGY)
    evening.house.foyer.courier.halt(5)
    assert await evening.house.foyer.courier.work_off() == 0
    assert await states(evening) == ["due"]


async def test_who_has_blocked_the_bot_is_unreachable_until_they_come_back(evening: Evening) -> None:
    anna = await evening.guest()
    await told(evening, anna, NoticeKind.APOLOGY)
    await misbehave(evening, "sendMessage", 403)
    await evening.house.settle()
    assert await states(evening) == ["unreachable"]


async def test_what_telegram_refuses_for_good_is_a_dead_letter_and_holds_nobody_up(evening: Evening) -> None:
    anna = await evening.guest()
    await told(evening, anna, NoticeKind.APOLOGY, "first")
    await told(evening, anna, NoticeKind.APOLOGY, "second")
    await misbehave(evening, "sendMessage", 400)
    await evening.house.settle()
    assert await states(evening) == ["dead", "sent"]


async def test_a_ticket_whose_answer_was_lost_comes_again_a_courtesy_does_not(
    evening: Evening, clock: FakeClock
) -> None:
    anna = await evening.guest()
    await told(evening, anna, NoticeKind.APOLOGY)
    await told(evening, anna, NoticeKind.SALES_OPEN)
    await misbehave(evening, "sendMessage", "drop", times=2)
    await evening.house.settle()
    assert await states(evening) == ["due", "unknown"]
    clock.advance(timedelta(minutes=1))
    await evening.house.settle()
    assert await states(evening) == ["sent", "unknown"]
    assert await count(anna, "went wrong") == 2
    assert await count(anna, "From the New World") == 1


async def test_a_courtesy_that_telegram_could_not_take_is_tried_again(evening: Evening, clock: FakeClock) -> None:
    anna = await evening.guest()
    await told(evening, anna, NoticeKind.SALES_OPEN)
    await misbehave(evening, "sendMessage", 502)
    await evening.house.settle()
    assert await states(evening) == ["due"]
    clock.advance(timedelta(minutes=1))
    await evening.house.settle()
    assert await states(evening) == ["sent"]


async def test_a_lease_that_ran_out_in_a_send_brings_tickets_again_and_leaves_courtesies_unknown(
    evening: Evening, clock: FakeClock
) -> None:
    anna, bert = await evening.guest(), await evening.guest(1002, "Bert")
    foyer = evening.house.foyer
    await told(evening, anna, NoticeKind.APOLOGY)
    await told(evening, bert, NoticeKind.SALES_OPEN)
    _, _, rows = await another_in_office(evening, "killed")  # and never heard of again
    assert len(rows) == 2
    assert await foyer.courier.work_off() == 0
    clock.advance(LEASE)
    await evening.house.settle()
    assert await states(evening) == ["sent", "unknown"]
    assert await count(anna, "went wrong") == 1


async def test_a_courier_that_lost_its_lease_settles_nothing(evening: Evening, clock: FakeClock) -> None:
    anna = await evening.guest()
    await told(evening, anna, NoticeKind.APOLOGY)
    frozen, epoch, rows = await another_in_office(evening, "frozen")
    clock.advance(LEASE)
    assert await evening.house.foyer.uow.write(another(evening, "next")._lease) is not None
    await frozen._deliver(rows[0], epoch)
    assert await states(evening) == ["sending"]  # in the hands of the next one


async def test_leases_are_kept_while_a_long_send_goes_on(
    evening: Evening, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier_module, "LEASE", timedelta(seconds=0.3))
    anna = await evening.guest()
    await told(evening, anna, NoticeKind.SALES_OPEN)
    await misbehave(evening, "sendMessage", "latency", latency=0.7)
    sending = asyncio.create_task(evening.house.foyer.courier.work_off())
    rival = another(evening, "rival")
    for _ in range(6):
        await asyncio.wait([sending], timeout=0.1)
        clock.advance(timedelta(seconds=0.1))
        assert await rival.work_off() == 0
    await sending
    assert await states(evening) == ["sent"]


async def test_one_chat_gets_one_message_after_the_other_whichever_batch(evening: Evening) -> None:
    anna = await evening.guest()
    courier = evening.house.foyer.courier
    courier.chat_interval = 0.2
    loop = asyncio.get_running_loop()
    before = loop.time()
    for number in range(3):
        await told(evening, anna, NoticeKind.APOLOGY, str(number))
        await courier.work_off()
    assert loop.time() - before >= 0.4


async def test_one_chats_waiting_notices_keep_nobody_else_waiting(evening: Evening) -> None:
    anna, bert, carl = [await evening.guest(1001 + n, name) for n, name in enumerate(("Anna", "Bert", "Carl"))]
    courier = evening.house.foyer.courier
    courier.chat_interval = 1.0
    for number in range(25):
        await told(evening, anna, NoticeKind.APOLOGY, str(number))
    await told(evening, bert, NoticeKind.APOLOGY, "b")
    sending = asyncio.create_task(courier.run())
    async with asyncio.timeout(15):
        await until_told(sending, bert)
        await told(evening, carl, NoticeKind.SALES_OPEN, "c")  # less urgent, and later
        await until_told(sending, carl)
    courier.stop()
    await sending
    assert await count(anna, "went wrong") < 20


async def until_told(sending: asyncio.Task[None], person: Person) -> None:
    before = len(await person.received())
    while len(await person.received()) == before:
        await asyncio.wait([sending], timeout=0.02)


async def test_who_has_blocked_us_is_spared_courtesies_until_they_write(evening: Evening) -> None:
    anna = await evening.guest()
    await evening.house.foyer.uow.write(_blocked(await evening.id_of(anna)))
    await told(evening, anna, NoticeKind.SALES_OPEN, "a")
    await told(evening, anna, NoticeKind.APOLOGY, "b")  # what matters is tried all the same
    await evening.house.settle()
    assert await states(evening) == ["unreachable", "sent"]
    await anna.says("/help")
    await told(evening, anna, NoticeKind.SALES_OPEN, "c")
    await evening.house.settle()
    assert await states(evening) == ["unreachable", "sent", "sent"]


def _blocked(person_id: int) -> Callable[[StorageTx], None]:
    return lambda tx: tx.people.set_reachable(person_id, False)


async def test_a_notice_speaks_the_language_that_its_reader_has_when_it_is_sent(evening: Evening) -> None:
    anna = await evening.guest()
    await told(evening, anna, NoticeKind.APOLOGY)
    await evening.house.foyer.uow.write(ChooseLanguage(await evening.id_of(anna), "zh_Hans"))
    await evening.house.settle()
    assert "抱歉" in await anna.sees()


async def asked(evening: Evening, manager: Person, guest: Person) -> int:
    """The manager is to decide about a guest; gives the invitation's id."""
    manager_id, guest_id = await evening.id_of(manager), await evening.id_of(guest)

    def work(tx: Tx) -> int:
        tx.people.grant(manager_id, Grant(Role.MANAGER), None, tx.now)
        invitation_id = Invite(None, Role.USHER)(tx)
        return UseInvitation(guest_id, invitation_id)(tx)

    return await evening.house.foyer.uow.write(work)


async def test_a_card_is_edited_in_place(evening: Evening) -> None:
    manager, guest = await evening.guest(1001, "Mona"), await evening.guest(1002, "Gus")
    invitation_id = await asked(evening, manager, guest)
    await evening.house.settle()
    card = (await manager.received())[-1]
    assert "Gus" in text_of(card)
    await evening.house.foyer.uow.write(DecideInvitation(await evening.id_of(manager), invitation_id, True))
    await evening.house.settle()
    now = (await manager.received())[-1]
    assert now["message_id"] == card["message_id"]
    assert text_of(now) != text_of(card)


async def test_a_card_is_sent_anew_where_its_message_is_gone(evening: Evening) -> None:
    manager, guest = await evening.guest(1001, "Mona"), await evening.guest(1002, "Gus")
    invitation_id = await asked(evening, manager, guest)
    await evening.house.settle()
    card = (await manager.received())[-1]
    await evening.house.foyer.bot.delete_message(manager.id, card["message_id"])
    await evening.house.foyer.uow.write(DecideInvitation(await evening.id_of(manager), invitation_id, True))
    await evening.house.settle()
    now = (await manager.received())[-1]
    assert now["message_id"] > card["message_id"]
    assert "Gus" in text_of(now)


async def test_a_card_survives_a_429_and_a_lost_line(evening: Evening, clock: FakeClock) -> None:
    manager, guest = await evening.guest(1001, "Mona"), await evening.guest(1002, "Gus")
    await misbehave(evening, "sendMessage", 429, chat=manager.id, retry_after=5)
    await asked(evening, manager, guest)
    await evening.house.settle()
    assert await count(manager, "Gus") == 0
    clock.advance(timedelta(seconds=5))
    await misbehave(evening, "sendMessage", "drop_before", chat=manager.id)
    await evening.house.settle()
    assert await count(manager, "Gus") == 0
    clock.advance(timedelta(minutes=5))
    await evening.house.settle()
    assert await count(manager, "Gus") == 1


async def another_in_office(evening: Evening, holder: str) -> tuple[Courier, int, list[Row]]:
    """Another process is the courier and has taken up what is due; with its epoch and rows."""
    foyer = evening.house.foyer
    await foyer.uow.write(foyer.courier._give_up_lease)
    courier = another(evening, holder)
    leased = await foyer.uow.write(courier._lease)
    assert leased is not None
    return courier, *leased


def another(evening: Evening, holder: str) -> Courier:
    foyer = evening.house.foyer
    return Courier(foyer.uow, foyer.courier._sender, foyer.links, foyer.clock, holder, chat_interval=0.0)
