"""Vouchers: in part, in whole, with other money, and back; two people who spend the same one at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from domain.errors import BadInput, HoldEnded, NotFound
from domain.money import Money
from domain.payments.checkout import OpenVoucherCheckout, SettleCheckout
from domain.payments.checkout_model import Paid, Way
from domain.payments.model import Captured, ChargeFate
from domain.payments.paying import PayNothing
from domain.payments.voucher_model import VoucherRules
from domain.payments.voucher_selling import BuyVoucher
from domain.payments.vouchers import DropVouchers, GiveVoucher, KeepVoucher, UseVoucher, left_of
from domain.people.model import Grant, Role
from domain.ports import Tx
from domain.ticketing.cancelling import CancelTickets
from domain.ticketing.holding import ExpireOrders, LetGo
from storage.repositories import vouchers
from storage.unit_of_work import UnitOfWork
from tests.races.meanwhile import Meanwhile
from tests.support.clock import FakeClock
from tests.support.house import SmallHouse, somebody
from tests.support.invariants import check_invariants, violations
from tests.support.selling import PRICE, captured, hold, people, seated_house

postgresql_only = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)


async def bought(uow: UnitOfWork, buyer: int, minor: int, charge: str = "v1") -> tuple[int, str]:
    """The voucher's id and its code."""
    outcome = await uow.write(BuyVoucher(Captured("test", charge, "", 0, Money(minor, "EUR"), buyer)))
    voucher_id = outcome["voucher_id"]
    voucher = await uow.read(lambda tx: tx.payments.voucher(voucher_id))
    assert voucher is not None
    return voucher_id, voucher.code


async def left(uow: UnitOfWork, voucher_id: int) -> int:
    def look(tx: Tx) -> int:
        voucher = tx.payments.voucher(voucher_id)
        assert voucher is not None
        return left_of(tx, voucher).minor

    return await uow.read(look)


async def to_pay(uow: UnitOfWork, order_id: int) -> int:
    order = await uow.read(lambda tx: tx.ticketing.order(order_id))
    assert order is not None
    return order.total.minor


async def cancel(uow: UnitOfWork, buyer: int, order_id: int) -> None:
    tickets = await uow.read(lambda tx: tx.ticketing.tickets_of_order(order_id))
    await uow.write(CancelTickets(buyer, tuple(ticket.id for ticket in tickets)))


async def test_a_voucher_pays_in_part_and_in_whole_and_gets_back_what_it_paid(
    uow: UnitOfWork, clock: FakeClock
) -> None:
    house = await uow.write(seated_house)
    (ada,) = await people(uow, 1)
    price = PRICE.minor
    voucher_id, code = await bought(uow, ada, price + 100)
    again = await uow.write(BuyVoucher(Captured("test", "v1", "", 0, Money(price + 100, "EUR"), ada)))
    assert again["voucher_id"] == voucher_id
    first = await uow.write(hold(house, ada, 1, 2))
    await uow.write(UseVoucher(ada, first, f" {code[:4]}-{code[4:].lower()}"))
    await uow.write(UseVoucher(ada, first, code))
    assert (await to_pay(uow, first), await left(uow, voucher_id)) == (price - 100, 0)
    await uow.write(DropVouchers(ada, first))
    assert (await to_pay(uow, first), await left(uow, voucher_id)) == (2 * price, price + 100)
    await uow.write(UseVoucher(ada, first, code))
    await uow.write(LetGo(ada, first))
    assert await left(uow, voucher_id) == price + 100
    second = await uow.write(hold(house, ada, 1, 2))
    await uow.write(UseVoucher(ada, second, code))
    assert (await uow.write(captured(second, ada, price - 100)))["fate"] == "tickets"
    await check_invariants(uow)
    await cancel(uow, ada, second)
    assert await left(uow, voucher_id) == price + 100
    whole = await uow.write(hold(house, ada, 3))
    await uow.write(UseVoucher(ada, whole, code))
    assert await to_pay(uow, whole) == 0
    await uow.write(PayNothing(ada, whole))
    assert await left(uow, voucher_id) == 100
    await check_invariants(uow)


