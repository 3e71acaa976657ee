"""The rules of help, drinks and questions that need no database, and their screens in every language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.demo.house import demo_documents
from domain.assistance.house_file import parse_menu, parse_rules
from domain.assistance.model import (
    DrinkLine,
    DrinkOrder,
    DrinkState,
    Enquiry,
    EnquiryState,
    EnquiryWord,
    HelpKind,
    HelpRequest,
    HelpState,
    Step,
    Whom,
    figures,
)
from domain.errors import BadInput
from domain.money import Money
from domain.people.model import Role
from domain.text import LocalText
from handlers.assistance.drink_queries import DrinksFacts, ItemFacts, MenuFacts, QueueFacts
from handlers.assistance.drink_views import (
    desk_screen,
    drinks_screen,
    evenings_screen,
    item_screen,
    menu_screen,
    ready_notice,
    stock_screen,
)
from handlers.assistance.drink_views import queue_screen as drinks_queue_screen
from handlers.assistance.enquiry_queries import EnquiryFacts
from handlers.assistance.enquiry_views import (
    answered_notice,
    asked_notice,
    enquiry_screen,
    fact_screen,
    own_screen,
    write_screen,
)
from handlers.assistance.enquiry_views import queue_screen as enquiries_screen
from handlers.assistance.help_queries import HelpFacts, SeatsFacts
from handlers.assistance.help_views import (
    asked_screen,
    call_notice,
    call_screen,
    closed_screen,
    kinds_screen,
    need_screen,
    queue_screen,
)
from handlers.ui.i18n import LOCALES, Texts, texts
from tests.support.assistance import house_document
from tests.support.programme import NOW
from tests.support.screens import HOSTILE, check
from tests.support.ticketing import SHOWING, hostile_showing, ticket_facts

BIG = 2**53
DIRE = " ".join(text[:60] for text in HOSTILE)
SHANGHAI = "Asia/Shanghai"


@pytest.fixture(params=LOCALES)
def t(request: pytest.FixtureRequest) -> Texts:
    return texts(request.param)


def help_facts(state: HelpState, kind: HelpKind = HelpKind.UNWELL, name: str = "Flo") -> HelpFacts:
    request = HelpRequest(BIG, 1, BIG, 1, BIG, "Stalls", kind, state, NOW, words=DIRE, voice="v")
    return HelpFacts(request, ticket_facts(), name, Role.FLOOR, DIRE, NOW + timedelta(minutes=3))


@pytest.mark.parametrize("state", HelpState)
def test_every_state_of_help_can_be_read(t: Texts, state: HelpState) -> None:
    for kind in HelpKind:
        for name in ("Flo", DIRE, ""):
            facts = help_facts(state, kind, name)
            for screen in (
                asked_screen(t, facts),
                call_screen(t, facts),
                call_screen(t, facts, 7),
                call_notice(t, facts),
            ):
                check(screen)
    check(queue_screen(t, [help_facts(state)] * 8))


def test_asking_for_help_can_be_read(t: Texts) -> None:
    seat = ticket_facts()
    facts = SeatsFacts(BIG, (seat,) * 9, None, True)
    for screen in (need_screen(t, facts), closed_screen(t, facts), kinds_screen(t, seat)):
        check(screen)


@pytest.mark.parametrize("state", DrinkState)
def test_every_state_of_a_drink_can_be_read(t: Texts, state: DrinkState) -> None:
    items = parse_menu(house_document(), 1, "CNY")
    hostile = replace(items[0], name=LocalText.of(en=DIRE[:40], zh_Hans=DIRE[:40]), allergens=LocalText.of(en=DIRE))
    for showing in (SHOWING, hostile_showing(DIRE)):
        for item in (items[0], hostile):
            for charge_id in (None, BIG):
                order = DrinkOrder(BIG, 1, BIG, 1, state, NOW, number=7, charge_id=charge_id)
                lines = ((item, DrinkLine(1, 9, item.price, 600)),) * 8
                facts = DrinksFacts(order, lines, showing, LocalText.of(en=DIRE), 12, NOW)
                for screen in (drinks_screen(t, facts), desk_screen(t, facts), ready_notice(t, facts)):
                    check(screen)
                queue = QueueFacts(showing, (facts,) * 8, 5, 3, (item,) * 8)
                check(drinks_queue_screen(t, queue))
                check(stock_screen(t, queue))
                check(item_screen(t, ItemFacts(replace(item, sold_out=charge_id is None), BIG)))
                for bar in ("open", "early", "late", "cancelled"):
                    menu = MenuFacts(showing, (item,) * 4, bar, order, {0: 3}, (order,) * 9)
                    check(menu_screen(t, menu, invoice=True))
    check(menu_screen(t, MenuFacts(SHOWING, (), "open", None, {}, ()), invoice=False))
    check(evenings_screen(t, [SHOWING, hostile_showing(DIRE)]))


@pytest.mark.parametrize("state", EnquiryState)
def test_every_state_of_a_question_can_be_read(t: Texts, state: EnquiryState) -> None:
    rules = parse_rules(house_document())
    word = EnquiryWord(1, BIG, 1, False, DIRE, NOW)
    taken_by = 7 if state is EnquiryState.TAKEN else None
    enquiry = Enquiry(BIG, 1, 1, state, NOW, NOW, taken_by=taken_by)
    for again_at in (None, NOW + timedelta(hours=9)):
        for name in ("Cleo", DIRE, ""):
            words = (word, replace(word, by_house=True)) * 9
            facts = EnquiryFacts(enquiry, words, SHOWING.venue, name, name, rules.replies * 10, again_at, NOW)
            screens = (own_screen(t, facts), enquiry_screen(t, facts), enquiry_screen(t, facts, 7))
            for screen in (*screens, answered_notice(t, facts, word), asked_notice(t, facts, word)):
                check(screen)
            check(enquiries_screen(t, [facts] * 8))
    check(fact_screen(t, rules.facts[0]))
    check(write_screen(t))


def test_the_demo_s_file_is_read_whole() -> None:
    document = demo_documents(NOW.date()).assistance
    rules = parse_rules(document)
    assert [item.key for item in parse_menu(document, 1, "CNY")][:2] == ["sparkling", "red"]
    assert rules.steps == (Step(0, Whom.ZONE), Step(60, Whom.VENUE), Step(120, Whom.MANAGER))
    for asked, key in (("请问可以停车吗", "parking"), ("Is there PARKING?", "parking"), ("will I be late", "late")):
        fact = rules.fact_for(asked)
        assert fact is not None, asked
        assert fact.key == key
    assert rules.fact_for("sparking lights") is None  # no word begins there
    assert rules.fact_for("Mahler") is None


@pytest.mark.parametrize(
    ("change", "path", "reason"),
    [
        ({"page": [{"after": 5, "whom": "zone"}]}, "page", "page_order"),
        ({"page": [{"after": 0, "whom": "all"}]}, "page[0].whom", "wrong_type"),
        ({"hours": [{"days": ["mo"], "from": "10:00", "until": "11:00"}]}, "hours[0].days[0]", "wrong_type"),
        ({"hours": [{"days": ["mon"], "from": "11:00", "until": "10:00"}]}, "hours[0].until", "hours_order"),
        ({"fact": house_document()["fact"] * 2}, "fact", "double_key"),
        ({"drink": [{"key": "x", "name": {"en": "X"}, "price": 0, "tax": 0}]}, "drink[0].price", "out_of_range"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_place(change: dict[str, Any], path: str, reason: str) -> None:
    document = house_document(**change)

    def read() -> None:
        parse_rules(document)
        parse_menu(document, 1, "CNY")

    with pytest.raises(BadInput) as caught:
        read()
    assert (caught.value.params["path"], caught.value.reason) == (path, reason)


def test_hours_are_those_of_the_venue() -> None:
    rules = parse_rules(house_document(hours=[{"days": ["mon", "fri"], "from": "10:00", "until": "21:00"}]))
    monday = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # ten in Shanghai
    assert rules.answered_from(monday, SHANGHAI) is None
    assert rules.answered_from(monday - timedelta(minutes=1), SHANGHAI) == monday
    assert rules.answered_from(monday + timedelta(hours=11), SHANGHAI) == monday + timedelta(days=4)
    assert replace(rules, hours=()).answered_from(monday, SHANGHAI) is None


def test_the_first_answer_is_measured_against_the_target() -> None:
    waits = [60, 120, 1200, None, -30]  # answered before the hours began: at once
    asked = [(NOW, None if wait is None else NOW + timedelta(seconds=wait)) for wait in waits]
    found = figures(asked, 1, timedelta(minutes=2))
    assert (found.waiting, found.answered, found.median_seconds, found.within) == (1, 4, 90, 75)
    assert figures([], 0, timedelta(minutes=2)).median_seconds is None


def test_a_drink_is_left_until_its_stock_is_gone() -> None:
    (wine, juice) = parse_menu(house_document(), 1, "CNY")
    assert (wine.left(9), juice.left(9), replace(juice, sold_out=True).left(9)) == (3, 9, 0)
    assert DrinkLine(1, 3, Money(4800, "CNY"), 1300).total == Money(14400, "CNY")
