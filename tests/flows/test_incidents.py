"""Incidents as the staff meet them: ten seconds to a report, pages until somebody takes it, the same on every phone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.incidents import handling
from domain.people.model import Grant, Role
from domain.people.shifts import Shift
from domain.ports import Tx
from tests.flows.test_roles import somebody
from tests.support.clock import FakeClock
from tests.support.invariants import check_invariants
from tests.support.running import Person, text_of
from tests.support.sending import sends_photo, sends_voice
from tests.support.theatre import Evening, evening_at_the_theatre


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    """It is 20:00 at the theatre."""
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        yield running
        await check_invariants(running.house.foyer.uow)


async def works(evening: Evening, id: int, name: str, role: Role, language: str = "English", **shift: object) -> Person:
    """On duty for three hours, where ``shift`` says."""
    person = await evening.guest(id, name, language)
    person_id, venue_id = await evening.id_of(person), evening.theatre.venue_id

    def join(tx: Tx) -> None:
        tx.people.grant(person_id, Grant(role, venue_id), None, tx.now)
        start, end = tx.now - timedelta(hours=1), tx.now + timedelta(hours=3)
        planned = Shift(0, venue_id, person_id, person_id, role, start, end, start, end, **shift)  # type: ignore[arg-type]
        tx.shifts.put(planned)

    await evening.house.foyer.uow.write(join)
    return person


async def passes(evening: Evening, seconds: float) -> None:
    evening.clock.advance(timedelta(seconds=seconds))
    await ticks(evening)


async def ticks(evening: Evening) -> None:
    await evening.house.foyer.ticks.watch_incidents()
    await evening.house.foyer.ticks.carry_announcements()
    await evening.house.foyer.ticks.delete_photos()
    await evening.house.foyer.ticks.count_evacuations()
    await evening.house.settle()


async def said(person: Person, words: str) -> list[int]:
    """Ids of the messages that say so now."""
    return [message["message_id"] for message in await person.received() if words in text_of(message)]


async def pages(person: Person) -> int:
    """How often they were alerted: the short message with the one tap that matters."""
    return sum(_labels(message)[:2] == ["🙋 I take it", "🔎 Look"] for message in await person.received())


def _labels(message: dict[str, object]) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])  # type: ignore[attr-defined]
    return [button["text"] for row in rows for button in row]


async def newest(evening: Evening) -> int:
    """The last incident: numbers begin anywhere."""
    venue_id = evening.theatre.venue_id
    return await evening.house.foyer.uow.read(lambda tx: max(one.id for one in tx.incidents.at_venues([venue_id], 9)))


async def test_ten_seconds_to_a_report_and_pages_until_somebody_takes_it(evening: Evening) -> None:
    gate = evening.theatre.stalls_gate_id
    uma = await works(evening, 2001, "Uma", Role.USHER, gate_id=gate)
    sam, sue = await works(evening, 2002, "Sam", Role.SAFETY), await works(evening, 2003, "Sue", Role.SAFETY)
    fay, mia = await works(evening, 2004, "Fay", Role.FLOOR), await works(evening, 3002, "Mia", Role.MANAGER)
    anna = await evening.guest()

    await uma.says("/incident")
    await uma.presses("Fire or smoke")
    await uma.presses("Here: Gate S")
    assert len(await said(uma, "Sent: 🔴 S1 · 🔥 Fire or smoke · Gate S · Riverside\n2 people are paged.")) == 1
    assert [await pages(one) for one in (sam, sue, fay, mia, uma, anna)] == [1, 1, 0, 0, 0, 0]
    assert "Nobody has taken it" in await sam.sees()  # the card beside the page

    await passes(evening, 59)
    assert [await pages(one) for one in (sam, sue, fay, mia)] == [1, 1, 0, 0]
    await passes(evening, 1)
    assert [await pages(one) for one in (sam, sue, fay, mia)] == [2, 2, 1, 0]
    assert "Nobody has taken it for 1 minute." in "".join(text_of(m) for m in await fay.received())
    await passes(evening, 60)
    assert [await pages(one) for one in (sam, sue, fay, mia)] == [3, 3, 2, 1]
    await passes(evening, 60)
    assert [await pages(one) for one in (sam, sue, fay, mia)] == [4, 4, 3, 2]

    # Two take it; the first has it, and all phones say so in the card that they have.
    cards = [await said(one, "First-aiders") or await said(one, "To read out") for one in (sam, sue, fay, mia, uma)]
    assert [len(card) for card in cards] == [1] * 5
    assert "It is yours" in await sue.presses("I take it")
    assert "A colleague was faster" in await sam.presses("I take it", on=(await said(sam, "Fire"))[0])
    for person in (sam, sue, fay, mia, uma):
        (card,) = await said(person, "Taken, on the way: \u2068Sue")
        assert card in [one[0] for one in cards]
    await passes(evening, 120)
    assert [await pages(one) for one in (sam, sue, fay, mia)] == [4, 4, 3, 2]

    await sue.presses("On scene")
    await sue.presses("In hand")
    await passes(evening, 3600)
    assert len(await said(mia, "In hand: \u2068Sue")) == 1
    await sue.presses("Resolved")
    assert len(await said(uma, "Resolved: \u2068Sue")) == 1
    assert [await pages(one) for one in (sam, sue, fay, mia)] == [4, 4, 3, 2]


async def test_a_house_names_its_deputy(evening: Evening) -> None:
    """Dee is nowhere in the plan for tonight, and works there; Far works elsewhere."""
    uma, sam = await works(evening, 2001, "Uma", Role.USHER), await works(evening, 2002, "Sam", Role.SAFETY)
    dee = await evening.usher(2005, "Dee")
    far = await somebody(evening, Role.FLOOR)
    people = [f"#{await evening.id_of(person)}" for person in (dee, far)]
    steps = [{"roles": ["safety"]}, {"after_seconds": 60, "people": people}]
    rules = {"severity": {"1": {"again_seconds": 60, "step": steps}}}
    await evening.house.foyer.uow.write(lambda tx: tx.incidents.put_rules_document(rules))
    await uma.says("/incident")
    await uma.presses("Fire or smoke")
    await uma.presses("Elsewhere in the house")
    assert [await pages(one) for one in (sam, dee, far)] == [1, 0, 0]
    await passes(evening, 60)
    assert [await pages(one) for one in (sam, dee, far)] == [2, 1, 0]
    await dee.presses("I take it")
    assert await said(sam, "Taken, on the way: \u2068Dee")


async def test_a_report_that_is_left_goes_out_and_a_double_tap_is_one(evening: Evening) -> None:
    uma = await works(evening, 2001, "Uma", Role.USHER, zones=("Stalls",))
    sam = await works(evening, 2002, "Sam", Role.SAFETY, "中文")
    await uma.says("/incident")
    (kinds,) = await said(uma, "What is it?")
    press = {"user": uma.id, "message_id": kinds, "data": "ick:security:0"}
    for _ in range(2):
        await evening.house.post("/client/press", press)
    await evening.house.settle()
    await uma.says("/help")  # and away
    await passes(evening, 29)
    assert await said(sam, "治安") == []
    await passes(evening, 1)
    assert len(await said(sam, "🔴 S1 · 🛡 治安 · Stalls · 江畔")) == 2  # the page and the card
    await passes(evening, 1)
    count = await evening.house.foyer.uow.read(lambda tx: len(tx.incidents.at_venues([evening.theatre.venue_id], 9)))
    assert count == 1

    # Another kind corrects a report; a slip is taken back and is none.
    await uma.says("/incident")
    await uma.presses("Security")
    await uma.presses("Another kind")
    await uma.presses("Crowd")
    assert "👥 Crowd" in await uma.sees()
    await uma.presses("A slip, no report")
    assert "Nobody was told" in await uma.sees()
    await passes(evening, 40)
    assert await said(sam, "拥挤") == []


async def test_what_follows_reaches_everybody_on_it_and_a_photo_of_somebody_unwell_is_protected_and_goes(
    evening: Evening,
) -> None:
    uma, sam = await works(evening, 2001, "Uma", Role.USHER), await works(evening, 2002, "Sam", Role.SAFETY)
    fay = await works(evening, 2003, "Fay", Role.FLOOR, first_aider=True, channel="7")
    await uma.says("/incident")
    await uma.presses("Unwell person")
    await uma.presses("Gate C")
    assert await pages(fay) == 1  # a first-aider on shift
    await sends_photo(evening.house, uma, "on the stairs")
    (photo,) = [message for message in await sam.received() if message.get("photo")]
    assert "Uma\u2069 adds:" in text_of(photo)
    assert "on the stairs" in text_of(photo)
    assert photo["has_protected_content"]
    await uma.says("A man of sixty, he speaks.")
    assert "A man of sixty, he speaks." in await sam.sees()
    await evening.house.post("/client/location", {"user": uma.id, "latitude": 31.2304, "longitude": 121.4737})
    await evening.house.settle()
    assert "📍 31.230400,121.473700" in await sam.sees()
    assert "First-aiders on shift: \u2068Fay" in "".join(text_of(message) for message in await uma.received())

    # Who comes later looks and listens, as protected as it came to the others; nobody from elsewhere does.
    await sends_voice(evening.house, uma)
    sue = await works(evening, 2004, "Sue", Role.SAFETY)
    await sue.says("/incidents")
    await sue.presses("Unwell person")
    assert [label[:1] for label in (await sue.buttons())[:3]] == ["📷", "📍", "🎤"]
    await sue.presses("📷")
    await sue.presses("🎤")
    assert [bool(m.get("photo")) for m in (await sue.received())[-2:]] == [True, False]
    assert all(message["has_protected_content"] for message in (await sue.received())[-2:])
    far = await somebody(evening, Role.SAFETY)
    assert "not yours" in await evening.forged(far, await sue.behind("📷"))
    assert not any("photo" in message for message in await far.received())

    # Another step of the reporter, and a photo half an hour later, belong elsewhere.
    await passes(evening, 1801)
    await sends_photo(evening.house, uma)
    assert "I cannot look at pictures" in await uma.sees()

    await passes(evening, 23 * 3600)
    assert len([message for message in await sam.received() if message.get("photo")]) == 1
    await passes(evening, 3600)
    assert "earlier moment" in await sue.presses("📷")
    for person in (uma, sam, fay, sue):
        left = [message for message in await person.messages() if message.get("photo")]
        assert len(left) == (1 if person is uma else 0), person.name  # the one that belonged elsewhere is hers
    incident_id = await newest(evening)
    kept = await evening.house.foyer.uow.read(lambda tx: [note.file_id for note in tx.incidents.notes(incident_id)])
    assert kept[:3] == ["", "", ""]


async def test_an_acknowledgement_lapses_when_nothing_is_heard_and_pages_again(evening: Evening) -> None:
    uma, sam = await works(evening, 2001, "Uma", Role.USHER), await works(evening, 2002, "Sam", Role.SAFETY)
    sue = await works(evening, 2003, "Sue", Role.SAFETY)
    await uma.says("/incident")
    await uma.presses("Security")
    await uma.presses("Elsewhere in the house")
    await sam.presses("I take it")
    await passes(evening, 299)
    await sam.presses("Still on it")
    await passes(evening, 299)
    assert (await pages(sam), await pages(sue)) == (1, 1)
    await passes(evening, 1)
    assert (await pages(sam), await pages(sue)) == (2, 2)
    assert len(await said(sue, "Whoever took it is not heard of")) == 1
    await sue.presses("I take it")
    await sue.presses("On scene")
    await sue.says("/incidents")
    await sue.presses("Security")
    await passes(evening, 250)
    await sue.presses("Add something")
    await sue.says("All quiet, two people talked to.")  # who writes is heard of
    await passes(evening, 250)
    assert await pages(sam) == 2
    # Severity follows from the kind, and can be changed.
    await sue.presses("Severity")
    await sue.presses("S3")
    assert "🟡 S3 · 🛡 Security" in await sue.sees()
    assert len(await said(sam, "🟡 S3 · 🛡 Security")) >= 1


async def test_without_the_lapse_a_promise_is_believed_for_ever(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control. Defence: the states in which somebody has to be heard of."""
    monkeypatch.setattr(handling, "PROMISED", ())
    uma, sam = await works(evening, 2001, "Uma", Role.USHER), await works(evening, 2002, "Sam", Role.SAFETY)
    await uma.says("/incident")
    await uma.presses("Security")
    await uma.presses("Elsewhere in the house")
    await sam.presses("I take it")
    await passes(evening, 301)
    assert await pages(sam) == 1


