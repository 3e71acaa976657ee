"""What the scanner's page is told, in every language, of ordinary and difficult names; and the manager's card."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.admission.model import Admission, Attendance, Channel, Fault, ListedCode, ListedTicket, Outcome
from domain.codes import CodeKind, Keyring
from domain.ticketing.model import TicketState
from handlers.admission.faults import faults_line, faults_screen
from handlers.admission.queries import Member, PartyFacts, PostFacts, ScanFacts
from handlers.admission.scanner_queries import FaultsFacts, ListFacts, StandingFacts
from handlers.admission.scanner_views import digest, door_list, party, standing, verdict
from handlers.admission.scanner_words import page_words
from handlers.ui.i18n import LOCALES, Texts, texts
from tests.support.programme import NOW
from tests.support.screens import HOSTILE, check
from tests.support.ticketing import CONCESSIONS, GATE, SHOWING, STUDENT, hostile_showing, hostile_ticket, ticket_facts

EN = texts("en")
POST = PostFacts(SHOWING, GATE, Attendance(312, 640), NOW)
LINE = Admission(1, 11, 205, None, GATE.id, 9, NOW, Outcome.ALREADY_IN, False, channel=Channel.OFFLINE)
FAULT = Fault(LINE, Outcome.ALREADY_IN, 5, "Stalls", "3", "5", "standard")


@pytest.fixture(params=LOCALES)
def t(request: pytest.FixtureRequest) -> Texts:
    return texts(request.param)


def scan(outcome: Outcome, **change: object) -> ScanFacts:
    facts = ScanFacts(outcome, 7, ticket_facts(), None, None, None, POST)
    return replace(facts, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_its_answer(t: Texts, outcome: Outcome) -> None:
    answer = verdict(t, scan(outcome, first_at=NOW, first_gate=GATE, right_gate=GATE))
    assert answer["head"]
    assert answer["kind"] in ("yes", "look", "no")
    assert (answer["admission_id"] is not None) == (answer["kind"] == "yes")
    assert "<" not in json.dumps(answer)
    assert verdict(t, scan(outcome, ticket=None))["seat"] == ""


def test_what_is_to_be_checked_is_said() -> None:
    answer = verdict(EN, scan(Outcome.ADMITTED, ticket=ticket_facts(concession=STUDENT)))
    assert answer["checks"] == ["Check 1 × student: a student card"]
    assert verdict(EN, scan(Outcome.REFUNDED, ticket=ticket_facts(concession=STUDENT)))["checks"] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_difficult_names_stay_text(t: Texts, text: str) -> None:
    facts = scan(Outcome.ADMITTED, ticket=hostile_ticket(text), post=replace(POST, showing=hostile_showing(text)))
    json.dumps(verdict(t, facts)).encode()
    group = PartyFacts(1, 1, (Member(0, hostile_ticket(text)),), facts.post)
    json.dumps(party(t, group)).encode()


def test_the_words_are_complete_in_every_language(t: Texts) -> None:
    words, english = page_words(t), page_words(EN)
    assert set(words) == set(english)
    for name in ("heads", "kinds"):
        assert set(words[name]) == {outcome.value for outcome in Outcome}
    for name, text in words.items():
        if isinstance(text, str):
            assert text, name
            placeholders = [part.partition("}")[0] for part in english[name].split("{")[1:]]
            assert all(f"{{{placeholder}}}" in text for placeholder in placeholders), name


def test_the_list_tells_what_the_door_needs_and_no_more() -> None:
    keyring = Keyring({"k": b"a secret of the tests, of no use elsewhere", "o": b"an older key that is still good"})
    good = ListedTicket(201, 3, 5, "Stalls", "3", "5", "standard", STUDENT.id, TicketState.VALID, "QR47TK", True, False)
    tickets = [
        good,
        replace(good, ticket_id=202, place=6, state=TicketState.REFUNDED, short_code="QR47TM", inside=True),
    ]
    codes = [
        ListedCode(301, CodeKind.TICKET, 201, None, True),
        ListedCode(302, CodeKind.TICKET, 201, None, False),
        ListedCode(303, CodeKind.TICKET, 202, None, True),
        ListedCode(304, CodeKind.PARTY, None, 3, False),
        ListedCode(305, CodeKind.PARTY, None, 4, False),  # of an order of which nothing is left
    ]
    concessions = {concession.id: concession for concession in CONCESSIONS}
    facts = ListFacts(StandingFacts(POST, (), {GATE.id: GATE}), tickets, codes, concessions, NOW)
    listed = door_list(EN, facts, keyring)
    first, second = listed["tickets"]
    assert (first[0], first[3], first[4], first[6]) == (201, "", 0, "Check student: a student card")
    assert (second[0], second[3], second[4]) == (202, "refunded", 1)
    for key in "ko":  # a code that was printed before the keys were turned is good still
        assert listed["codes"][digest(keyring.seal(CodeKind.TICKET, 301, key))] == [0, 1]
        assert listed["codes"][digest(keyring.seal(CodeKind.TICKET, 302, key))] == [0, 0]
        assert listed["parties"][digest(keyring.seal(CodeKind.PARTY, 304, key))] == [0]
    assert len(listed["parties"]) == 2
    assert listed["short"] == {digest("QR47TK"): 0, digest("QR47TM"): 1}


def test_faults_are_told_to_managers_and_ushers(t: Texts) -> None:
    facts = FaultsFacts(SHOWING, (FAULT,), {GATE.id: GATE})
    check(faults_screen(t, facts))
    unknown = replace(FAULT, kind=Outcome.UNKNOWN, line=replace(LINE, ticket_id=None))
    kinds = [replace(FAULT, kind=outcome) for outcome in Outcome]
    check(faults_screen(t, replace(facts, faults=(unknown, *kinds))))
    check(faults_screen(t, replace(facts, faults=())))
    assert len(standing(t, StandingFacts(POST, (FAULT,) * 30, {}))["fault_lines"]) == 20
    assert "2" in faults_line(t, 2)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_house_s_difficult_names_fit_on_the_card(t: Texts, text: str) -> None:
    fault = replace(FAULT, zone=text, row=text, number=text, line=replace(LINE, at=NOW + timedelta(minutes=1)))
    check(faults_screen(t, FaultsFacts(hostile_showing(text), (fault,) * 40, {GATE.id: GATE})))
