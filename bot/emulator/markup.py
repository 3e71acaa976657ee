"""Keyboards: what a bot may put under a message, and Telegram's errors when it is wrong."""

from __future__ import annotations

from typing import Any

from . import errors as E
from .errors import ApiError
from .wire import Call, Json

MAX_BUTTONS = 100
MAX_CALLBACK_DATA = 64
"""Bytes of `callback_data`."""
_LOOPBACK = ("http://127.", "http://localhost", "http://[::1]")
_KEYBOARD_OPTIONS = ("is_persistent", "resize_keyboard", "one_time_keyboard", "input_field_placeholder", "selective")
_LINKS = ("http://", "https://", "tg://")


def read_markup(call: Call, *, inline_only: bool = False, invoice: bool = False) -> Json | None:
    """The `reply_markup` of a call, checked; None when there is none. Raises ApiError."""
    value = call.json("reply_markup", E.MARKUP_JSON)
    if value is None:
        return None
    if not isinstance(value, dict):
        raise ApiError(E.MARKUP_NOT_OBJECT)
    if "inline_keyboard" in value:
        return _inline(value["inline_keyboard"], invoice)
    if inline_only and value:
        raise ApiError(E.MARKUP_INLINE_EXPECTED)
    if "keyboard" in value:
        return _keyboard(value)
    if value.get("remove_keyboard") or value.get("force_reply"):
        return value
    return None


def is_inline(markup: Json | None) -> bool:
    """Whether a keyboard hangs on its message, rather than under the field where the person writes."""
    return markup is not None and "inline_keyboard" in markup


def _inline(rows: Any, invoice: bool) -> Json | None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise ApiError(E.MARKUP_INLINE_ROWS)
    try:
        checked = [[_inline_button(button) for button in row] for row in rows if row]
    except ApiError as error:
        if error.error in (E.BUTTON_DATA_INVALID, E.BUTTON_URL_INVALID, E.BUTTON_TEXT_EMPTY):
            raise
        raise E.within(E.MARKUP_INLINE_BUTTON, error) from None
    if sum(map(len, checked)) > MAX_BUTTONS:
        raise ApiError(E.MARKUP_TOO_LONG)
    for y, row in enumerate(checked):
        for x, button in enumerate(row):
            if "pay" in button and (not invoice or (x, y) != (0, 0)):
                raise ApiError(E.BUTTON_TYPE_INVALID)
    return {"inline_keyboard": checked} if checked else None


def _inline_button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise ApiError(E.BUTTON_NOT_OBJECT)
    if "text" not in button:
        raise ApiError(E.FIELD_MISSING, name="text")
    text = str(button["text"])
    if not text.strip():
        raise ApiError(E.BUTTON_TEXT_EMPTY)
    result: Json = {"text": text}
    _style(button, result)
    if button.get("url"):
        return {**result, "url": _url(str(button["url"]))}
    if button.get("callback_data"):
        data = str(button["callback_data"])
        if len(data.encode()) > MAX_CALLBACK_DATA:
            raise ApiError(E.BUTTON_DATA_INVALID)
        return {**result, "callback_data": data}
    if "pay" in button:
        return {**result, "pay": True}
    if "web_app" in button:
        return {**result, "web_app": {"url": _web_app_url(button["web_app"])}}
    for name in ("switch_inline_query", "switch_inline_query_current_chat"):
        if name in button:
            return {**result, name: str(button[name])}
    for name in ("switch_inline_query_chosen_chat", "copy_text"):
        if isinstance(button.get(name), dict):
            return {**result, name: button[name]}
    raise ApiError(E.BUTTON_WITHOUT_ACTION)


def _style(button: Json, result: Json) -> None:
    style = str(button.get("style") or "").lower()
    if style not in ("", "default", "primary", "danger", "success"):
        raise ApiError(E.BUTTON_STYLE_INVALID)
    if style not in ("", "default"):
        result["style"] = style


def _url(url: str) -> str:
    if "://" not in url and "." in url:
        url = "http://" + url
    if not url.lower().startswith(_LINKS) or len(url) > 2048 or " " in url:
        raise ApiError(E.BUTTON_URL_INVALID)
    return url


def _web_app_url(web_app: Any) -> str:
    url = str(web_app.get("url", "")) if isinstance(web_app, dict) else ""
    # Telegram takes HTTPS only; a Mini App of the local messenger is served on loopback, where there is no TLS
    if not url.startswith(("https://", *_LOOPBACK)):
        raise ApiError(E.BUTTON_URL_INVALID)
    return url


def _keyboard(value: Json) -> Json | None:
    rows = value["keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise ApiError(E.MARKUP_KEYBOARD_ROWS)
    try:
        checked = [[_keyboard_button(button) for button in row] for row in rows if row]
    except ApiError as error:
        if error.error is E.KEYBOARD_TEXT_EMPTY:
            raise
        raise E.within(E.MARKUP_BUTTON, error) from None
    known = {name: value[name] for name in _KEYBOARD_OPTIONS if name in value}
    return {"keyboard": checked} | known if checked else None


def _keyboard_button(button: Any) -> Json:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise ApiError(E.BUTTON_TYPE)
    if "text" not in button:
        raise ApiError(E.FIELD_MISSING, name="text")
    if not str(button["text"]).strip():
        raise ApiError(E.KEYBOARD_TEXT_EMPTY)
    return dict(button)