async def test_a_drill_is_marked_timed_and_reaches_no_audience(evening: Evening) -> None:
    sam, sue = await works(evening, 2002, "Sam", Role.SAFETY), await works(evening, 2003, "Sue", Role.SAFETY)
    mia, anna = await works(evening, 3002, "Mia", Role.MANAGER), await evening.guest()
    uma = await works(evening, 2001, "Uma", Role.USHER)
    await evening.buys(anna, evening.theatre.concert_id)
    before = len(await anna.received())
    await uma.says("/incidents")
    assert "🎓 A drill" not in await uma.buttons()
    await sam.says("/incidents")
    await sam.presses("A drill")
    await sam.presses("Fire or smoke")
    await sam.presses("Stalls")
    await passes(evening, 20)
    await sue.presses("I take it")
    await passes(evening, 45)
    await sue.presses("On scene")
    await sam.presses("Open the incident")
    await sam.presses("What to do")
    await sam.presses("Evacuate")
    assert "4 colleagues are told." in await sam.presses("Begin: tell everybody")
    for person in (uma, sue, mia):
        assert len(await said(person, "🎓 DRILL. This is an exercise.\n🏃 Evacuate")) == 1
    await sam.says("/announce")
    await sam.presses("From the New World")
    await sam.presses("Leave the building")
    assert "This is a drill: the audience is not told." in await sam.sees()
    assert not any("Send now" in label for label in await sam.buttons())
    concert = evening.theatre.concert_id
    toast = await evening.forged(sam, f"ang:{concert}:{await newest(evening)}:evacuate:0")
    assert "This is a drill" in toast
    assert "This is a drill" in await evening.forged(sam, f"ang:{concert}:0:evacuate:0")
    await sue.presses("Resolved")
    await ticks(evening)
    assert len(await anna.received()) == before
    told = "".join(text_of(message) for message in await mia.received())
    assert "The drill is over" in told
    assert "Taken after 0 min 20 s" in told
    assert "On scene after 1 min 5 s" in told
    for person in (sam, sue, mia, uma):
        about = [text_of(m) for m in await person.received() if "Fire or smoke ·" in text_of(m)]
        assert about
        assert all("DRILL" in text for text in about if "Sent:" not in text), person.name


