"""How was it: who is asked, how they answer, who hears of it, and what comes of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.feedback.asking import ImportSurvey, WantSurveys
from domain.people.model import Grant, Role
from domain.programme.quiet import QuietHours
from storage.tables.feedback import answer, case_listener, response, survey_call
from storage.tables.messaging import notice
from tests.flows.test_roles import somebody
from tests.support.clock import FakeClock
from tests.support.invariants import check_invariants
from tests.support.running import Person, text_of
from tests.support.sending import heard, sends_photo, sends_voice
from tests.support.survey import survey_document
from tests.support.theatre import Evening, evening_at_the_theatre


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        await running.house.foyer.uow.write(ImportSurvey(survey_document()))
        yield running
        await check_invariants(running.house.foyer.uow)


async def manager(evening: Evening, id: int = 3002, name: str = "Mia", role: Role = Role.MANAGER) -> Person:
    person = await evening.guest(id, name)
    person_id = await evening.id_of(person)
    grant = Grant(role, evening.theatre.venue_id)
    await evening.house.foyer.uow.write(lambda tx: tx.people.grant(person_id, grant, None, tx.now))
    return person


async def comes(evening: Evening, *guests: Person) -> None:
    """They buy, are let in, and the evening ends; the clock stands at the first decent hour after it."""
    uma = await evening.usher()
    await uma.says("/door")
    await uma.presses("From the New World")
    await uma.presses("Every gate")
    for guest in guests:
        await evening.buys(guest, evening.theatre.concert_id, "· B ·")
        for ticket_id in await evening.tickets_of(guest):
            await uma.opens(await evening.link_of(ticket_id))
            assert "ADMITTED" in await uma.sees()


async def ends(evening: Evening, clock: FakeClock) -> None:
    """To the next morning at ten, the venue's time: every evening of the theatre is over and may be asked about."""
    performance = await evening.house.foyer.uow.read(lambda tx: tx.programme.performance(evening.theatre.concert_id))
    assert performance is not None
    morning = (performance.ends_at + timedelta(hours=8)).replace(hour=2, minute=0)  # 10:00 in Shanghai
    while morning <= performance.ends_at + timedelta(minutes=45):
        morning += timedelta(days=1)
    clock.advance(morning - clock.now())


async def asks(evening: Evening) -> int:
    asked = await evening.house.foyer.ticks.ask_for_feedback()
    await evening.house.settle()
    return asked


async def quiet(evening: Evening, begins: int, ends: int) -> bool:
    hours = QuietHours(begins * 60, ends * 60)
    return await evening.house.foyer.uow.write(lambda tx: tx.evening.put_quiet(hours))


async def rows(evening: Evening, table: object) -> list[tuple[object, ...]]:
    return await evening.house.foyer.uow.read(
        lambda tx: [tuple(row) for row in tx._connection.execute(select(table))]  # type: ignore[attr-defined]
    )


