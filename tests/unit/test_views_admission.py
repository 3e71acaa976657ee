"""The usher's screens: every outcome, every language, ordinary and difficult names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.admission.model import Admission, Attendance, Outcome
from handlers.admission.choosing_views import gates_screen, performances_screen, venues_screen
from handlers.admission.party_views import choose_admitted_screen, party_result_screen, party_screen
from handlers.admission.queries import DoorFacts, GatesFacts, Member, PartyFacts, PostFacts, ScanFacts
from handlers.admission.views import (
    post_screen,
    scan_screen,
)
from handlers.ticketing.ticket_queries import TicketFacts
from handlers.ui.i18n import LOCALES, Texts, texts
from handlers.ui.screen import Screen
from tests.support.programme import BIG, NOW, VENUE
from tests.support.screens import HOSTILE, check, data_of, labels
from tests.support.ticketing import (
    GATE,
    SHOWING,
    STUDENT,
    hostile_gate,
    hostile_showing,
    hostile_ticket,
    line,
    ticket_facts,
)

EN = texts("en")
POST = PostFacts(SHOWING, GATE, Attendance(312, 640), NOW)
INSIDE = Admission(1, 11, 205, None, 5, 9, NOW, Outcome.ADMITTED, True)


@pytest.fixture(params=LOCALES)
def t(request: pytest.FixtureRequest) -> Texts:
    return texts(request.param)


def scan(outcome: Outcome, ticket: TicketFacts | None = None, post: PostFacts = POST) -> ScanFacts:
    already = outcome is Outcome.ALREADY_IN
    return ScanFacts(
        outcome=outcome,
        admission_id=BIG,
        ticket=ticket,
        first_at=NOW if already else None,
        first_gate=GATE if already else None,
        right_gate=GATE if outcome is Outcome.WRONG_GATE else None,
        post=post,
    )


def party(count: int = 5, *, inside: int = 0, post: PostFacts = POST) -> PartyFacts:
    members = []
    for number in range(count):
        facts = ticket_facts(5 + number, count=count, concession=STUDENT)
        members.append(Member(number, replace(facts, admission=INSIDE) if number < inside else facts))
    return PartyFacts(BIG, 11, tuple(members), post)


def first_line(screen: Screen) -> str:
    return check(screen).splitlines()[0]


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_its_first_line(t: Texts, outcome: Outcome) -> None:
    """A new outcome without words fails here."""
    head = first_line(scan_screen(t, scan(outcome, ticket_facts())))
    assert head.startswith("✅✅✅ " if outcome.lets_in else "👋👋👋 " if outcome is Outcome.LEFT else "⛔⛔⛔ ")
    check(scan_screen(t, scan(outcome)))
    heads = {first_line(scan_screen(t, scan(other, ticket_facts()))) for other in Outcome}
    assert len(heads) == len(Outcome)


def test_admitted_says_seat_way_and_what_to_check() -> None:
    screen = scan_screen(EN, scan(Outcome.ADMITTED, ticket_facts(concession=STUDENT)))
    text = check(screen)
    assert text.startswith("✅✅✅ ADMITTED\n")
    assert "Stalls, row 1, seat 5" in text
    assert "Up the stairs on the left." in text
    assert "Check 1 × student: a student card" in text
    assert "In: 312 / 640" in text
    assert data_of(screen, "Undo") == f"ud:{BIG}"


def test_a_wheelchair_user_is_shown_the_step_free_way() -> None:
    text = check(scan_screen(EN, scan(Outcome.ADMITTED, ticket_facts(5, line=line(1)))))
    assert "Step-free: Lift beside the cloakroom." in text


def test_already_in_says_when_and_where() -> None:
    screen = scan_screen(EN, scan(Outcome.ALREADY_IN, ticket_facts()))
    assert "First let in at 17:00, Gate B." in check(screen)
    assert not any("Undo" in label for label in labels(screen))


def test_wrong_gate_and_wrong_performance_say_the_right_one() -> None:
    assert "The right gate: Gate B" in check(scan_screen(EN, scan(Outcome.WRONG_GATE, ticket_facts())))
    text = check(scan_screen(EN, scan(Outcome.WRONG_PERFORMANCE, ticket_facts())))
    assert "This ticket is for: From the New World" in text
    assert "Grand Hall" in text


def test_party_all_or_some(t: Texts) -> None:
    screen = party_screen(t, party())
    check(screen)
    assert data_of(screen, "✅") == f"pa:{BIG}:1f"
    some = choose_admitted_screen(t, party(), 0b00101)
    check(some)
    assert [label[0] for label in labels(some)[:5]] == ["☑", "☐", "☑", "☐", "☐"]
    assert data_of(some, "✅") == f"pa:{BIG}:5"


def test_party_counts_whom_it_brings() -> None:
    text = check(party_screen(EN, party()))
    assert text.startswith("👥 5 SEATS\n5 × student\n")


def test_of_a_party_only_those_outside_are_let_in(t: Texts) -> None:
    assert data_of(party_screen(t, party(inside=3)), "✅") == f"pa:{BIG}:18"
    check(party_screen(t, party(inside=5)))
    assert labels(choose_admitted_screen(t, party(inside=4), 0b11111))[0].startswith("☑")


def test_party_result_counts_and_names(t: Texts) -> None:
    scans = [scan(Outcome.ADMITTED, ticket_facts(5)), scan(Outcome.ADMITTED, ticket_facts(6))]
    text = check(party_result_screen(t, scans, BIG))
    assert text.startswith("✅✅✅ 2")
    mixed = party_result_screen(t, [*scans, scan(Outcome.ALREADY_IN, ticket_facts(7))], BIG)
    assert "⛔⛔⛔ 1 × " in check(mixed)
    refused = party_result_screen(t, [scan(Outcome.WRONG_PERFORMANCE, ticket_facts(n)) for n in (5, 6)], BIG)
    check(refused)
    assert not any("↶" in label for label in labels(refused))


def test_taking_one_s_place(t: Texts) -> None:
    check(venues_screen(t, DoorFacts((VENUE, replace(VENUE, id=2)), None, (), NOW)))
    check(performances_screen(t, DoorFacts((VENUE,), VENUE, (SHOWING,) * 8, NOW)))
    check(performances_screen(t, DoorFacts((VENUE,), VENUE, (), NOW)))
    gates = gates_screen(t, GatesFacts(SHOWING, (GATE, replace(GATE, id=6)), NOW))
    check(gates)
    assert data_of(gates, t.plain("Every gate")) == "dg:11:0"
    check(post_screen(t, POST))
    check(post_screen(t, replace(POST, gate=None)))


@pytest.mark.parametrize("text", HOSTILE)
def test_difficult_names(t: Texts, text: str) -> None:
    ticket, showing = hostile_ticket(text), hostile_showing(text)
    post = PostFacts(showing, hostile_gate(text), Attendance(BIG, BIG), NOW)
    for outcome in Outcome:
        check(scan_screen(t, scan(outcome, ticket, post)))
    members = tuple(Member(bit, ticket) for bit in range(190))
    check(party_screen(t, PartyFacts(BIG, BIG, members, post)))
    check(choose_admitted_screen(t, PartyFacts(BIG, BIG, members, post), 2**190 - 1))
    check(party_result_screen(t, [scan(outcome, ticket, post) for outcome in Outcome], BIG))
    check(post_screen(t, post))
    check(performances_screen(t, DoorFacts((showing.venue,), showing.venue, (showing,) * 8, NOW)))
    check(gates_screen(t, GatesFacts(showing, (hostile_gate(text),) * 4, NOW)))
    check(venues_screen(t, DoorFacts((showing.venue,) * 2, None, (), NOW)))
