"""The validator itself: it takes what is right and sees what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from bot.emulator.methods import METHODS

from .leftovers import leftovers
from .observer import SchemaObserver
from .schema import schema

USER = {"id": 1, "is_bot": False, "first_name": "A"}
CHAT = {"id": 1, "type": "private", "first_name": "A"}
MESSAGE: dict[str, Any] = {"message_id": 1, "date": 1, "chat": CHAT, "from": USER, "text": "x"}


def test_the_schema_is_the_version_that_the_docs_name() -> None:
    assert schema().version == "10.3"


def test_every_method_of_the_emulator_is_in_the_schema_and_says_what_it_returns() -> None:
    for method in METHODS:
        assert method in schema().methods, method
        assert schema().returned(method), method


@pytest.mark.parametrize(
    ("method", "returned"),
    [
        ("sendMessage", "Message"),
        ("sendMediaGroup", "Array of Message"),
        ("getUpdates", "Array of Update"),
        ("copyMessage", "MessageId"),
        ("createInvoiceLink", "String"),
        ("editMessageText", "Message or True"),
        ("answerCallbackQuery", "True"),
        ("getChatMember", "ChatMember"),
    ],
)
def test_what_a_method_returns(method: str, returned: str) -> None:
    assert schema().returned(method) == returned


@pytest.mark.parametrize(
    ("result", "fault"),
    [
        (MESSAGE, None),
        (MESSAGE | {"text": 5}, "text"),
        (MESSAGE | {"novelty": 1}, "novelty"),
        ({k: v for k, v in MESSAGE.items() if k != "date"}, "date"),
        (MESSAGE | {"entities": [{"type": "bold", "offset": "0", "length": 1}]}, "entities[0].offset"),
        (MESSAGE | {"chat": CHAT | {"id": True}}, "chat.id"),
        ("yes", "Message expected"),
    ],
)
def test_answers(result: Any, fault: str | None) -> None:
    faults = schema().validate_response("sendMessage", result)
    if fault is None:
        assert faults == []
    else:
        assert any(fault in told for told in faults)


def test_one_of_several_types_is_judged_by_its_discriminator() -> None:
    member = {"user": USER, "status": "kicked", "until_date": 0}
    assert schema().validate_type("ChatMember", member, "m") == []
    assert schema().validate_type("ChatMember", member | {"status": "guest"}, "m")
    assert schema().validate_type("MenuButton", {"type": "web_app"}, "b")


def test_requests_may_carry_json_texts_and_numbers_as_texts() -> None:
    check = schema().validate_request
    markup = '{"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}'
    assert check("sendMessage", {"chat_id": "1", "text": "5", "reply_markup": markup}) == []
    assert check("sendMessage", {"chat_id": "1"}) == ["sendMessage.text: required"]
    assert check("sendMessage", {"chat_id": "1", "text": "x", "colour": "red"}) == ["sendMessage.colour: no such field"]
    assert check("sendMessage", {"chat_id": "1", "text": "x", "reply_markup": '{"inline_keyboard": [["a"]]}'})
    assert check("sendPhoto", {"chat_id": "1", "photo": "<file>"}) == []
    assert check("getUpdates", {"offset": "x"})
    assert check("sendTelepathy", {})


def test_updates_hold_one_thing() -> None:
    assert schema().validate_update({"update_id": 1, "message": MESSAGE}) == []
    assert schema().validate_update({"update_id": 1})
    assert schema().validate_update({"update_id": 1, "message": MESSAGE, "poll": {}})


def test_nothing_is_left_over_in_either_library_unless_it_is() -> None:
    assert leftovers("Message", MESSAGE) == []
    faults = leftovers("Array of Message", [MESSAGE | {"chat": CHAT | {"novelty": 1}}])
    assert len(faults) == 2
    assert all("novelty is left over" in fault for fault in faults)


def test_the_observer_collects_faults_and_tells_them() -> None:
    observer = SchemaObserver()
    observer("sendmessage", {"chat_id": "1", "text": "x"}, {"ok": True, "result": MESSAGE})
    observer.assert_clean()
    observer("sendmessage", {"chat_id": "1"}, {"ok": True, "result": MESSAGE | {"novelty": 1}})
    observer("getupdates", {}, {"ok": True, "result": [{"update_id": 1, "message": {}}]})
    observer("sendmessage", {}, {"ok": False, "error_code": 429, "description": "x"})
    with pytest.raises(AssertionError, match="text: required") as failed:
        observer.assert_clean()
    assert "429 without" in str(failed.value)
    assert observer.seen == {"sendmessage": 3, "getupdates": 1}
