"""Reading an assistance file: menu, facts, prepared replies, hours, who is paged. ``docs/assistance.md`` shows one.

Faults are ``BadInput`` with the ``path`` of what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from domain.assistance.model import STEPS, TARGET, Fact, Hours, HouseRules, MenuItem, Reply, Step, Whom
from domain.errors import BadInput
from domain.money import Money
from domain.programme.cells import CellFault
from domain.programme.cells import key as checked_key
from domain.programme.document import Node
from domain.text import LocalText

_CLOCK = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])")
_LOCALE = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_[A-Z]{2})?")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: A screen has room for no more drinks and replies.
_MOST, _MOST_ITEMS, _MOST_REPLIES = 60, 8, 10
_A_DAY = 24 * 3600


def parse_rules(document: Mapping[str, Any]) -> HouseRules:
    """All but the menu. Raises BadInput at the first fault."""
    root = Node(document, "", _fault)
    target, pick_up = root.optional("answer_within_minutes"), root.optional("pick_up")
    steps = tuple(_step(node) for node in _listed(root, "page")) or STEPS
    if steps[0].after or [step.after for step in steps] != sorted({step.after for step in steps}):
        root.child("page").refuse("page_order")
    rules = HouseRules(
        steps=steps,
        facts=tuple(_fact(node) for node in _listed(root, "fact")),
        replies=tuple(
            Reply(_key(node), _texts(node.child("title"), 40), _texts(node.child("text"), 900))
            for node in _listed(root, "reply", _MOST_REPLIES)
        ),
        hours=tuple(_hours(node) for node in _listed(root, "hours")),
        target=timedelta(minutes=int(target.number(least=1, most=7 * 24 * 60))) if target else TARGET,
        pick_up=_texts(pick_up, 200) if pick_up else LocalText(),
    )
    _refuse_doubles("fact", [fact.key for fact in rules.facts])
    _refuse_doubles("reply", [reply.key for reply in rules.replies])
    return rules


def parse_menu(document: Mapping[str, Any], venue_id: int, currency: str) -> tuple[MenuItem, ...]:
    """Every id is 0. Prices are in minor units. Raises BadInput at the first fault."""
    items = []
    for rank, node in enumerate(_listed(Node(document, "", _fault), "drink", _MOST_ITEMS)):
        allergens, stock = node.optional("allergens"), node.optional("stock")
        items.append(
            MenuItem(
                id=0,
                venue_id=venue_id,
                key=_key(node),
                rank=rank,
                name=_texts(node.child("name"), 40),
                price=Money(_whole(node.child("price"), 1, 10**7), currency),
                tax_rate_bp=_whole(node.child("tax"), 0, 10_000),
                allergens=_texts(allergens, 120) if allergens else LocalText(),
                stock=_whole(stock, 0, 10**6) if stock else None,
            )
        )
    _refuse_doubles("drink", [item.key for item in items])
    return tuple(items)


def _fault(path: str, reason: str, **params: Any) -> BadInput:
    return BadInput(reason, path=path.lstrip("."), **params)


def _listed(root: Node, name: str, most: int = _MOST) -> list[Node]:
    node = root.optional(name)
    return list(node.items(most=most)) if node else []


def _refuse_doubles(what: str, keys: list[str]) -> None:
    for key in keys:
        if keys.count(key) > 1:
            raise _fault(what, "double_key", name=key)


def _step(node: Node) -> Step:
    whom = node.child("whom")
    known = [each.value for each in Whom]
    if whom.text() not in known:
        whom.refuse("wrong_type", expected=" | ".join(known))
    return Step(_whole(node.child("after"), 0, _A_DAY), Whom(whom.text()))


def _fact(node: Node) -> Fact:
    words = tuple(word.text(most=40) for word in node.child("words").items(most=_MOST))
    return Fact(_key(node), words, _texts(node.child("text"), 900))


def _hours(node: Node) -> Hours:
    days = set()
    for day in node.child("days").items(most=7):
        if day.text() not in _DAYS:
            day.refuse("wrong_type", expected=" | ".join(_DAYS))
        days.add(_DAYS.index(day.text()))
    begins, ends = _minute(node.child("from")), _minute(node.child("until"))
    if not begins < ends <= 24 * 60:
        node.child("until").refuse("hours_order")
    return Hours(frozenset(days), begins, ends)


def _minute(node: Node) -> int:
    clock = _CLOCK.fullmatch(node.text())
    if clock is None:
        node.refuse("wrong_type", expected='"10:00"')
    return int(clock[1]) * 60 + int(clock[2])


def _whole(node: Node, least: int, most: int) -> int:
    number = node.number(least=least, most=most)
    if number != int(number):
        node.refuse("wrong_type", expected="a whole number")
    return int(number)


def _key(node: Node) -> str:
    child = node.child("key")
    try:
        return checked_key(child.text())
    except CellFault as fault:
        child.refuse(fault.reason, **fault.params)


def _texts(node: Node, most: int) -> LocalText:
    texts: dict[str, str] = {}
    for locale, text in node.entries(most=20):
        if not _LOCALE.fullmatch(locale):
            text.refuse("bad_locale", name=locale)
        texts[locale] = text.text(most=most)
    if not texts:
        node.refuse("empty")
    return LocalText.of(texts)
