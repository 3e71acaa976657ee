"""The screens of paying outside the messenger, in every language; the code that another phone scans."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image

from bot.adapters.pictures import draw
from domain.money import Money
from domain.payments.checkout import TITLE_MOST
from domain.payments.checkout_model import Checkout, CheckoutState, Way
from handlers.payments.checkout_pages import BUSY, OVER, THANKS, page
from handlers.payments.checkout_views import checkout_screen, checkout_title, ways_screen
from handlers.ui.i18n import LOCALES, Texts, texts
from handlers.ui.pictures import PayCode
from tests.support.programme import NOW, hostile_event
from tests.support.screens import HOSTILE, check, data_of, labels
from tests.support.ticketing import hostile_showing, order_facts

SUM = Money(136000, "CNY")


@pytest.fixture(params=LOCALES)
def t(request: pytest.FixtureRequest) -> Texts:
    return texts(request.param)


def made(way: Way) -> Checkout:
    address = "weixin://wxpay/bizpayurl?pr=p4lpSuKzz" if way is Way.WECHATPAY else "https://pay.example/1"
    until = NOW + timedelta(minutes=30)
    return Checkout(1, 3, way, "a" * 32, "New World", CheckoutState.OPEN, SUM, NOW, until, NOW, address=address)


def test_every_way_has_its_button(t: Texts) -> None:
    screen = ways_screen(t, order_facts(), list(Way), invoice=True)
    check(screen)
    assert len(labels(screen)) == len(set(labels(screen)))
    assert [row[0].data for row in screen.keyboard[:-1]] == ["payby:3:invoice", *(f"payby:3:{way}" for way in Way)]
    assert len(ways_screen(t, order_facts(), [Way.STRIPE], invoice=False).keyboard) == 2


@pytest.mark.parametrize("way", Way)
def test_where_to_pay(t: Texts, way: Way) -> None:
    screen = checkout_screen(t, order_facts(), made(way), others=True)
    assert t.money(SUM) in check(screen)
    assert data_of(screen, t.plain("Another way to pay")) == "pay:3"
    links = [button.url for row in screen.keyboard for button in row if button.url]
    assert links == ([] if way is Way.WECHATPAY else ["https://pay.example/1"])
    assert (screen.picture is None) == bool(links)
    alone = checkout_screen(t, order_facts(), made(way), others=False)
    assert len(alone.keyboard) == len(screen.keyboard) - 1


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("way", Way)
def test_difficult_names(t: Texts, text: str, way: Way) -> None:
    facts = replace(order_facts(event=hostile_event(text)), showing=hostile_showing(text))
    check(ways_screen(t, facts, list(Way), invoice=True))
    check(checkout_screen(t, facts, replace(made(way), title=checkout_title(t, facts)), others=True))
    assert 0 < len(checkout_title(t, facts)) <= TITLE_MOST


def test_what_fits_which_money() -> None:
    assert [way for way in Way if way.fits("CNY")] == list(Way)
    assert [way for way in Way if way.fits("EUR")] == [Way.STRIPE]
    assert [way for way in Way if way.fits("XTR")] == []


def test_the_code_can_be_scanned() -> None:
    payload = "weixin://wxpay/bizpayurl?pr=p4lpSuKzz"
    drawn = Image.open(io.BytesIO(draw(PayCode("自新大陆 · 3月1日周一 20:45", "¥1,360", payload, "微信支付"))))
    (code,) = zxingcpp.read_barcodes(drawn)
    assert code.text == payload


@pytest.mark.parametrize("said", [THANKS, OVER, BUSY])
def test_a_page_speaks_both_languages_and_leads_back(said: str) -> None:
    shown = page(said, "https://t.me/foyer_test_bot")
    for locale in LOCALES:
        assert texts(locale).plain(said) in shown
    assert shown.count('href="https://t.me/foyer_test_bot"') == len(LOCALES)
    assert "<script" not in shown