async def test_who_came_is_asked_answers_in_a_few_taps_and_goes_on_later(evening: Evening, clock: FakeClock) -> None:
    anna, ben = await evening.guest(), await evening.guest(1003, "Ben", "中文")
    await comes(evening, anna)
    await evening.buys(ben, evening.theatre.concert_id, "· C ·")  # and stays at home
    assert await asks(evening) == 0  # it is not over
    await ends(evening, clock)
    assert await quiet(evening, 9, 11)
    assert await asks(evening) == 0  # the house sleeps long
    assert await quiet(evening, 22, 8)
    assert await asks(evening) == 1
    assert "How was it?" in await anna.sees()
    assert "+86 21 1234 5678" in await anna.sees()
    assert "感觉如何" not in await ben.sees()
    assert await asks(evening) == 0
    await anna.presses("Begin")
    assert "Question 1 of 3" in await anna.sees()  # a branch is not counted before it is taken
    await anna.presses("9")
    await anna.presses("4 ★")
    assert "Anything else?" in await anna.sees()
    await anna.presses("Back")
    assert any(label == "✓ 4 ★" for label in await anna.buttons())
    await anna.presses("5 ★")
    await anna.presses("Go on later")
    await anna.says("/events")
    await anna.says("/feedback")
    await anna.presses("From the New World")
    await anna.presses("Go on")
    assert "Question 3 of 3" in await anna.sees()
    await anna.says("Such a warm evening!")
    await anna.presses("Send")
    assert "Thank you for your words" in await anna.sees()
    kept = {(row[1], row[4]) for row in await rows(evening, answer)}
    assert kept == {("recommend", 9), ("staff", 5), ("words", None)}
    await anna.says("/feedback")
    assert not any("From the New World" in label for label in await anna.buttons())
    mia = await manager(evening)
    await mia.says("/feedback")
    await mia.presses("Feedback reports")
    await mia.presses("From the New World")
    said = await mia.sees()
    assert "Asked 1, answered 1 (100 %)" in said
    assert "NPS: +100 ± 0 (n = 1)" in said
    assert "The staff: 100" in said
    assert "photo" in (await mia.received())[-1]
    await mia.presses("XLSX")
    await mia.presses("PDF")
    files = [message["document"]["file_name"] for message in await mia.received() if "document" in message]
    assert [name.rpartition(".")[2] for name in files] == ["xlsx", "pdf"]
    await mia.presses("1 comment")
    assert "Such a warm evening!" in await mia.sees()
    await mia.presses("🔧 1")
    await mia.says("Keep it warm")
    await mia.presses("It is done")
    await mia.says("Heating set")
    await mia.says("We keep the house warm.")
    assert "We keep the house warm." in await anna.sees()


async def test_a_branch_is_asked_and_forgotten_again(evening: Evening, clock: FakeClock) -> None:
    anna = await evening.guest()
    await comes(evening, anna)
    await ends(evening, clock)
    await asks(evening)
    await anna.presses("Begin")
    await anna.presses("7")
    await anna.presses("2 ★")
    assert "Who was it?" in await anna.sees()
    await anna.presses("Nobody")
    await anna.presses("Queues")
    await anna.presses("Toilets")
    assert [label[:2] for label in await anna.buttons()][:2] == ["☑️", "☑️"]
    await anna.presses("Queues")
    await anna.presses("Back")
    await anna.presses("Back")
    await anna.presses("5 ★")
    kept = {row[1]: row[5] for row in await rows(evening, answer)}
    assert kept == {"recommend": 7, "staff": 5, "better": ["toilets"]}


async def test_never_after_a_no_and_once_a_week(evening: Evening, clock: FakeClock) -> None:
    anna, ben = await evening.guest(), await evening.guest(1003, "Ben", "中文")
    await comes(evening, anna, ben)
    await ends(evening, clock)
    uow, anna_id = evening.house.foyer.uow, await evening.id_of(anna)
    assert await evening.house.foyer.ticks.ask_for_feedback() == 2  # it is written, and not yet sent
    await uow.write(WantSurveys(anna_id, False))
    await evening.house.settle()
    assert "How was it?" not in await anna.sees()
    assert "感觉如何" in await ben.sees()
    await ben.presses("以后不要再问我")
    await ben.presses("看完后可以问我")
    assert not await uow.write(lambda tx: tx.feedback.take_turn(anna_id, tx.now, tx.now - timedelta(7)))
    ben_id = await evening.id_of(ben)
    assert not await uow.write(lambda tx: tx.feedback.take_turn(ben_id, tx.now, tx.now - timedelta(7)))
    clock.advance(timedelta(days=7))
    assert await uow.write(lambda tx: tx.feedback.take_turn(ben_id, tx.now, tx.now - timedelta(7)))


async def test_closed_means_closed(evening: Evening, clock: FakeClock) -> None:
    anna = await evening.guest()
    await comes(evening, anna)
    await ends(evening, clock)
    await asks(evening)
    await anna.presses("Begin")
    clock.advance(timedelta(days=14))
    assert "closed" in await anna.presses("9")
    assert await rows(evening, answer) == []
    assert await evening.house.foyer.ticks.close_surveys() == 1
    assert await asks(evening) == 0


