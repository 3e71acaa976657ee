"""Invoices and how they are paid: pre-checkout, its ten seconds, capture, the message that it has succeeded.

https://core.telegram.org/bots/payments
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass

from . import errors as E
from .errors import ApiError
from .provider import Provider
from .wire import Json
from .world import Bot, Chat, Message, World

PRE_CHECKOUT_SECONDS = 10.0
"""How long a bot may take to answer a pre-checkout query."""
OUTCOMES = ("paid", "declined", "abandoned")


@dataclass(frozen=True, slots=True)
class Plan:
    """How a person pays.

    `outcome`: `paid`; `declined`, the bank refuses after the bot has agreed; `abandoned`, the person never finishes
    after the bot has agreed. `delay`: seconds between the bot's consent and the bank's. `lost`: the money is taken,
    but Telegram's message about it never reaches the bot.
    """

    outcome: str = "paid"
    delay: float = 0.0
    lost: bool = False


class Checkout:
    """Everything between an invoice and its money."""

    def __init__(self, world: World, provider: Provider, timeout: float) -> None:
        self._world = world
        self.provider = provider
        self._timeout = timeout
        self._asked: dict[tuple[int, str], asyncio.Future[str]] = {}
        self._links: dict[str, Json] = dict(world.store.load("invoice_link"))
        self._payments: dict[str, Json] = dict(world.store.load("payment"))

    # -- the bot's side

    def create_link(self, bot: Bot, invoice: Json) -> str:
        """A link that anybody can pay, more than once."""
        slug = f"{bot.id % 10_000}{secrets.token_urlsafe(9)}"
        self._links[slug] = invoice
        self._world.store.put("invoice_link", slug, invoice)
        return f"https://t.me/${slug}"

    def linked(self, link: str) -> Json | None:
        """The invoice behind a link."""
        return self._links.get(link.rpartition("$")[2])

    def answer(self, bot: Bot, query_id: str, error: str) -> None:
        """The bot answers a pre-checkout query, `error` being "" for yes. Raises ApiError when nobody waits for it."""
        asked = self._asked.pop((bot.id, query_id), None)
        if asked is None or asked.done():
            raise ApiError(E.QUERY_TOO_OLD)
        asked.set_result(error)

    def refund_stars(self, bot: Bot, user_id: int, charge_id: str) -> None:
        """Give Stars back. Raises ApiError when there is no such payment or it was refunded already."""
        payment = self._payments.get(charge_id)
        if payment is None or payment["bot"] != bot.id or payment["user"] != user_id or payment["currency"] != "XTR":
            raise ApiError(E.CHARGE_NOT_FOUND)
        if payment["refunded"]:
            raise ApiError(E.CHARGE_ALREADY_REFUNDED)
        payment["refunded"] = int(self._world.clock())
        self._world.store.put("payment", charge_id, payment)
        chat = self._world.chat(bot, self._world.people[user_id])
        content = {"refunded_payment": _payment_fields(payment)}
        message = self._world.add_message(bot, chat, content, outgoing=True)
        bot.updates.push("message", self._world.shown(chat, message), f"message:{user_id}")

    def star_transactions(self, bot: Bot) -> list[Json]:
        """The bot's payments and refunds in Stars, oldest first, as StarTransaction objects."""
        found: list[Json] = []
        for payment in self._payments.values():
            if payment["bot"] != bot.id or payment["currency"] != "XTR":
                continue
            partner = {
                "type": "user",
                "transaction_type": "invoice_payment",
                "user": self._world.people[payment["user"]].as_user(),
                "invoice_payload": payment["payload"],
            }
            base = {"id": payment["telegram_charge"], "amount": payment["amount"]}
            found.append(base | {"date": payment["date"], "source": partner})
            if payment["refunded"]:
                found.append(base | {"date": payment["refunded"], "receiver": partner})
        return found

    # -- the person's side

    async def pay(self, bot: Bot, payer: Chat, invoice: Json, message: Message | None, plan: Plan) -> Json:
        """A person pays; `{status, error?}` as /client/pay answers it."""
        error = await self._ask(bot, payer, invoice)
        if error is None:
            return {"status": "timeout", "error": "The bot did not answer the pre-checkout query in time."}
        if error:
            return {"status": "refused", "error": error}
        if plan.outcome == "abandoned":
            return {"status": "abandoned"}
        if plan.delay:
            await asyncio.sleep(plan.delay)
        if plan.outcome == "declined":
            return {"status": "declined", "error": "The bank has declined the payment."}
        payment = self._capture(bot, payer, invoice)
        if message is not None and message.invoice is not None:
            message.invoice["paid_by"].append(payer.person.id)
            self._world.paid(bot, message)
        self._succeed(bot, payer, payment, plan.lost)
        return {"status": "paid", "telegram_payment_charge_id": payment["telegram_charge"]}

    async def _ask(self, bot: Bot, payer: Chat, invoice: Json) -> str | None:
        """The bot's answer to the pre-checkout query: "" is yes, None is none."""
        query_id = str(40_000_000_000 + self._world.number(bot, "pre_checkout"))
        asked: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._asked[bot.id, query_id] = asked
        query = {
            "id": query_id,
            "from": payer.person.as_user(),
            "currency": invoice["currency"],
            "total_amount": invoice["total_amount"],
            "invoice_payload": invoice["payload"],
        }
        bot.updates.push("pre_checkout_query", query, f"pre_checkout:{payer.person.id}")
        self._world.store.flush()
        try:
            return await asyncio.wait_for(asked, self._timeout)
        except TimeoutError:
            return None
        finally:
            self._asked.pop((bot.id, query_id), None)

    def _capture(self, bot: Bot, payer: Chat, invoice: Json) -> Json:
        number = self._world.number(bot, "payment")
        telegram_charge = f"{bot.id}_{payer.person.id}_{number}_{secrets.token_hex(6)}"
        payment: Json = {
            "bot": bot.id,
            "user": payer.person.id,
            "currency": invoice["currency"],
            "amount": invoice["total_amount"],
            "payload": invoice["payload"],
            "telegram_charge": telegram_charge,
            "provider_charge": f"{payer.person.id}_{number}",
            "date": int(self._world.clock()),
            "refunded": 0,
        }
        if invoice["currency"] != "XTR":
            payment["provider_charge"] = self.provider.capture(
                invoice["provider_token"],
                invoice["total_amount"],
                invoice["currency"],
                {
                    "invoice_payload": invoice["payload"],
                    "telegram_payment_charge_id": telegram_charge,
                    "telegram_user_id": payer.person.id,
                },
            )
        self._payments[telegram_charge] = payment
        self._world.store.put("payment", telegram_charge, payment)
        return payment

    def _succeed(self, bot: Bot, payer: Chat, payment: Json, lost: bool) -> None:
        content = {"successful_payment": _payment_fields(payment)}
        payer.started = True
        message = self._world.add_message(bot, payer, content, outgoing=True)
        if not lost:
            bot.updates.push("message", self._world.shown(payer, message), f"message:{payer.person.id}")


def _payment_fields(payment: Json) -> Json:
    return {
        "currency": payment["currency"],
        "total_amount": payment["amount"],
        "invoice_payload": payment["payload"],
        "telegram_payment_charge_id": payment["telegram_charge"],
        "provider_payment_charge_id": payment["provider_charge"],
    }
