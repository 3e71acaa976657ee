"""What a page has sent, read. Whatever no page of ours sends is BadInput('form')."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from domain.errors import BadInput

_NONCE = re.compile("[A-Za-z0-9:-]{8,60}")
_FAR = 2**53  # beyond it, JavaScript does not count


def nonce(value: Any) -> str:
    if not isinstance(value, str) or not _NONCE.fullmatch(value):
        raise BadInput("form")
    return value


def number(value: Any) -> int:
    try:
        found = int(value)
    except (TypeError, ValueError, OverflowError):
        raise BadInput("form") from None
    if not 0 < found < _FAR:
        raise BadInput("form")
    return found


def text(value: Any, most: int) -> str:
    if not isinstance(value, str):
        raise BadInput("form")
    return value[:most]


def time(value: Any) -> datetime:
    """Milliseconds since 1970."""
    try:
        return datetime.fromtimestamp(number(value) / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        raise BadInput("form") from None
