"""Whether an object of the Bot API parses in both libraries with nothing left over, at any depth."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import aiogram.types
import telegram
from pydantic import BaseModel, TypeAdapter, ValidationError

NEWER_THAN_PTB = frozenset(
    {
        # python-telegram-bot 22.8 knows Bot API 10.0; what came later it keeps in api_kwargs
        "User.supports_join_request_queries",
    }
)
#: All else is a scalar.
_MAY_HOLD = (list, tuple, BaseModel, telegram.TelegramObject)


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(getattr(aiogram.types, kind + "Union", None) or getattr(aiogram.types, kind))


def in_aiogram(kind: str, value: Any) -> list[str]:
    """What aiogram leaves over of a value of the named type, or why it does not parse."""
    try:
        parsed = _adapter(kind).validate_python(value)
    except ValidationError as error:
        return [f"aiogram {kind}: {error}"]
    return [f"aiogram: {fault}" for fault in _extras(parsed, kind)]


def _extras(value: Any, path: str) -> list[str]:
    if isinstance(value, list | tuple):
        return [fault for i, item in enumerate(value) for fault in _extras(item, f"{path}[{i}]")]
    if not isinstance(value, BaseModel):
        return []
    faults = [f"{path} ({type(value).__name__}).{name} is left over" for name in value.model_extra or {}]
    for name, inner in value.__dict__.items():
        if isinstance(inner, _MAY_HOLD):
            faults += _extras(inner, f"{path}.{name}")
    return faults


def in_telegram(kind: str, value: Any) -> list[str]:
    """What python-telegram-bot leaves over of a value of the named type, or why it does not parse."""
    known = getattr(telegram, kind, None)
    if known is None:
        return [f"python-telegram-bot has no {kind}"]
    try:
        parsed = known.de_json(value, None)
    except (TypeError, ValueError, KeyError) as error:
        return [f"python-telegram-bot {kind}: {error!r}"]
    return [f"python-telegram-bot: {fault}" for fault in _kwargs(parsed, kind)]


def _kwargs(value: Any, path: str) -> list[str]:
    if isinstance(value, list | tuple):
        return [fault for i, item in enumerate(value) for fault in _kwargs(item, f"{path}[{i}]")]
    if not isinstance(value, telegram.TelegramObject):
        return []
    name = type(value).__name__
    faults = [
        f"{path} ({name}).{key} is left over" for key in value.api_kwargs if f"{name}.{key}" not in NEWER_THAN_PTB
    ]
    for slot in _slots(type(value)):
        inner = getattr(value, slot, None)
        if isinstance(inner, _MAY_HOLD):
            faults += _kwargs(inner, f"{path}.{slot}")
    return faults


@cache
def _slots(kind: type) -> list[str]:
    slots = {slot for base in kind.__mro__ for slot in getattr(base, "__slots__", ())}
    return [slot for slot in slots if not slot.startswith("_") and slot != "api_kwargs"]


def leftovers(kind: str, value: Any) -> list[str]:
    """What either library leaves over. `kind` is a type as the schema writes it; scalars are nobody's concern."""
    kind = re.sub(r" or (True|Boolean)$", "", kind)
    if kind.startswith("Array of "):
        inner = kind.removeprefix("Array of ")
        return [fault for item in value for fault in leftovers(inner, item)] if isinstance(value, list) else []
    if not isinstance(value, dict):
        return []
    return in_aiogram(kind, value) + in_telegram(kind, value)
