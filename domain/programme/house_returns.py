"""Reading one ``[[returns]]`` of a house file."""

from __future__ import annotations

import re

from domain.programme.cells import CellFault
from domain.programme.cells import key as checked_key
from domain.programme.document import Node
from domain.programme.returns import Resale, ReturnPolicy

_PERCENT = re.compile(r"([0-9]{1,3})\s*[%％]")
_MOST_HOURS = 24 * 366
_MOST_FEE = 10**7
_USUAL = ReturnPolicy()


def return_policy(node: Node) -> ReturnPolicy:
    """What is left out is as in ``ReturnPolicy``; without a key it is the house's usual one."""
    fee_minor, fee_percent = _fee(node)
    resale, resale_until = node.optional("resale"), node.optional("resale_until")
    return ReturnPolicy(
        key=_key(node),
        cancel_hours=_hours(node, "cancel_until", _USUAL.cancel_hours),
        fee_minor=fee_minor,
        fee_percent=fee_percent,
        change_hours=_hours(node, "change_until", _USUAL.change_hours),
        resale=_resale(resale) if resale else _USUAL.resale,
        resale_hours=_whole(resale_until, most=_MOST_HOURS) if resale_until else _USUAL.resale_hours,
    )


def _key(node: Node) -> str:
    child = node.optional("key")
    if child is None:
        return ""
    try:
        return checked_key(child.text())
    except CellFault as fault:
        child.refuse(fault.reason, **fault.params)


def _hours(node: Node, name: str, usual: int | None) -> int | None:
    child = node.optional(name)
    if child is None:
        return usual
    return None if child.value == "never" else _whole(child, most=_MOST_HOURS)


def _fee(node: Node) -> tuple[int, int]:
    """A whole number of minor units, or a share such as ``"10 %"``."""
    child = node.optional("fee")
    if child is None:
        return 0, 0
    if not isinstance(child.value, str):
        return _whole(child, most=_MOST_FEE), 0
    share = _PERCENT.fullmatch(child.text())
    if share is None or int(share[1]) > 100:
        child.refuse("wrong_type", expected='"10 %"')
    return 0, int(share[1])


def _resale(node: Node) -> Resale:
    known = [kind.value for kind in Resale]
    if node.value not in known:
        node.refuse("wrong_type", expected=" | ".join(known))
    return Resale(node.value)


def _whole(node: Node, *, most: int) -> int:
    if isinstance(node.value, float):
        node.refuse("wrong_type", expected="whole number")
    return int(node.number(least=0, most=most))
