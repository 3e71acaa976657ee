"""Reading the ``[quiet]`` of a house file."""

from __future__ import annotations

import re

from domain.programme.document import Node
from domain.programme.quiet import QuietHours

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_USUAL = QuietHours()


def quiet_hours(node: Node) -> QuietHours:
    """``from`` and ``until`` as ``"22:00"``; equal: there are none. What is left out is as in ``QuietHours``."""
    return QuietHours(begins=_minute(node, "from", _USUAL.begins), ends=_minute(node, "until", _USUAL.ends))


def _minute(node: Node, name: str, usual: int) -> int:
    child = node.optional(name)
    if child is None:
        return usual
    clock = _CLOCK.fullmatch(child.text().strip())
    if clock is None:
        child.refuse("wrong_type", expected='"22:00"')
    return int(clock[1]) * 60 + int(clock[2])
