"""What a person does with buttons: press them, pay, forward an invoice to a friend."""

from __future__ import annotations

from aiohttp import web

from .acts import Acts, contact_content, location_content
from .callbacks import Callbacks
from .checkout import OUTCOMES, Checkout, Plan
from .people import Act, Impossible, Phones, number, whole
from .wire import Json
from .world import Bot, Chat, Message


class Pressing:
    """Buttons of every kind."""

    def __init__(self, phones: Phones, acts: Acts, callbacks: Callbacks, checkout: Checkout) -> None:
        self._world = phones.world
        self._phones = phones
        self._acts = acts
        self._callbacks = callbacks
        self._checkout = checkout

    def routes(self) -> list[web.RouteDef]:
        """The calls about buttons."""
        acts: dict[str, Act] = {"press": self._press, "pay": self._pay, "forward": self._forward}
        return [web.post(f"/client/{name}", self._phones.answering(act)) for name, act in acts.items()]

    def _press(self, body: Json) -> Json:
        bot, chat = self._phones.chat(body)
        if body.get("text") is None and body.get("data") is None:
            raise Impossible("text, the button's label, or data is needed.")
        if body.get("message_id") is None:
            pressed = self._press_keyboard(bot, chat, body)
            if pressed is not None:
                return pressed
            message, button = _newest_button(chat, body)
        else:
            message = self._phones.message(chat, whole(body, "message_id"))
            button = _button_of(message, body)
        if "callback_data" in button:
            query_id = self._callbacks.press(bot, chat, message, button["callback_data"])
            return {"callback_query_id": str(query_id)}
        if "url" in button:
            return {"url": button["url"]}
        if "web_app" in button:
            return {"url": button["web_app"]["url"], "web_app": True}
        if "copy_text" in button:
            return {"copied": button["copy_text"]["text"]}
        if "pay" in button:
            raise Impossible("This is a Pay button: use POST /client/pay.")
        raise Impossible("The local messenger has no inline mode.")

    def _press_keyboard(self, bot: Bot, chat: Chat, body: Json) -> Json | None:
        rows = (chat.keyboard or {}).get("keyboard", [])
        for button in (button for row in rows for button in row):
            if button["text"] != body.get("text"):
                continue
            if button.get("request_contact"):
                return self._acts.share(bot, chat, contact_content(chat.person, {}))
            if button.get("request_location"):
                return self._acts.share(bot, chat, location_content(body))
            if "web_app" in button:
                return {"url": button["web_app"]["url"], "web_app": True}
            return self._acts.write(bot, chat, button["text"])
        return None

    # -- money

    async def _pay(self, body: Json) -> Json:
        bot, chat = self._phones.chat(body)
        plan = Plan(str(body.get("outcome") or "paid"), number(body, "delay", 0.0), bool(body.get("lost")))
        if plan.outcome not in OUTCOMES:
            raise Impossible(f"outcome is one of {', '.join(OUTCOMES)}.")
        payer = chat
        if body.get("payer") is not None:
            payer = self._world.chat(bot, self._phones.person(body, "payer"))
        if body.get("link"):
            invoice = self._checkout.linked(str(body["link"]))
            if invoice is None:
                raise Impossible("There is no invoice behind this link.", 404)
            return await self._checkout.pay(bot, payer, invoice, None, plan)
        message = self._phones.message(chat, whole(body, "message_id"))
        self._check_payable(bot, message, payer, chat)
        assert message.invoice is not None
        return await self._checkout.pay(bot, payer, message.invoice, message, plan)

    def _check_payable(self, bot: Bot, message: Message, payer: Chat, chat: Chat) -> None:
        """An invoice with a start parameter belongs to its chat and is paid once; one without may be paid by many."""
        invoice = message.invoice
        if invoice is None:
            raise Impossible("This message is no invoice.")
        if not invoice["start_parameter"]:
            return
        if payer is not chat:
            link = f"https://t.me/{bot.profile.username}?start={invoice['start_parameter']}"
            raise Impossible("A forwarded copy of this invoice has a link to the bot, not a Pay button.", url=link)
        if invoice["paid_by"]:
            raise Impossible("This invoice is paid: its button shows the receipt now.")

    def _forward(self, body: Json) -> Json:
        """Somebody forwards a message of the bot to a friend: the button under the friend's copy."""
        bot, chat = self._phones.chat(body)
        message = self._phones.message(chat, whole(body, "message_id"))
        if message.body.get("has_protected_content"):
            raise Impossible("The bot has protected this message: it cannot be forwarded.")
        invoice = message.invoice
        if invoice is not None and invoice["start_parameter"]:
            link = f"https://t.me/{bot.profile.username}?start={invoice['start_parameter']}"
            return {"button": {"text": f"Pay {invoice['label']}", "url": link}}
        return {"button": {"text": f"Pay {invoice['label']}", "pay": True}} if invoice is not None else {}


def _matches(button: Json, body: Json) -> bool:
    if body.get("data") is not None:
        return bool(button.get("callback_data") == body["data"])
    return bool(button["text"] == body.get("text"))


def _buttons(message: Message) -> list[Json]:
    rows = message.body.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def _button_of(message: Message, body: Json) -> Json:
    for button in _buttons(message):
        if _matches(button, body):
            return button
    labels = ", ".join(repr(button["text"]) for button in _buttons(message)) or "none"
    wanted = body.get("data") if body.get("data") is not None else body.get("text")
    raise Impossible(f"Message {message.id} has no button {wanted!r}; its buttons: {labels}.", 404)


def _newest_button(chat: Chat, body: Json) -> tuple[Message, Json]:
    for message in reversed(chat.messages.values()):
        for button in _buttons(message):
            if _matches(button, body):
                return message, button
    wanted = body.get("data") if body.get("data") is not None else body.get("text")
    raise Impossible(f"{chat.person.first_name} sees no button {wanted!r}.", 404)
