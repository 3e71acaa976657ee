"""Entities that Telegram finds by itself: commands, mentions, hashtags, cashtags, links, addresses."""

from __future__ import annotations

import re
from typing import Any

_FINDERS = (
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])")),
    (
        "url",
        re.compile(
            r"(?<![\w@.])(?:(?:https?|tg)://[^\s<>\"]+|(?:[A-Za-z0-9-]+\.)+(?:com|org|net|me|io|eu|cn|info)\b(?:/[^\s<>\"]*)?)"
        ),
    ),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+\b")),
    ("mention", re.compile(r"(?<!\w)@[A-Za-z0-9_]{2,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#])#(?=\w*[^\W\d_])\w{1,255}(?![\w#])")),
    ("cashtag", re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?![\w$])")),
)
_TRAILING = ".,;:!?)]}'…"
_HINT = re.compile(r"[/@#$]|\.[a-z]")


def find_entities(text: str) -> list[dict[str, Any]]:
    """The entities in a text, offsets in code points, in the order of the text, none overlapping another."""
    if not _HINT.search(text):
        return []
    found: list[tuple[int, int, str]] = []
    for kind, pattern in _FINDERS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if kind == "url":
                end = start + len(match.group().rstrip(_TRAILING))
            if all(end <= s or e <= start for s, e, _ in found):
                found.append((start, end, kind))
    return [{"type": kind, "offset": start, "length": end - start} for start, end, kind in sorted(found)]
