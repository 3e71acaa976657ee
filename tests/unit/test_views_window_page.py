"""What the window's page is told, in every language, of ordinary and difficult names."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.money import Money
from domain.payments.drawer import Drawer
from domain.ticketing.model import BlockReason, OrderState
from domain.ticketing.party import Party
from domain.ticketing.window_model import Block
from handlers.ticketing.picks import Picks
from handlers.ticketing.window.page_block_views import blocks
from handlers.ticketing.window.page_drawer_views import closed, drawers
from handlers.ticketing.window.page_queries import BlockDesk
from handlers.ticketing.window.page_views import hall, order, sale, window
from handlers.ticketing.window.page_words import page_words
from handlers.ticketing.window.queries import (
    BlocksFacts,
    DrawerFacts,
    DrawersFacts,
    OnSale,
    WindowFacts,
    WindowOrderFacts,
)
from handlers.ui.i18n import LOCALES, Texts, texts
from handlers.ui.plain import plain
from tests.support.programme import NOW
from tests.support.screens import HOSTILE, FakeLinks
from tests.support.ticketing import PLAN, SHOWING, hostile_showing, order_facts
from tests.support.ticketing import sale as sale_facts

PLACEHOLDER = re.compile(r"\{(\w+)\}")


@pytest.fixture(params=LOCALES)
def t(request: pytest.FixtureRequest) -> Texts:
    return texts(request.param)


@pytest.mark.parametrize("name", ["Ada", *HOSTILE], ids=range(len(HOSTILE) + 1))
def test_everything_can_be_sent_and_is_plain(t: Texts, name: str) -> None:
    showing = SHOWING if name == "Ada" else hostile_showing(name)
    facts = replace(sale_facts(), showing=showing, sale_id=7)
    on = WindowFacts((OnSale(showing, 3, "open"),), 0, False, NOW.date(), Money(1, "CNY"), None, True, NOW)
    held = WindowOrderFacts(replace(order_facts(), showing=showing), True, name, None, True)
    group = Block(1, 1, BlockReason.GROUP, name, 1, NOW, NOW + timedelta(hours=1), None, (1, 2, 31))
    desk = BlockDesk(BlocksFacts(showing, PLAN, (group,), NOW), replace(facts, sale_id=None))
    money = Money(10**9, "CNY")
    drawer = Drawer(1, 1, 2, money, NOW, money, money, NOW, None, None)
    counted = DrawerFacts(drawer, showing.venue, name, money, (1, money), (0, money), ((money, name),), "")
    sent = [
        window(t, on),
        hall(t, facts),
        sale(t, facts, None, Picks((1, 2), (3,))),
        sale(t, facts, Party(((facts.tariff.usual.id, 90),)) if facts.tariff else None, Picks()),
        order(t, held),
        drawers(t, DrawersFacts(counted, (counted,), 1, (showing.venue, showing.venue))),
        closed(t, counted),
        blocks(t, desk, FakeLinks()),
    ]
    assert json.loads(json.dumps(sent)) == json.loads(json.dumps(sent, ensure_ascii=False))
    assert len(hall(t, facts)["plan"]["seats"]) == len(PLAN.seats)
    if name == "Ada":
        assert not re.search("<[a-z]", json.dumps(sent))


def test_what_can_be_done_with_an_order_is_what_the_chat_offers(t: Texts) -> None:
    paid = WindowOrderFacts(order_facts(state=OrderState.PAID), True, "", None, True, papers=2)
    gone = WindowOrderFacts(order_facts(state=OrderState.LET_GO), True, "", None, True)
    held = WindowOrderFacts(order_facts(), True, "", None, False)
    done = {name: {what for what, can in order(t, one)["can"].items() if can} for name, one in
            {"paid": paid, "gone": gone, "held": held}.items()}  # fmt: skip
    assert {"print", "void", "contact"} <= done["paid"]
    assert done["paid"].isdisjoint({"cash", "card", "stop"})
    assert done["gone"].isdisjoint({"cash", "card", "print", "void"})
    assert "card" in done["held"]
    assert "cash" not in done["held"]  # no drawer


def test_the_words_are_complete_in_every_language() -> None:
    english, chinese = page_words(texts("en")), page_words(texts("zh_Hans"))
    assert {key: sorted(PLACEHOLDER.findall(text)) for key, text in english.items()} == {
        key: sorted(PLACEHOLDER.findall(text)) for key, text in chinese.items()
    }
    same = {key for key, text in english.items() if text == chinese[key]}
    assert same == set()


def test_signs_of_the_chat_are_left_out() -> None:
    assert plain("<b>🏪 At the window</b>\n🗓 today &amp; tomorrow\n♿ 1") == "At the window\ntoday & tomorrow\n1"
