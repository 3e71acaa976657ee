"""Secret codes never reach the database; what a person types cannot pretend to be an opened one."""

from __future__ import annotations

import json

import pytest

from bot.intake import take
from domain.codes import CodeKind, Keyring, Opened
from handlers.ui.start import Forged, opened_code

KEYRING = Keyring({"k": b"x" * 32})
OTHER = Keyring({"k": b"y" * 32})
CODE = KEYRING.seal(CodeKind.TICKET, 123)


def message(text: str) -> dict[str, object]:
    chat = {"id": 7, "type": "private"}
    return {"update_id": 1, "message": {"message_id": 5, "date": 0, "chat": chat, "from": {"id": 7}, "text": text}}


@pytest.mark.parametrize("text", [f"/start {CODE}", f"see https://t.me/foyer_bot?start={CODE}", f"{CODE}"])
def test_a_code_is_opened_before_it_is_stored(text: str) -> None:
    taken = take(message(text), KEYRING)
    assert CODE not in taken.payload
    assert CODE[2:] not in taken.payload
    assert opened_code(json.loads(taken.payload)["message"]["text"]) == Opened(CodeKind.TICKET, 123)


def test_a_code_of_another_house_is_marked_as_forged() -> None:
    taken = take(message(f"/start {OTHER.seal(CodeKind.TICKET, 123)}"), KEYRING)
    assert isinstance(opened_code(json.loads(taken.payload)["message"]["text"]), Forged)


@pytest.mark.parametrize("typed", ["/start ~T123", "~T123", "/start ~~T123", "/start ~I1", "/start ~!"])
def test_nobody_can_type_an_opened_code(typed: str) -> None:
    text = json.loads(take(message(typed), KEYRING).payload)["message"]["text"]
    assert opened_code(text) is None, text


def test_ids_and_payloads_are_left_alone() -> None:
    # A charge id may look like a code: were it replaced, two charges would become one.
    looks_like_a_code = "T" + "a" * 29
    update = message("")
    payment = {"telegram_payment_charge_id": looks_like_a_code, "invoice_payload": looks_like_a_code}
    update["message"] = {**update["message"], "successful_payment": payment}  # type: ignore[dict-item]
    assert json.loads(take(update, KEYRING).payload)["message"]["successful_payment"] == payment


def test_the_message_under_a_button_is_not_kept() -> None:
    under = {"message_id": 5, "date": 0, "chat": {"id": 7, "type": "private"}, "text": f"link {CODE}"}
    query = {"id": "1", "from": {"id": 7}, "chat_instance": "1", "data": "home", "message": under}
    taken = take({"update_id": 2, "callback_query": query}, KEYRING)
    assert taken.chat_id == 7
    assert CODE not in taken.payload
    assert set(json.loads(taken.payload)["callback_query"]["message"]) == {"message_id", "date", "chat"}


def test_a_pre_checkout_goes_past_the_inbox() -> None:
    query = {"id": "1", "from": {"id": 7}, "currency": "EUR", "total_amount": 1, "invoice_payload": "order:1"}
    taken = take({"update_id": 3, "pre_checkout_query": query}, KEYRING)
    assert taken.past_inbox
    assert taken.chat_id == 7


def test_text_that_no_database_takes_is_refused_at_once() -> None:
    with pytest.raises(UnicodeEncodeError):
        take(message("\ud800"), KEYRING)