async def test_what_a_voucher_is_not_good_for(uow: UnitOfWork, clock: FakeClock) -> None:
    house, (ada, ben) = await uow.write(seated_house), await people(uow, 2)

    def manager(tx: Tx) -> int:
        person_id = somebody(tx, "Manager")
        tx.people.grant(person_id, Grant(Role.MANAGER, house.venue_id), None, tx.now)
        return person_id

    by = await uow.write(manager)
    until = clock.now() + timedelta(days=2)
    for wrong, why in (
        ((0, until, "sorry"), "bad_sum"),
        ((1, clock.now(), "x"), "code_past"),
        ((1, until, ""), "no_reason"),
    ):
        with pytest.raises(BadInput) as error:
            await uow.write(GiveVoucher(by, house.venue_id, *wrong))
        assert error.value.reason == why
    given = await uow.write(GiveVoucher(by, house.venue_id, PRICE.minor, until, "for the cold hall"))
    await uow.write(KeepVoucher(ben, given))
    voucher = (await uow.read(lambda tx: tx.payments.vouchers_of(ben, 9)))[0]
    order_id = await uow.write(hold(house, ada, 1))
    with pytest.raises(NotFound):
        await uow.write(UseVoucher(ben, order_id, voucher.code))
    for code, why in (("", "no_voucher"), ("2222 2222 2222", "no_voucher")):
        with pytest.raises(BadInput) as error:
            await uow.write(UseVoucher(ada, order_id, code))
        assert error.value.reason == why
    await uow.write(UseVoucher(ada, order_id, voucher.code))
    await uow.write(PayNothing(ada, order_id))
    rest = await uow.write(hold(house, ada, 2))
    with pytest.raises(BadInput) as error:
        await uow.write(UseVoucher(ada, rest, voucher.code))
    assert error.value.reason == "voucher_empty"
    clock.advance(timedelta(days=3))
    await cancel(uow, ada, order_id)  # the voucher's end has passed, and moves
    again = await uow.write(hold(house, ada, 3))
    await uow.write(UseVoucher(ada, again, voucher.code))
    await check_invariants(uow)


async def test_late_money_finds_the_voucher_spent(uow: UnitOfWork, clock: FakeClock) -> None:
    """An order that ran out keeps nothing of its voucher; what comes for it late goes back."""
    house, (ada, ben) = await uow.write(seated_house), await people(uow, 2)
    voucher_id, code = await bought(uow, ada, 500)
    late = await uow.write(hold(house, ada, 1))
    await uow.write(UseVoucher(ada, late, code))
    clock.advance(timedelta(hours=1))
    await uow.write(ExpireOrders())
    other = await uow.write(hold(house, ben, 2))
    await uow.write(UseVoucher(ben, other, code))
    outcome = await uow.write(captured(late, ada, PRICE.minor - 500))
    assert outcome["fate"] == "late"
    assert await left(uow, voucher_id) == 0
    await uow.write(LetGo(ben, other))
    whole, place = await bought(uow, ada, PRICE.minor, "v2")
    mine = await uow.write(hold(house, ada, 4))
    await uow.write(UseVoucher(ada, mine, place))
    clock.advance(timedelta(hours=1))
    await uow.write(ExpireOrders())
    with pytest.raises(HoldEnded):
        await uow.write(PayNothing(ada, mine))
    assert await left(uow, whole) == PRICE.minor
    await check_invariants(uow)


async def rivals_of(uow: UnitOfWork, charge: str) -> tuple[str, list[int], list[int]]:
    """A voucher for one seat, and people who hold one each."""
    house: SmallHouse = await uow.write(seated_house)
    rivals = await people(uow, 3)
    _, code = await bought(uow, rivals[0], PRICE.minor, charge)
    return code, rivals, [await uow.write(hold(house, rival, place)) for place, rival in enumerate(rivals, 1)]


