"""Reading the lists and the lost property of a venue in a house file. What is left out is as in ``Upkeep``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from domain.errors import BadInput
from domain.people.lists import Checklist, ListItem, ListKind
from domain.programme.cells import CellFault
from domain.programme.cells import key as checked_key
from domain.programme.document import Node
from domain.text import LocalText

_LISTS_MOST, _ITEMS_MOST = 8, 16
_KEY_MOST = 24  # it stands in buttons
_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Upkeep:
    """``keep``: how long what was found is kept."""

    lists: tuple[Checklist, ...] = ()
    keep: timedelta = timedelta(days=90)

    def checklist(self, key: str) -> Checklist | None:
        return next((one for one in self.lists if one.key == key), None)


def upkeep_document(venue: Node) -> dict[str, Any]:
    """What a venue of the file says of it, checked. Raises BadInput."""
    upkeep_in(venue)
    return {name: node.value for name in ("list", "lost_property") if (node := venue.optional(name))}


def upkeep_in(venue: Node) -> Upkeep:
    listed, lost = venue.optional("list"), venue.optional("lost_property")
    lists = tuple(checklist_in(node) for node in listed.items(most=_LISTS_MOST)) if listed else ()
    if listed:
        _refuse_doubles(listed, [one.key for one in lists])
    days = lost.optional("keep_days") if lost else None
    return Upkeep(lists, timedelta(days=_whole(days, most=3660))) if days else Upkeep(lists)


def parse_upkeep(document: Mapping[str, Any]) -> Upkeep:
    return upkeep_in(Node(document, "", _fault))


def parse_checklist(document: Mapping[str, Any]) -> Checklist:
    return checklist_in(Node(document, "", _fault))


def _fault(path: str, reason: str, **params: Any) -> BadInput:
    return BadInput(reason, path=path.lstrip("."), **params)


def checklist_in(node: Node) -> Checklist:
    kind, listed = node.child("kind"), node.child("item")
    known = [each.value for each in ListKind]
    if kind.text() not in known:
        kind.refuse("wrong_type", expected=" | ".join(known))
    items = tuple(_item(item) for item in listed.items(most=_ITEMS_MOST))
    if not items:
        listed.refuse("empty")
    _refuse_doubles(listed, [item.key for item in items])
    minutes = _whole(node.child("minutes"), most=_A_DAY)
    return Checklist(_key(node), ListKind(kind.text()), _texts(node.child("name"), 40), minutes, items)


def _item(node: Node) -> ListItem:
    photo = node.optional("photo")
    return ListItem(_key(node), _texts(node.child("text"), 120), photo.flag() if photo else False)


def _refuse_doubles(node: Node, keys: list[str]) -> None:
    for key in keys:
        if keys.count(key) > 1:
            node.refuse("double_key", name=key)


def _key(node: Node) -> str:
    child = node.child("key")
    try:
        return checked_key(child.text(most=_KEY_MOST))
    except CellFault as fault:
        child.refuse(fault.reason, **fault.params)


def _texts(node: Node, most: int) -> LocalText:
    texts = LocalText.of({locale: text.text(most=most) for locale, text in node.entries(most=20)})
    if not texts:
        node.refuse("empty")
    return texts


def _whole(node: Node, *, most: int) -> int:
    number = node.number(least=1, most=most)
    if number != int(number):
        node.refuse("wrong_type", expected="a whole number")
    return int(number)
