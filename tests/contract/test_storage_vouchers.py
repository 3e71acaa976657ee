"""What vouchers, memberships and links for many tickets keep; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.errors import Contended
from domain.money import Money
from domain.payments.model import Charge, ChargeFate
from domain.payments.voucher_model import Voucher, VoucherRules, VoucherSale, VoucherUse
from domain.ports import Tx
from domain.records.usecases import ForgetMe, MyData
from domain.ticketing.group_ports import HandoutKind
from domain.ticketing.member_ports import MemberTier
from domain.ticketing.window_model import Contact
from storage.unit_of_work import UnitOfWork
from tests.support.clock import START
from tests.support.selling import PRICE, buy, hold, people, seated_house

CODE = "2346789BCDFG"
UNTIL = START + timedelta(days=30)


async def test_rules_are_one_row(uow: UnitOfWork) -> None:
    assert await uow.read(lambda tx: tx.payments.voucher_rules()) == VoucherRules()
    for rules in (VoucherRules(12, (100, 200), "EUR"), VoucherRules(24, (), "EUR")):
        await uow.write(lambda tx, rules=rules: tx.payments.put_voucher_rules(rules))  # type: ignore[misc]
        assert await uow.read(lambda tx: tx.payments.voucher_rules()) == rules


async def test_one_voucher_is_asked_for_until_it_is_paid(uow: UnitOfWork) -> None:
    (ada, ben) = await people(uow, 2)
    amount = Money(5000, "EUR")

    def work(tx: Tx) -> list[int]:
        asked = [tx.payments.ask_voucher_sale(*each, tx.now) for each in ((ada, amount), (ada, amount), (ben, amount))]
        charge = Charge(0, "stripe", "pi_1", "", None, ada, amount, tx.now, ChargeFate.VOUCHER)
        charge_id = tx.payments.add_charge(charge)
        assert charge_id is not None
        tx.payments.pay_voucher_sale(asked[0], charge_id)
        assert tx.payments.voucher_sale(asked[0], lock=True) == VoucherSale(asked[0], ada, amount, charge_id)
        return [*asked, tx.payments.ask_voucher_sale(ada, amount, tx.now)]

    first, again, bens, next_one = await uow.write(work)
    assert (first == again, len({first, bens, next_one})) == (True, 3)


async def test_what_is_used_is_counted_while_the_order_may_be_paid(uow: UnitOfWork) -> None:
    house, (ada,) = await uow.write(seated_house), await people(uow, 1)
    order_id = await uow.write(hold(house, ada, 1))
    wanted = Voucher(0, CODE, Money(700, "EUR"), ada, ada, "sorry", None, UNTIL, START)

    def work(tx: Tx) -> tuple[int, ...]:
        id = tx.payments.add_voucher(wanted)
        with pytest.raises(Contended):
            tx.payments.add_voucher(wanted)
        tx.payments.use_voucher(VoucherUse(order_id, id, Money(600, "EUR")), tx.now)
        used = tx.ticketing.order(order_id)
        spent = tx.payments.voucher_spent(id), tx.payments.voucher_spent(id, but_order=order_id)
        assert tx.payments.voucher_uses(order_id) == [VoucherUse(order_id, id, Money(600, "EUR"))]
        tx.payments.drop_vouchers(order_id)
        whole = tx.ticketing.order(order_id)
        assert used is not None
        assert whole is not None
        tx.payments.prolong_voucher(id, UNTIL - timedelta(days=1))
        tx.payments.keep_voucher(id, ada)
        by_code = tx.payments.voucher_by_code(CODE)
        assert by_code is not None
        assert by_code.valid_until == UNTIL
        return *spent, used.total.minor, used.voucher, whole.total.minor, whole.voucher, tx.payments.voucher_spent(id)

    assert await uow.write(work) == (600, 0, PRICE.minor - 600, 600, PRICE.minor, 0, 0)


async def test_memberships_are_found_by_person_and_house(uow: UnitOfWork) -> None:
    house, (ada, ben) = await uow.write(seated_house), await people(uow, 2)
    tier = MemberTier(0, house.venue_id, "Friends", 0, {"A": 900}, 2)

    def work(tx: Tx) -> list[int]:
        tier_id = tx.ticketing.add_tier(tier, ben, tx.now)
        id = tx.ticketing.add_membership(tier_id, "M-1", UNTIL, ben, tx.now)
        assert tx.ticketing.memberships_of(ada, house.venue_id) == []
        tx.ticketing.take_membership(id, ada, tx.now)
        (found,) = tx.ticketing.memberships_of(ada, house.venue_id)
        assert (found.id, found.number, found.tier.prices, found.is_good(tx.now)) == (id, "M-1", {"A": 900}, True)
        assert tx.ticketing.memberships_of(ada, house.venue_id + 1) == []
        assert [count for _, count in tx.ticketing.tiers([house.venue_id], 9)] == [1]
        tx.ticketing.add_membership(tier_id, "M-2", UNTIL, ben, tx.now)
        tx.window.put_contact(Contact(ada, phone="+4989123456"), tx.now)
        for said, phone, ids in (("m-1", "", [id]), ("x", "3456", [id]), ("x", "", []), ("x", "9999", [])):
            assert [one.id for one in tx.ticketing.find_memberships(house.venue_id, said, phone, 9)] == ids
        assert tx.ticketing.find_memberships(house.venue_id + 1, "M-1", "3456", 9) == []
        ended = [tx.ticketing.end_membership(id, tx.now) for _ in range(2)]
        assert [one.number for one in tx.ticketing.memberships(tier_id, 9)] == ["M-2"]
        assert tx.ticketing.find_memberships(house.venue_id, "M-1", "3456", 9) == []
        return [int(one) for one in ended]

    assert await uow.write(work) == [1, 0]


async def test_a_link_for_tickets_is_one_for_each_order_and_its_words_are_forgotten(uow: UnitOfWork) -> None:
    house, (ada,) = await uow.write(seated_house), await people(uow, 1)
    (ticket_id,) = await buy(uow, house, ada, 1)

    def work(tx: Tx) -> int:
        ticket = tx.ticketing.ticket(ticket_id)
        assert ticket is not None
        first = tx.ticketing.put_handout(ticket.order_id, ada, HandoutKind.GROUP, "", tx.now)
        tx.ticketing.close_handout(first, tx.now)
        again = tx.ticketing.put_handout(ticket.order_id, ada, HandoutKind.GIFT, "For you", tx.now)
        assert again == first
        tx.payments.add_voucher(Voucher(0, CODE, Money(700, "EUR"), ada, ada, "sorry", None, UNTIL, START))
        return first

    handout_id = await uow.write(work)
    mine = await uow.read(MyData(ada))
    assert (mine["handout"][0]["message"], mine["voucher"][0]["code"]) == ("For you", CODE)
    await uow.write(ForgetMe(ada))
    handout = await uow.read(lambda tx: tx.ticketing.handout(handout_id))
    assert handout is not None
    assert (handout.message, handout.closed_at is None) == ("", False)
    assert await uow.read(lambda tx: tx.payments.vouchers_of(ada, 9)) == []
