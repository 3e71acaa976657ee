"""The window's screens in every language, with ordinary and difficult names, within what Telegram takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.money import Money
from domain.payments.drawer import Drawer
from domain.ticketing.model import BlockReason, OrderState
from domain.ticketing.window_model import Block, Contact
from handlers.ticketing.queries import OrderFacts
from handlers.ticketing.views.order import order_screen
from handlers.ticketing.views.performance import performance_screen
from handlers.ticketing.window.block_views import (
    block_screen,
    blocks_screen,
    places_screen,
    reasons_screen,
    releases_screen,
)
from handlers.ticketing.window.chat_views import phone_screen
from handlers.ticketing.window.drawer_views import (
    closed_screen,
    count_screen,
    drawer_card,
    drawers_screen,
    float_screen,
    pay_out_screen,
)
from handlers.ticketing.window.queries import (
    BlocksFacts,
    DrawerFacts,
    DrawersFacts,
    OnSale,
    WindowFacts,
    WindowOrderFacts,
)
from handlers.ticketing.window.sums import likely_given
from handlers.ticketing.window.views import (
    card_screen,
    cash_screen,
    change_note,
    claim_screen,
    contact_screen,
    orders_screen,
    reason_screen,
    search_screen,
    void_screen,
    window_order_screen,
    window_screen,
)
from handlers.ui.i18n import LOCALES, texts
from handlers.ui.screen import Screen
from tests.support.programme import BIG, NOW
from tests.support.screens import HOSTILE, FakeLinks, check, labels
from tests.support.ticketing import PLAN, SHOWING, hostile_showing, hostile_ticket, line, order, order_facts, sale

each_language = pytest.mark.parametrize("locale", LOCALES)
each_name = pytest.mark.parametrize("name", ["Ada", *HOSTILE], ids=range(len(HOSTILE) + 1))


def order_at(name: str, **change: object) -> WindowOrderFacts:
    """Keywords are of the order."""
    made: OrderFacts = order_facts(**change)  # type: ignore[arg-type]
    showing = SHOWING if name == "Ada" else hostile_showing(name)
    return WindowOrderFacts(replace(made, showing=showing), True, "", Contact(1, name, name, name), True)


def drawer_of(name: str, **change: object) -> DrawerFacts:
    drawer = Drawer(BIG, 1, 2, Money(30_000, "CNY"), NOW, None, None, None, None, None)
    return DrawerFacts(
        drawer=replace(drawer, **change),  # type: ignore[arg-type]
        venue=SHOWING.venue if name == "Ada" else hostile_showing(name).venue,
        clerk=name,
        due=Money(10**9, "CNY"),
        cash=(3, Money(5000, "CNY")),
        card=(0, Money(0, "CNY")),
        pay_outs=tuple((Money(100, "CNY"), name) for _ in range(9)),
        signer=name,
    )


def blocks_of(name: str, seated: bool) -> BlocksFacts:
    block = Block(BIG, 1, BlockReason.GROUP, name, 1, NOW, NOW + timedelta(hours=1), None, (1, 2, 3, 15, 31))
    showing = SHOWING if name == "Ada" else hostile_showing(name)
    return BlocksFacts(showing, PLAN if seated else None, (block,) * 12, NOW)


def screens(locale: str, name: str) -> list[Screen]:
    t = texts(locale)
    showing = SHOWING if name == "Ada" else hostile_showing(name)
    items = tuple(OnSale(showing, 12, state) for state in ("open", "open", "open", "before", "cancelled"))
    unfinished = order([line(1)])
    window = WindowFacts(items, 1, True, NOW.date(), Money(10**9, "CNY"), unfinished, True, NOW)
    held = order_at(name)
    closed = {
        "expected": Money(100, "CNY"),
        "counted": Money(90, "CNY"),
        "closed_at": NOW,
        "signed_by": 1,
        "signed_at": NOW,
    }
    drawer = drawer_of(name)
    blocks = [blocks_of(name, seated) for seated in (True, False)]
    return [
        window_screen(t, window),
        window_screen(t, replace(window, items=(), drawer=None, unfinished=None, reserves=False)),
        window_order_screen(t, held),
        window_order_screen(t, replace(held, at_window=False, drawer=False, contact=None, name=name)),
        window_order_screen(t, order_at(name, state=OrderState.PAID)),
        window_order_screen(t, replace(order_at(name, state=OrderState.PAID), papers=2)),
        window_order_screen(t, order_at(name, state=OrderState.LET_GO)),
        window_order_screen(t, order_at(name, state=OrderState.RESERVED)),
        window_order_screen(t, order_at(name)).with_note(change_note(t, Money(40, "CNY"))),
        cash_screen(t, held),
        card_screen(t, held),
        reason_screen(t, held),
        contact_screen(t, held),
        search_screen(t),
        void_screen(t, held),
        orders_screen(t, "🧾", [held] * 8, t("Nothing."), "wls"),
        orders_screen(t, "🧾", [], t("Nothing."), "wls"),
        claim_screen(t, hostile_ticket(name), BIG),
        drawers_screen(t, DrawersFacts(drawer, (drawer_of(name, **closed),) * 4, 1, (drawer.venue,))),
        drawers_screen(t, DrawersFacts(None, (), 0, (drawer.venue,) * 9)),
        float_screen(t, BIG),
        pay_out_screen(t),
        count_screen(t),
        closed_screen(t, drawer_of(name, **closed)),
        drawer_card(t, drawer_of(name, **closed)),
        drawer_card(t, drawer_of(name, **{**closed, "signed_at": None, "counted": Money(110, "CNY")})),
        *(blocks_screen(t, facts) for facts in blocks),
        *(block_screen(t, replace(facts, blocks=facts.blocks[:1]), FakeLinks()) for facts in blocks),
        *(reasons_screen(t, facts) for facts in blocks),
        *(releases_screen(t, facts, BlockReason.PROMOTER) for facts in blocks),
        *(places_screen(t, facts, BlockReason.HOUSE, 24) for facts in blocks),
        phone_screen(t, BIG),
        order_screen(t, replace(order_facts(state=OrderState.RESERVED), code="ABC234")),
        order_screen(t, replace(order_facts(), reserve_until=NOW)),
    ]


@each_language
@each_name
def test_every_screen_is_one_that_telegram_takes(locale: str, name: str) -> None:
    for screen in screens(locale, name):
        check(screen)


@each_language
def test_choosing_for_a_customer_says_so_and_leads_back_to_the_window(locale: str) -> None:
    t = texts(locale)
    for detail in (False, True):
        screen = performance_screen(t, sale(sale_id=7, buyer_id=3), detail=detail)
        assert t.plain("At the window") in check(screen)
        assert any(t.plain("Window") in label for label in labels(screen))


def test_what_customers_put_down() -> None:
    def given(minor: int, currency: str) -> list[int]:
        return [money.minor for money in likely_given(Money(minor, currency))]

    assert given(76_000, "CNY") == [76_000, 80_000, 100_000]
    assert given(136_000, "CNY") == [136_000, 140_000, 150_000]
    assert given(2_350, "EUR") == [2_350, 2_400, 2_500, 3_000]
    assert given(980, "JPY") == [980, 1000]