async def test_without_a_name_nothing_leads_back_and_the_house_still_answers(
    evening: Evening, clock: FakeClock
) -> None:
    anna, mia = await evening.guest(), await manager(evening)
    await comes(evening, anna)
    await ends(evening, clock)
    await asks(evening)
    await anna.presses("Begin")
    await anna.presses("Answer without my name")
    await anna.presses("1")
    assert "a low score" in await mia.sees()
    assert "Anna" not in await mia.sees()
    await anna.presses("5 ★")
    await anna.presses("Next") if "Next" in " ".join(await anna.buttons()) else await anna.presses("Skip")
    await anna.says("The queue was endless.")
    await anna.presses("Send, and let me hear")
    calls = await rows(evening, survey_call)
    assert [row[3] for row in calls] == [None]  # the link is cut, that she was asked stays
    assert len(await rows(evening, response)) == 1
    await mia.presses("Look at the case")
    assert "The queue was endless." in await mia.sees()
    assert "Anna" not in await mia.sees()
    await mia.presses("Answer")
    assert "in their language if you can" in await mia.sees()  # which one that is would tell of her
    await mia.says("We open a second bar.")
    assert "We open a second bar." in await anna.sees()
    await anna.presses("Write back")
    await anna.says("Good!")
    assert "Good!" in await mia.sees()
    assert "Anna" not in await mia.sees()
    await mia.presses("Look at the case")
    await mia.presses("It is settled")
    assert await evening.house.foyer.ticks.close_surveys() == 1
    assert await rows(evening, case_listener) == []
    kinds = set(await rows(evening, notice.c.kind))
    assert ("case_answered",) not in kinds
    assert ("survey",) in kinds


async def test_a_complaint_is_seen_by_those_alone_whom_it_concerns(evening: Evening, clock: FakeClock) -> None:
    anna, ben = await evening.guest(), await evening.guest(1003, "Ben", "中文")
    olga, mia = await evening.guest(900, "Olga"), await manager(evening)
    cleo = await manager(evening, 1020, "Cleo", Role.BOX_OFFICE)
    await comes(evening, anna, ben)
    await ends(evening, clock)
    await asks(evening)
    await anna.presses("Begin")
    await anna.presses("9")
    await anna.presses("1 ★")
    await cleo.says("/cases")
    assert any("Service" in label for label in await cleo.buttons())
    await anna.presses("An usher")
    await cleo.says("/cases")
    assert not any("New World" in label for label in await cleo.buttons())
    assert "How somebody behaved" in await mia.sees()
    assert "Anna" in await mia.sees()
    await ben.presses("开始")
    await ben.presses("9")
    await ben.presses("1 ★")
    await ben.presses("经理")
    assert "About the manager" in await olga.sees()
    await mia.says("/cases")
    assert not any("About the manager" in label for label in await mia.buttons())
    await olga.says("/cases")
    assert any("About the manager" in label for label in await olga.buttons())


async def test_photos_and_voices_are_seen_and_heard_by_those_who_may(evening: Evening, clock: FakeClock) -> None:
    """Ben complains of an usher, and his voice is for the managers alone; Anna only shows something."""
    document = survey_document()
    shows = {"key": "shows", "kind": "media", "text": {"en": "Show us?", "zh_Hans": "给我们看看？"}}
    aloud = {"key": "aloud", "kind": "media", "text": {"en": "Say it?", "zh_Hans": "说一说？"}}
    document["question"] = [document["question"][0], *document["question"][1:3], shows, aloud]
    await evening.house.foyer.uow.write(ImportSurvey(document))
    anna, ben = await evening.guest(), await evening.guest(1003, "Ben", "中文")
    mia, cleo = await manager(evening), await manager(evening, 1020, "Cleo", Role.BOX_OFFICE)
    await comes(evening, anna, ben)
    await ends(evening, clock)
    await asks(evening)
    for person, begin, stars in ((anna, "Begin", "5 ★"), (ben, "开始", "2 ★")):
        await person.presses(begin)
        await person.presses("9")
        await person.presses(stars)
        if person is ben:
            await mia.presses("Look at the case")
            await cleo.says("/cases")
            await cleo.presses("Service")
            await person.presses("引座员")
        await sends_photo(evening.house, person)
        await sends_voice(evening.house, person)
    await mia.presses("Look at the case")
    play = await mia.behind("Voice message")
    await mia.presses("Voice message")
    assert await heard(mia) == [True]
    await mia.presses("Photo")
    assert "photo" in (await mia.received())[-1]
    far = await somebody(evening, Role.MANAGER)
    for person in (cleo, far):
        assert "not yours" in await evening.forged(person, play)
        assert await heard(person) == []

    await mia.says("/feedback")
    await mia.presses("Feedback reports")
    await mia.presses("From the New World")
    await mia.presses("2 comments")  # Ben's stand in his case alone
    await mia.presses("🎤 1")
    assert await heard(mia) == [True, True]
    play, look = await mia.behind("🎤 1"), await mia.behind("📷 2")
    await mia.presses("📷 2")
    assert "photo" in (await mia.received())[-1]
    for person in (cleo, far):
        assert await evening.forged(person, play)
        assert await evening.forged(person, look)
        assert await heard(person) == []


