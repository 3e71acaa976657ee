"""The chat's own lines for pages that are no chat."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

_TAG = re.compile(r"<[^>]+>")
_SIGN = re.compile(
    r"^[\U0001F300-\U0001FAFF\u2190-\u21FF\u23E9-\u23FF\u25A0-\u25FF\u2600-\u27BF\u2B00-\u2BFF\uFE0E\uFE0F]+ ",
    re.MULTILINE,
)


def plain(text: str) -> str:
    """Telegram's HTML as text, without the signs that lines begin with in the chat."""
    return unsigned(html.unescape(_TAG.sub("", text)))


def unsigned(text: str) -> str:
    """Plain text without the signs that lines, or buttons, begin with in the chat."""
    return _SIGN.sub("", text)


def plain_lines(lines: Iterable[str]) -> list[str]:
    """Those of them that say anything."""
    return [plain(line) for line in lines if line]
