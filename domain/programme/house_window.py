"""Reading the ``[window]`` of a house file."""

from __future__ import annotations

from domain.programme.document import Node
from domain.ticketing.window_model import WindowRules

_MOST_HOURS = 24 * 60
_MOST_MINUTES = 60 * 24 * 30
_MOST_TICKETS = 1000
_USUAL = WindowRules()


def window_rules(node: Node) -> WindowRules:
    """What is left out is as in ``WindowRules``: no reservations, four free tickets a clerk and performance."""
    reserve = node.optional("reserve")
    return WindowRules(
        reserve=reserve.flag() if reserve else _USUAL.reserve,
        reserve_hours=_whole(node, "reserve_hours", _USUAL.reserve_hours, least=1, most=_MOST_HOURS),
        reserve_minutes_before=_whole(node, "reserve_until_minutes", _USUAL.reserve_minutes_before, most=_MOST_MINUTES),
        complimentary_most=_whole(node, "complimentary", _USUAL.complimentary_most, most=_MOST_TICKETS),
    )


def _whole(node: Node, key: str, usual: int, *, least: int = 0, most: int) -> int:
    child = node.optional(key)
    if child is None:
        return usual
    number = child.number(least=least, most=most)
    if number != int(number):
        child.refuse("wrong_type", expected="whole number")
    return int(number)
