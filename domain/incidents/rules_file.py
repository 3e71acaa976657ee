"""Reading the ``[incidents]`` of a house file. What is left out is as in ``rules``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar

from domain.errors import BadInput
from domain.incidents.model import ActionCard, IncidentKind, Severity
from domain.incidents.rules import (
    USUAL_KINDS,
    USUAL_SEVERITIES,
    Defibrillator,
    IncidentRules,
    KindRule,
    Phone,
    SeverityRule,
    Step,
    VenueFacts,
)
from domain.people.model import Role
from domain.programme.document import Node
from domain.text import LocalText

Word = TypeVar("Word", bound=StrEnum)

_NUMBER = re.compile(r"\+?[0-9][0-9 ()-]{1,24}")
_PERSON = re.compile(r"#([0-9]{1,13})")
_USUAL = IncidentRules()
_MOST = 50
_STAFF = tuple(role for role in Role if role is not Role.AUDIENCE)


def parse_incidents(document: Mapping[str, Any]) -> IncidentRules:
    """Raises BadInput with the ``path`` of what is wrong."""
    return incident_rules(Node(document, "incidents", _fault))


def incident_rules(node: Node) -> IncidentRules:
    kinds, severities = dict(USUAL_KINDS), dict(USUAL_SEVERITIES)
    if (listed := node.optional("kind")) is not None:
        for key, rule in listed.entries(most=_MOST):
            kind = _known(rule, key, tuple(IncidentKind))
            kinds[kind] = _kind(rule, kinds[kind])
    if (listed := node.optional("severity")) is not None:
        for key, rule in listed.entries(most=_MOST):
            level = _known(rule, f"S{key}", tuple(_LEVELS))
            severities[_LEVELS[level]] = _severity(rule)
    venues: dict[str, VenueFacts] = {}
    if (listed := node.optional("venue")) is not None:
        venues = {key: _venue(facts) for key, facts in listed.entries(most=_MOST)}
    return IncidentRules(
        kinds,
        severities,
        venues,
        lapse=_span(node, "lapse_minutes", 60, _USUAL.lapse, most=60),
        abandoned=_span(node, "abandoned_seconds", 1, _USUAL.abandoned, most=300),
        follow=_span(node, "follow_minutes", 60, _USUAL.follow, most=600),
        keep_photos=_span(node, "medical_photo_hours", 3600, _USUAL.keep_photos, most=47),
    )


_LEVELS: Mapping[str, Severity] = {f"S{level.value}": level for level in Severity}


def _fault(path: str, reason: str, **params: Any) -> BadInput:
    return BadInput(reason, path=path.lstrip("."), **params)


def _kind(node: Node, usual: KindRule) -> KindRule:
    severity, cards, also = node.optional("severity"), node.optional("cards"), node.optional("also")
    return KindRule(
        severity=Severity(int(severity.number(least=1, most=3))) if severity else usual.severity,
        cards=_words(cards, tuple(ActionCard)) if cards else usual.cards,
        also=_words(also, _STAFF) if also else usual.also,
        first_aid=_flag(node, "first_aid", usual.first_aid),
        medical=_flag(node, "medical", usual.medical),
    )


def _severity(node: Node) -> SeverityRule:
    steps = tuple(_step(step) for step in node.child("step").items(most=_MOST))
    if not steps:
        node.child("step").refuse("empty")
    again = node.optional("again_seconds")
    return SeverityRule(
        tuple(sorted(steps, key=lambda step: step.after)),
        timedelta(seconds=again.number(least=10, most=3600)) if again else None,
    )


def _step(node: Node) -> Step:
    people = node.optional("people")
    roles = node.child("roles") if people is None else node.optional("roles")
    return Step(
        _span(node, "after_seconds", 1, timedelta(0), most=3600),
        _words(roles, _STAFF) if roles else (),
        _flag(node, "nearby", False),
        tuple(_person(one) for one in people.items(most=_MOST)) if people else (),
    )


def _person(node: Node) -> int:
    found = _PERSON.fullmatch(node.text(most=14))
    if found is None:
        node.refuse("wrong_type", expected='"#17"')
    return int(found[1])


def _venue(node: Node) -> VenueFacts:
    channel, phones = node.optional("channel"), node.optional("phone")
    address, defibrillators = node.optional("address"), node.optional("defibrillator")
    return VenueFacts(
        channel=channel.text(most=60) if channel else "",
        phones=tuple(_phone(phone) for phone in phones.items(most=_MOST)) if phones else (),
        defibrillators=tuple(_defibrillator(one) for one in defibrillators.items(most=_MOST)) if defibrillators else (),
        address=_texts(address) if address else LocalText(),
    )


def _phone(node: Node) -> Phone:
    number = node.child("number")
    if not _NUMBER.fullmatch(number.text(most=25)):
        number.refuse("wrong_type", expected='"+86 21 1234 5678"')
    return Phone(_texts(node.child("name")), number.text(most=25))


def _defibrillator(node: Node) -> Defibrillator:
    near = node.optional("near")
    return Defibrillator(
        _texts(node.child("place")), tuple(one.text() for one in near.items(most=_MOST)) if near else ()
    )


def _texts(node: Node) -> LocalText:
    texts = {locale: text.text(most=200) for locale, text in node.entries(most=20)}
    if not texts:
        node.refuse("empty")
    return LocalText.of(texts)


def _words(node: Node, known: tuple[Word, ...]) -> tuple[Word, ...]:
    return tuple(_known(one, one.text(), known) for one in node.items(most=_MOST))


def _known(node: Node, said: str, known: tuple[Any, ...]) -> Any:
    found = next((word for word in known if str(word) == said), None)
    if found is None:
        node.refuse("unknown_word", known=", ".join(str(word) for word in known))
    return found


def _flag(node: Node, key: str, usual: bool) -> bool:
    found = node.optional(key)
    return usual if found is None else found.flag()


def _span(node: Node, key: str, unit: int, usual: timedelta, *, most: int) -> timedelta:
    found = node.optional(key)
    return usual if found is None else timedelta(seconds=unit * found.number(least=0, most=most))
