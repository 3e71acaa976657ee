"""The methods of the Bot API, by subject. `METHODS` maps a name in small letters to what carries it out."""

from __future__ import annotations

from . import chats, edits, media, messages, payments, polling, settings
from .base import METHODS, Answer, Context, Handler

__all__ = [
    "METHODS",
    "Answer",
    "Context",
    "Handler",
    "chats",
    "edits",
    "media",
    "messages",
    "payments",
    "polling",
    "settings",
]