async def test_a_word_of_alarm_then_you_said_we_did(evening: Evening, clock: FakeClock) -> None:
    anna, mia = await evening.guest(1003, "Ben", "中文"), await manager(evening)
    await comes(evening, anna)
    await ends(evening, clock)
    await asks(evening)
    await anna.presses("开始")
    await anna.presses("10")
    await anna.presses("5 ★")
    await anna.says("台阶太暗，有人受伤。")
    await anna.presses("提交")
    assert "a word of alarm" in await mia.sees()
    await mia.presses("Look at the case")
    await mia.presses("Answer")
    assert "They read 简体中文." in await mia.sees()
    await mia.presses("Back")
    await mia.presses("Change something")
    await mia.says("Light on the steps of the circle")
    assert "It is kept." in await mia.sees()
    await mia.presses("In a week")
    clock.advance(timedelta(days=6, hours=2))
    assert await evening.house.foyer.ticks.remind_actions() == 1
    assert await evening.house.foyer.ticks.remind_actions() == 1  # due still, told once
    await evening.house.settle()
    assert sum("This is due tomorrow" in text_of(message) for message in await mia.received()) <= 1
    clock.advance(timedelta(days=1))
    await evening.house.foyer.ticks.remind_actions()
    await evening.house.settle()
    assert "This is overdue" in await mia.sees()
    await mia.says("/actions")
    await mia.presses("Light on the steps")
    await mia.presses("It is done")
    await mia.says("Invoice 4711")
    assert "1 person" in await mia.sees()
    await mia.says("楼座台阶装了灯。\nThe steps of the circle are lit.")
    assert "1 person hears of it" in await mia.sees()
    said = await anna.sees()
    assert "您说了，我们做了" in said
    assert "楼座台阶装了灯。" in said
    assert "are lit" not in said


async def test_staff_type_a_paper_form_through_the_same_questions(evening: Evening, clock: FakeClock) -> None:
    mia, cleo = await manager(evening), await manager(evening, 1020, "Cleo", Role.BOX_OFFICE)
    await ends(evening, clock)
    await cleo.says("/feedback")
    await cleo.presses("Paper form or call")
    await cleo.presses("From the New World")
    await cleo.presses("A call")
    await cleo.presses("2")
    assert "by telephone" in await mia.sees()
    await cleo.presses("Skip")
    await cleo.presses("Skip")
    await cleo.says("No lift.")
    await cleo.presses("Send")
    assert "The form is kept" in await cleo.sees()
    ((_, _, _, channel, _, done),) = await rows(evening, response)
    assert (channel, done) == ("phone", True)
    await mia.presses("Look at the case")
    assert "No lift." in await mia.sees()
    assert not any("Answer" in label for label in await mia.buttons())


async def test_who_is_forgotten_leaves_scores_and_no_words(evening: Evening, clock: FakeClock) -> None:
    anna = await evening.guest()
    await comes(evening, anna)
    await ends(evening, clock)
    await asks(evening)
    await anna.presses("Begin")
    await anna.presses("1")
    await anna.presses("5 ★")
    await anna.presses("Skip")
    await anna.says("I live in River Road.")
    await anna.says("/forget")
    await anna.presses("Yes, erase")
    assert {row[1] for row in await rows(evening, answer)} == {"recommend", "staff", "better"}
    assert await rows(evening, case_listener) == []
    assert [row[3] for row in await rows(evening, survey_call)] == [None]
