"""Deep links as the inbox leaves them: secret codes are opened before a text is stored, and never stored raw."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.codes import SECRET_KINDS, CodeKind, Opened, open_poster_code

#: No real start parameter holds a ``~`` (Bot API: ``[A-Za-z0-9_-]``); the inbox takes it out of what people type.
MARK = "~"
FORGED = f"{MARK}!"
_OPENED = re.compile(rf"{MARK}(?:([{SECRET_KINDS}])([0-9]{{1,13}})|(!))")


@dataclass(frozen=True, slots=True)
class Forged:
    """A code that looks like ours and was not made here."""


def mark(opened: Opened | None) -> str:
    """What the inbox writes in place of a secret code."""
    return FORGED if opened is None else f"{MARK}{opened.kind.value}{opened.id}"


def opened_code(text: str) -> Opened | Forged | None:
    """The first code in a text, secret (opened by the inbox) or from a poster; None where there is none."""
    match = _OPENED.search(text)
    if match:
        return Forged() if match[3] else Opened(CodeKind(match[1]), int(match[2]))
    words = text.split()
    return open_poster_code(words[-1].rpartition("=")[2]) if words else None
