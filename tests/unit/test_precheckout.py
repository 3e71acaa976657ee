"""The answer to a pre-checkout: yes only after the places are kept, and no in time whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from aiogram.types import PreCheckoutQuery

from domain.errors import PaymentRefused
from domain.money import Money
from domain.payments.paying import BeginPayment
from domain.people.model import Actor
from handlers.payments.precheckout import ANSWER_WITHIN, answer_pre_checkout
from handlers.ui.conversation import Conversation
from handlers.ui.i18n import LOCALES
from handlers.ui.talk import Talk
from tests.support.clock import FakeClock
from tests.support.screens import FakeLinks

BUSY = "The house is very busy. You were not charged; please press Pay again in a moment."


@dataclass
class Query:
    """What the handler uses of aiogram's query."""

    invoice_payload: str = "order:7"
    total_amount: int = 136000
    currency: str = "CNY"
    answers: list[tuple[bool, str | None]] = field(default_factory=list)

    async def answer(self, ok: bool, error_message: str | None = None) -> None:
        self.answers.append((ok, error_message))


@dataclass
class Uow:
    outcome: Callable[[], Awaitable[int]]
    works: list[Any] = field(default_factory=list)

    async def write(self, work: Any) -> Any:
        self.works.append(work)
        return await self.outcome()

    async def read(self, work: Any) -> Any:
        raise AssertionError("nothing is read before the money moves")


def talk(uow: Uow, locale: str = "en") -> Talk:
    nothing = cast(Any, None)
    return Talk(Actor(1, locale=locale), Conversation(1), uow, nothing, FakeLinks(), FakeClock(), nothing)


async def asked(query: Query, uow: Uow, *, within: float = 5.0, locale: str = "en") -> None:
    deadline = asyncio.get_running_loop().time() + within
    await answer_pre_checkout(cast(PreCheckoutQuery, query), talk(uow, locale), deadline)


async def kept() -> int:
    return 7


async def never() -> int:
    await asyncio.Event().wait()
    return 7


async def test_yes_once_the_places_are_kept() -> None:
    query, uow = Query(), Uow(kept)
    await asked(query, uow)
    assert query.answers == [(True, None)]
    assert uow.works == [BeginPayment(1, 7, Money(136000, "CNY"))]


async def test_a_database_that_stalls_is_a_no_in_time() -> None:
    query = Query()
    await asked(query, Uow(never), within=0.05)
    assert query.answers == [(False, BUSY)]


async def test_without_a_deadline_it_is_ours() -> None:
    query = Query()
    assert ANSWER_WITHIN < 10
    await answer_pre_checkout(cast(PreCheckoutQuery, query), talk(Uow(kept)))
    assert query.answers == [(True, None)]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("reason", ["payer", "amount", "hold", "order", "paid", "busy"])
async def test_every_refusal_says_why(reason: str, locale: str) -> None:
    async def refused() -> int:
        raise PaymentRefused(reason)

    query = Query()
    await asked(query, Uow(refused), locale=locale)
    ((ok, why),) = query.answers
    assert not ok
    assert why


async def test_what_breaks_is_a_no_and_is_not_swallowed() -> None:
    async def broken() -> int:
        raise OSError("disk full")

    query = Query()
    with pytest.raises(OSError, match="disk full"):
        await asked(query, Uow(broken))
    assert query.answers == [(False, BUSY)]


async def test_a_payload_of_somebody_else_s_making_is_no_order() -> None:
    query, uow = Query(invoice_payload="order:7;drop"), Uow(kept)
    await asked(query, uow)
    assert uow.works[0].order_id == 0