async def test_an_audience_is_told_by_the_word_of_two_and_an_evacuation_by_that_of_one(evening: Evening) -> None:
    mia, max_ = await works(evening, 3002, "Mia", Role.MANAGER), await works(evening, 3003, "Max", Role.MANAGER)
    sam, uma = await works(evening, 2002, "Sam", Role.SAFETY), await works(evening, 2001, "Uma", Role.USHER)
    anna, bert = await evening.guest(), await evening.guest(1002, "Bert", "中文")
    for guest in (anna, bert):
        await evening.buys(guest, evening.theatre.concert_id)
    await mia.says("/announce")
    await mia.presses("From the New World")
    await mia.presses("It begins later")
    await mia.presses("20 minutes")
    preview = await mia.sees()
    assert "To 2 people with tickets." in preview
    assert "begins about 20 minutes later" in preview
    assert "推迟约 20 分钟开演" in preview
    assert "does not replace them" in preview
    await mia.presses("Ask a second manager")
    assert "Waits for a second manager" in await mia.sees()
    assert not any("I agree" in label for label in await mia.buttons())
    await ticks(evening)
    assert await said(anna, "20 minutes later") == []
    await max_.presses("I agree: send it")
    await ticks(evening)
    assert len(await said(anna, "20 minutes later")) == 1
    assert len(await said(bert, "推迟约 20 分钟开演")) == 1
    await mia.presses("How far?")
    assert "Sent to 2 of 2." in await mia.sees()
    assert "Agreed to by \u2068Max" in await mia.sees()

    # One that is stopped in time reaches nobody.
    await mia.says("/announce")
    await mia.presses("From the New World")
    await mia.presses("An apology")
    await mia.presses("Ask a second manager")
    await max_.presses("I agree: send it")
    await max_.presses("Stop it")
    await ticks(evening)
    assert await said(anna, "We are sorry for what happened") == []

    # Anna is inside, Bert is not; the doors are open.
    evening.clock.advance(timedelta(minutes=20))
    await uma.says("/door")
    await uma.presses("From the New World")
    await uma.presses("Gate S")
    await uma.opens(await evening.link_of((await evening.tickets_of(anna))[0]))
    await uma.says("/incident")
    await uma.presses("Fire or smoke")
    await uma.presses("Here: Gate S")  # where she stands at the door
    await sam.presses("Look")
    await sam.presses("Tell the audience")
    await sam.presses("From the New World")
    await sam.presses("Leave the building")
    assert "To 1 person who is inside." in await sam.sees()
    await sam.presses("Send now")
    await ticks(evening)
    (told,) = [text_of(m) for m in await anna.received() if "leave the building now" in text_of(m)]
    assert "请立即从最近的出口离开大楼" in told
    assert await said(bert, "离开大楼") == []
    await sam.says("/incidents")
    await sam.presses("Fire or smoke")
    await sam.presses("What to do")
    await sam.presses("Evacuate")
    assert "From the New World: 1 inside" in await sam.sees()
    assert "♿ Wheelchair places taken (0): none" in await sam.sees()

    # While the house is being left, the card counts with the door.
    await sam.presses("Begin: tell everybody")
    await ticks(evening)
    await uma.says("/door")
    await uma.opens(await evening.link_of((await evening.tickets_of(bert))[0]))
    await ticks(evening)
    assert len(await said(sam, "From the New World: 2 inside\nStalls: 2")) == 1


