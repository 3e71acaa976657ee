"""The screens of vouchers, memberships, groups and presents: every language, ordinary and difficult names."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.money import Money
from domain.payments.checkout_model import Checkout, CheckoutState, Way
from domain.payments.voucher_model import Voucher, VoucherRules, clean_voucher_code, new_voucher_code
from domain.payments.voucher_ports import VoucherLeft
from domain.ticketing.group_ports import Handout, HandoutKind
from domain.ticketing.member_ports import Membership, MemberTier
from domain.ticketing.model import BlockReason
from domain.ticketing.window_model import Block
from handlers.payments.vouchers.queries import VoucherFacts, VouchersFacts
from handlers.payments.vouchers.views import (
    amounts_screen,
    ask_voucher_at_window_screen,
    ask_voucher_screen,
    given_screen,
    sale_screen,
    voucher_checkout_screen,
    voucher_screen,
    voucher_ways_screen,
    vouchers_screen,
)
from handlers.ticketing.groups.queries import GroupFacts, HandoutFacts
from handlers.ticketing.groups.views import gift_card, group_screen, handed_out_screen, handout_screen, message_screen
from handlers.ticketing.members.queries import FoundMembers, MembershipFacts, TierFacts, TiersFacts
from handlers.ticketing.members.routes import read_tier
from handlers.ticketing.members.views import (
    ask_member_screen,
    choose_member_screen,
    members_screen,
    membership_screen,
    new_tier_screen,
    tier_screen,
    tiers_screen,
)
from handlers.ui.i18n import LOCALES, Texts, texts
from tests.support.programme import BIG, NOW
from tests.support.screens import HOSTILE, FakeLinks, check, labels
from tests.support.ticketing import SHOWING, hostile_showing, line

LINKS = FakeLinks()
EN = texts("en")
LATER = NOW + timedelta(days=400)
VOUCHER = Voucher(BIG, "2346789BCDFG", Money(BIG, "CNY"), 1, None, "", 1, LATER, NOW)
TIER = MemberTier(BIG, 1, "Friends", 0, {"A": 300, "B": 200}, 2)


def made_checkout(way: Way) -> Checkout:
    opened = Checkout(1, None, way, "a" * 32, "Voucher", CheckoutState.OPEN, Money(BIG, "CNY"), NOW, NOW, NOW)
    return replace(opened, address="https://pay.example/1", voucher_sale_id=BIG)


@pytest.fixture(params=LOCALES)
def t(request: pytest.FixtureRequest) -> Texts:
    return texts(request.param)


@pytest.mark.parametrize("text", ["", *HOSTILE])
def test_every_screen_can_be_sent(t: Texts, text: str) -> None:
    showing = hostile_showing(text) if text else SHOWING
    venues = (showing.venue,) * 5
    own = (VoucherLeft(VOUCHER, Money(5, "CNY")),) * 4
    rules = VoucherRules(36, (BIG,) * 6, "CNY")
    tier = replace(TIER, name=text or "Friends", prices={text or "A": BIG})
    members = tuple(Membership(BIG, tier, text[:24] or "M-1", person, LATER) for person in (None, 1)) * 10
    block = Block(BIG, 1, BlockReason.GROUP, text, 1, NOW, NOW + timedelta(days=1), None, tuple(range(1, 200)))
    for screen in (
        vouchers_screen(t, VouchersFacts(own, rules, venues, venues, "Asia/Shanghai"), payable=True),
        vouchers_screen(t, VouchersFacts((), VoucherRules(), (), (), "Asia/Shanghai"), payable=False),
        voucher_screen(t, VoucherFacts(VOUCHER, Money(1, "CNY"), "Asia/Shanghai", LATER, False), LINKS),
        voucher_ways_screen(t, Money(BIG, "CNY"), 36, list(Way), invoice=True),
        *(voucher_checkout_screen(t, made_checkout(way), others=True) for way in Way),
        ask_voucher_screen(t, BIG, own),
        ask_voucher_at_window_screen(t, BIG),
        sale_screen(t, showing.venue),
        given_screen(t, showing.venue),
        amounts_screen(t, showing.venue),
        tiers_screen(t, TiersFacts(((tier, 9),) * 6, venues)),
        tiers_screen(t, TiersFacts((), ())),
        tier_screen(t, TierFacts(tier, showing.venue, members, NOW), LINKS),
        new_tier_screen(t, showing.venue),
        members_screen(t, tier),
        ask_member_screen(t, BIG),
        choose_member_screen(t, FoundMembers(BIG, members[:6], "Asia/Shanghai")),
        *(membership_screen(t, MembershipFacts(members[0], showing.venue, own)) for own in (True, False)),
        group_screen(t, GroupFacts(block, showing, 199, NOW)),
        message_screen(t, BIG),
    ):
        check(screen)
    for kind in HandoutKind:
        handout = Handout(BIG, BIG, 1, kind, (text * 300)[:300], NOW)
        for left in (0, 1, 9):
            facts = HandoutFacts(BIG, handout, showing, left, NOW, {})
            check(handout_screen(t, facts, LINKS))
            check(handed_out_screen(t, facts))
            check(handout_screen(t, replace(facts, handout=replace(handout, closed_at=NOW)), LINKS))
            check(handout_screen(t, replace(facts, handout=None), LINKS))


def test_a_present_says_no_price() -> None:
    facts = HandoutFacts(1, Handout(1, 1, 1, HandoutKind.GIFT, "Enjoy", NOW), SHOWING, 2, NOW, {"en": "House"})
    assert "Enjoy" in repr(gift_card(EN, facts, LINKS).content)
    assert "CN¥" not in repr(gift_card(EN, facts, LINKS)) + handed_out_screen(EN, facts).text


def test_a_leader_may_pay_for_any_number_of_a_class() -> None:
    block = Block(1, 1, BlockReason.GROUP, "", 1, NOW, LATER, None, tuple(range(1, 31)))
    said = labels(group_screen(EN, GroupFacts(block, SHOWING, 30, NOW)))
    assert set(map(str, range(1, 31))) <= set(said)


def test_a_code_is_read_as_people_type_it() -> None:
    code = new_voucher_code()
    assert clean_voucher_code(f" {code[:4].lower()}-{code[4:8]} {code[8:]}") == code
    assert clean_voucher_code(code + "2") is None
    assert clean_voucher_code("AEIOU" + code[5:]) is None


def test_a_tier_takes_a_share_or_what_is_over_its_own_price() -> None:
    place = replace(line(1), category="A", price=Money(333, "CNY"))
    assert replace(TIER, percent=25, prices={}).less(place) == 83
    assert TIER.less(place) == 33
    assert TIER.less(replace(place, price=Money(250, "CNY"))) == 0
    assert TIER.less(replace(place, category="C")) == 0
    assert read_tier("Friends A=3 B=2.50 2", SHOWING.venue).prices == {"A": 300, "B": 250}
