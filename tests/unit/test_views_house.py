"""The screens of the house, of finding and of paper: in every language, with ordinary and difficult names."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from pypdf import PdfReader

from bot.adapters.door_list import print_door_list
from domain.admission.finding import Ticked
from domain.admission.model import Admission, DoorCounts, DoorMode, Guest, Outcome, ZoneCount
from domain.programme.model import LatecomersPolicy, RunState
from domain.ticketing.model import TicketState
from handlers.admission.door_list import BY_CODE, BY_ROW, DoorList, door_list
from handlers.admission.find_queries import DoorListFacts, FoundFacts, GuestFacts, TicksFacts
from handlers.admission.find_views import find_screen, found_screen, guest_screen, reissue_screen, reissued_note
from handlers.admission.house_queries import HouseFacts, TonightFacts
from handlers.admission.house_views import door_card, house_screen, tonight_screen
from handlers.admission.paper_views import (
    confirm_ticks_screen,
    entered_note,
    list_document,
    paper_screen,
    ticks_screen,
)
from handlers.ticketing.queries import Showing
from handlers.ui.i18n import LOCALES, Texts, texts
from tests.support.programme import BIG, NOW
from tests.support.screens import HOSTILE, check, data_of, labels
from tests.support.ticketing import GATE, SHOWING, hostile_gate, hostile_showing, hostile_ticket, ticket_facts

EN = texts("en")
COUNTS = DoorCounts(
    (ZoneCount("Stalls", 200, 300), ZoneCount("Circle", 100, 340)), ((GATE.id, 290), (None, 10)), out=3, waiting=5
)
INSIDE = Admission(1, 11, 205, None, 5, 9, NOW, Outcome.ADMITTED, True)


@pytest.fixture(params=LOCALES)
def t(request: pytest.FixtureRequest) -> Texts:
    return texts(request.param)


def house(state: RunState = RunState.SCHEDULED, *, manages: bool = False, **change: object) -> HouseFacts:
    performance = replace(SHOWING.performance, run_state=state, **change)  # type: ignore[arg-type]
    return HouseFacts(replace(SHOWING, performance=performance), COUNTS, {GATE.id: GATE}, NOW, manages)


def guest(id: int = 1, name: str = "Ada", **change: object) -> Guest:
    fields: dict[str, object] = {
        "ticket_id": id, "order_id": 3, "place": id, "zone": "Stalls", "row": "5", "number": f"{id}",
        "short_code": "QR47TK", "concession_id": 1, "state": TicketState.VALID, "holder": name, "buyer": name,
        "username": "",
    }  # fmt: skip
    return Guest(**{**fields, **change})  # type: ignore[arg-type]


def hostile_guest(text: str) -> Guest:
    return guest(1, text, zone=text, row=text, number=text, ticket_id=BIG, order_id=BIG, place=BIG, username=text)


def printed(paper: DoorList) -> list[str]:
    """The text of each page."""
    pages = PdfReader(io.BytesIO(print_door_list(paper))).pages
    return [page.extract_text().replace("\0", "") for page in pages]


def test_the_house_is_counted_by_zone_and_gate() -> None:
    text = check(house_screen(EN, house()))
    assert text.startswith("👥 In: 300 / 640\n")
    assert "Stalls: 200 / 300\nCircle: 100 / 340" in text
    assert "Gate B: 290\nEvery gate: 10" in text
    assert "Waiting: 5 · gone out: 3" in text


@pytest.mark.parametrize("state", RunState)
@pytest.mark.parametrize("policy", LatecomersPolicy)
def test_each_state_of_an_evening(t: Texts, state: RunState, policy: LatecomersPolicy) -> None:
    for manages in (True, False):
        facts = house(state, manages=manages, latecomers=policy, run_since=NOW)
        check(house_screen(t, facts))
        check(door_card(t, facts))
        said = labels(house_screen(t, facts))
        calls = state is RunState.STARTED and (policy is LatecomersPolicy.AT_BREAK or manages)
        assert any("🏃" in label for label in said) is (calls and policy is not LatecomersPolicy.ANY_TIME)
        assert any("📌" in label for label in said) is manages


def test_the_next_thing_to_say_is_one_tap_away() -> None:
    assert data_of(house_screen(EN, house()), "It has begun") == "dr:11:started"
    assert data_of(house_screen(EN, house(RunState.STARTED)), "Interval") == "dr:11:interval"
    assert data_of(house_screen(EN, house(RunState.INTERVAL)), "It goes on") == "dr:11:started"
    open_door = house(
        RunState.STARTED, latecomers=LatecomersPolicy.AT_BREAK, latecomers_until=NOW + timedelta(minutes=5)
    )
    assert "Latecomers are let in until 17:05." in check(house_screen(EN, open_door))
    assert data_of(house_screen(EN, open_door), "Doors shut again") == "ds:11"


def test_names_are_on_the_screens_of_finding(t: Texts) -> None:
    facts = GuestFacts(ticket_facts(), "Ada Byron", True, None, DoorMode.IN, NOW)
    assert "Ada Byron" in check(guest_screen(t, facts))
    assert "Ada Byron" not in check(reissue_screen(t, facts))
    assert "QR4 7TK" in check(guest_screen(t, facts, reissued_note(t, facts)))
    gone = replace(INSIDE, inside=False, left_at=NOW)
    for entry in (INSIDE, gone):
        check(guest_screen(t, replace(facts, entry=entry, reachable=False, mode=DoorMode.OUT)))
    check(reissue_screen(t, replace(facts, reachable=False)))
    found = FoundFacts(SHOWING, (guest(1), guest(2, state=TicketState.CANCELLED)), frozenset({1}), 12)
    said = labels(found_screen(t, found))
    assert said[0].startswith("✅")
    assert said[1].startswith("⛔")
    check(found_screen(t, found))
    for state in TicketState:
        changed = replace(facts.ticket, ticket=replace(facts.ticket.ticket, state=state))
        screen = guest_screen(t, replace(facts, ticket=changed))
        check(screen)
        assert any("🔁" in label for label in labels(screen)) is (state is TicketState.VALID)


def test_what_is_entered_is_shown_before(t: Texts) -> None:
    new, void, before = guest(1), guest(2, state=TicketState.CANCELLED), guest(3)
    facts = TicksFacts(SHOWING, Ticked((new, void, before), ("ZZZ999", "row 9: 1")), (new,), (void,))
    screen = confirm_ticks_screen(t, facts)
    assert "ZZZ999" in check(screen)
    assert data_of(screen, "✅") == "dw:11"
    nothing = confirm_ticks_screen(t, replace(facts, new=()))
    check(nothing)
    assert not any("✅" in label for label in labels(nothing))
    for note in ("", entered_note(t, 1), entered_note(t, 5)):
        check(ticks_screen(t, SHOWING, note))


def test_the_list_names_every_seat_once_on_numbered_pages(t: Texts) -> None:
    guests = tuple(guest(n, row=f"{(n - 1) // 25 + 1}", number=f"{(n - 1) % 25 + 1}") for n in range(1, 301))
    facts = DoorListFacts(SHOWING, guests, frozenset({1, 2}), NOW)
    by_row = printed(door_list(t, facts, BY_ROW))
    assert len(by_row) == 4
    title = t.of(SHOWING.event.title)
    assert all(title in page for page in by_row)
    assert t.plain("Page {page} of {pages}", page=2, pages=4) in by_row[1]
    assert sum(page.count("QR4 7TK") for page in by_row) == 300
    assert "Ada" not in "".join(by_row)
    by_code = printed(door_list(t, facts, BY_CODE))
    assert sum(page.count("QR4 7TK") for page in by_code) == 300
    check(list_document(t, facts, BY_ROW))


def test_an_empty_list_is_a_page(t: Texts) -> None:
    assert len(printed(door_list(t, DoorListFacts(SHOWING, (), frozenset(), NOW), BY_ROW))) == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_difficult_names(t: Texts, text: str) -> None:
    showing: Showing = hostile_showing(text)
    zones = tuple(ZoneCount(text, BIG, BIG) for _ in range(40))
    counts = DoorCounts(zones, tuple((BIG, BIG) for _ in range(40)), BIG, BIG)
    facts = HouseFacts(showing, counts, {BIG: hostile_gate(text)}, NOW, True)
    for screen in (house_screen(t, facts), door_card(t, facts), paper_screen(t, showing), ticks_screen(t, showing)):
        check(screen)
    check(tonight_screen(t, TonightFacts(((showing, BIG, BIG),) * 8, NOW)))
    check(find_screen(t, showing, text[:100].strip() or "-"))
    guests = (hostile_guest(text),) * 8
    check(found_screen(t, FoundFacts(showing, guests, frozenset(), BIG)))
    found = GuestFacts(hostile_ticket(text), text, True, INSIDE, DoorMode.IN, NOW)
    check(guest_screen(t, found, "New code: QR4 7TK"))
    check(reissue_screen(t, found))
    check(confirm_ticks_screen(t, TicksFacts(showing, Ticked(guests * 30, (text,) * 50), guests * 30, guests * 30)))
    listed = DoorListFacts(showing, guests, frozenset(), NOW)
    check(list_document(t, listed, BY_CODE))
    assert printed(door_list(t, listed, BY_CODE))