async def test_the_timeline_writes_itself_and_is_reviewed(evening: Evening) -> None:
    sam, uma = await works(evening, 2002, "Sam", Role.SAFETY), await works(evening, 2001, "Uma", Role.USHER)
    mia = await works(evening, 3002, "Mia", Role.MANAGER)
    await uma.says("/incident")
    await uma.presses("Equipment")
    await uma.presses("Stalls")
    await uma.says("=HYPERLINK(evil) the curtain hangs")
    await passes(evening, 10)
    await sam.presses("I take it")
    await sam.presses("Resolved")
    await sam.says("/incidents")
    await sam.presses("Equipment")
    await sam.presses("Timeline (CSV)")
    await sam.presses("Timeline (PDF)")
    incident_id = await newest(evening)
    files = {m["document"]["file_name"]: m["document"]["file_id"] for m in await sam.received() if "document" in m}
    table = (await sam.file(files[f"incident-{incident_id}.csv"])).decode("utf-8-sig").splitlines()
    assert table[0] == "Time,Who,What,Detail"
    assert any(line.endswith(",Uma,Added,'=HYPERLINK(evil) the curtain hangs") for line in table)
    assert any("Sam,Somebody has taken it," in line for line in table)
    assert (await sam.file(files[f"incident-{incident_id}.pdf"])).startswith(b"%PDF")

    await mia.says("/incidents")
    await mia.presses("Equipment")
    await mia.presses("Review it")
    assert "What happened?" in await mia.sees()
    await mia.says("x" * 1001)
    assert "at most 1000 characters" in await mia.sees()
    for answer in ("The curtain hung.", "The technician was near.", "Check it before each show."):
        await mia.says(answer)
    assert "Review: The curtain hung." in await mia.sees()
    await sam.says("/incidents")
    await sam.presses("Equipment")
    await sam.presses("Timeline (PDF)")
    await mia.presses("Something is to be changed")
    await mia.says("Check the curtain before each show")
    assert "It is kept" in await mia.sees()

    # Whoever asks is told what is kept, and their words go with them; the lines stay under a number.
    await uma.says("/mydata")
    (sent,) = [message["document"]["file_id"] for message in await uma.received() if "document" in message]
    assert b"the curtain hangs" in await uma.file(sent)
    await uma.says("/forget")
    await uma.presses("erase my data")
    notes, entries = await evening.house.foyer.uow.read(
        lambda tx: (tx.incidents.notes(incident_id), tx.incidents.entries(incident_id))
    )
    assert [note.text for note in notes] == [""]
    assert len(entries) >= 6
