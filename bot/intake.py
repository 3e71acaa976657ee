"""What is done to an update before it is stored: its chat is found, secret codes in its texts are opened.

A deep link's secret must not lie in the database, yet an update is stored before it is handled. So each code is
replaced by what it opened to (``~T123``), or by ``~!`` if this house did not make it. A ``~`` that a person typed in
such a place is taken out first: only this step can write one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.codes import SECRET_CODE, SECRET_KINDS, Keyring
from handlers.ui.start import MARK, mark

_TYPED_MARK = re.compile(rf"{MARK}+(?=[{SECRET_KINDS}!])")
#: Where people's words and our own links stand. Ids, payloads and files are left as they are.
_WORDS = frozenset({"text", "caption", "url"})
#: Of the message under a pressed button only this is needed; its text and buttons may carry links with secrets.
_UNDER_BUTTON = frozenset({"message_id", "date", "chat"})


@dataclass(frozen=True, slots=True)
class Taken:
    """An update, ready to be stored. ``past_inbox``: a pre-checkout, which is answered at once or refused."""

    update_id: int
    chat_id: int
    payload: str
    past_inbox: bool


def take(update: Mapping[str, Any], keyring: Keyring) -> Taken:
    """Raises KeyError, TypeError, ValueError or AttributeError for something that is no update."""
    payload = json.dumps(_opened(_trimmed(update), keyring), ensure_ascii=False, separators=(",", ":"))
    payload.encode()  # half of a surrogate pair is text to Python's JSON and to no database
    return Taken(
        update_id=int(update["update_id"]),
        chat_id=_chat(update),
        payload=payload,
        past_inbox="pre_checkout_query" in update,
    )


def open_codes(text: str, keyring: Keyring) -> str:
    return SECRET_CODE.sub(lambda code: mark(keyring.open(code[0])), _TYPED_MARK.sub("", text))


def _trimmed(update: Mapping[str, Any]) -> dict[str, Any]:
    trimmed = dict(update)
    query = update.get("callback_query")
    if isinstance(query, Mapping) and isinstance(query.get("message"), Mapping):
        under = {key: value for key, value in query["message"].items() if key in _UNDER_BUTTON}
        trimmed["callback_query"] = {**query, "message": under}
    message = update.get("message")
    if isinstance(message, Mapping) and "reply_to_message" in message:
        trimmed["message"] = {key: value for key, value in message.items() if key != "reply_to_message"}
    return trimmed


def _opened(node: Any, keyring: Keyring) -> Any:
    if isinstance(node, Mapping):
        return {
            key: open_codes(value, keyring) if key in _WORDS and isinstance(value, str) else _opened(value, keyring)
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [_opened(item, keyring) for item in node]
    return node


def _chat(update: Mapping[str, Any]) -> int:
    for content in update.values():
        if not isinstance(content, Mapping):
            continue
        message = content if "chat" in content else content.get("message")
        if isinstance(message, Mapping) and isinstance(message.get("chat"), Mapping):
            return int(message["chat"]["id"])
        sender = content.get("from") or content.get("user")
        if isinstance(sender, Mapping):
            return int(sender["id"])
    return 0