async def test_two_spend_the_same_voucher_at_once(uow: UnitOfWork) -> None:
    """Defence: the voucher's row lock on PostgreSQL, the one writer on SQLite."""
    for number in range(4):
        code, rivals, orders = await rivals_of(uow, f"v{number}")
        uses = (uow.write(UseVoucher(*pair, code)) for pair in zip(rivals, orders, strict=True))
        outcomes = await asyncio.gather(*uses, return_exceptions=True)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["BadInput", "BadInput", "int"]
    await check_invariants(uow)


@postgresql_only
async def test_without_the_lock_both_spend_it(
    uow: UnitOfWork, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: the second comes where the first has counted and not yet written."""
    unlocked = vouchers._ALL.where(vouchers._v.code == vouchers.bindparam("code"))
    monkeypatch.setattr(vouchers, "_BY_CODE", unlocked)
    code, (ada, ben, _), (first, second, _) = await rivals_of(uow, "v")
    watcher = await asyncpg.connect(database_url)
    meanwhile = Meanwhile(watcher, monkeypatch)
    meanwhile.after(vouchers.Vouchers, "voucher_spent", lambda: uow.write(UseVoucher(ben, second, code)))
    outcomes = [await uow.write(UseVoucher(ada, first, code)), await meanwhile.done()]
    await watcher.close()
    assert [type(outcome) for outcome in outcomes] == [int, int]
    assert any(fault.startswith("a voucher is never spent") for fault in await violations(uow))


def hasty(self: vouchers.Vouchers, voucher_id: int, *, but_order: int = 0) -> int:
    """Counts nothing."""
    return 0


async def test_without_counting_it_is_spent_by_all(uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control on both databases."""
    monkeypatch.setattr(vouchers.Vouchers, "voucher_spent", hasty)
    code, rivals, orders = await rivals_of(uow, "v")
    for pair in zip(rivals, orders, strict=True):
        await uow.write(UseVoucher(*pair, code))
    assert any(fault.startswith("a voucher is never spent") for fault in await violations(uow))


ASKED = Money(5000, "EUR")


async def asked_for(uow: UnitOfWork, number: int = 0) -> list[SettleCheckout]:
    """The news of two payments for one voucher that somebody wants to buy."""
    (ada,) = await people(uow, 1)
    await uow.write(lambda tx: tx.payments.put_voucher_rules(VoucherRules(12, (ASKED.minor,), "EUR")))
    checkout_id = await uow.write(OpenVoucherCheckout(ada, ASKED, Way.STRIPE, "Voucher"))
    checkout = await uow.read(lambda tx: tx.payments.checkout(checkout_id))
    assert checkout is not None
    return [SettleCheckout("stripe", Paid(checkout.reference, f"pi_{number}_{each}", ASKED)) for each in range(2)]


async def test_two_payments_for_one_voucher_come_at_once_and_again(uow: UnitOfWork) -> None:
    """Defence: the lock of what was asked for on PostgreSQL, the one writer on SQLite."""
    for number in range(4):
        first, second = await asked_for(uow, number)
        fates = await asyncio.gather(*(uow.write(news) for news in (first, second, second, first)))
        assert sorted(fates) == [ChargeFate.DUPLICATE] * 2 + [ChargeFate.VOUCHER] * 2
    await check_invariants(uow)


@postgresql_only
async def test_without_the_lock_both_payments_buy_one(
    uow: UnitOfWork, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: the second comes where the first has seen that nothing is paid."""
    first, second = await asked_for(uow)
    monkeypatch.setattr(vouchers, "_SALE_LOCKED", vouchers._SALE)
    watcher = await asyncpg.connect(database_url)
    meanwhile = Meanwhile(watcher, monkeypatch)
    meanwhile.after(vouchers.Vouchers, "voucher_sale", lambda: uow.write(second))
    fates = [await uow.write(first), await meanwhile.done()]
    await watcher.close()
    assert fates == [ChargeFate.VOUCHER, ChargeFate.VOUCHER]
