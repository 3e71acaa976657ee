"""Reading a house file: organisation, concessions, venues with their gates and halls. ``docs/programme.md`` shows one.

Faults are ``BadInput`` with the ``path`` of what is wrong, such as ``venue[0].hall[1].gates.Balcony``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.errors import BadInput
from domain.incidents.rules_file import incident_rules
from domain.programme.cells import CellFault
from domain.programme.cells import key as checked_key
from domain.programme.document import Node
from domain.programme.house_quiet import quiet_hours
from domain.programme.house_returns import return_policy
from domain.programme.house_upkeep import upkeep_document
from domain.programme.house_window import window_rules
from domain.programme.model import Concession, Gate, Hall, Organisation, Venue
from domain.programme.quiet import QuietHours
from domain.programme.returns import ReturnPolicy
from domain.text import LocalText
from domain.ticketing.window_model import WindowRules

_CURRENCY = re.compile(r"[A-Z]{3}")
_LOCALE = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_[A-Z]{2})?")
_MOST = 200


@dataclass(frozen=True, slots=True)
class HallDraft:
    hall: Hall
    gates: tuple[tuple[str, str], ...]  # zone of the plan, or "*" → key of a gate


@dataclass(frozen=True, slots=True)
class VenueDraft:
    venue: Venue
    gates: tuple[Gate, ...]
    halls: tuple[HallDraft, ...]
    upkeep: Mapping[str, Any] = field(default_factory=dict)  # lists, lost property; checked, kept as it was written


@dataclass(frozen=True, slots=True)
class HouseDraft:
    """A checked house file; every id is 0."""

    organisation: Organisation
    concessions: tuple[Concession, ...]  # in the order in which they are offered
    venues: tuple[VenueDraft, ...]
    returns: tuple[ReturnPolicy, ...] = ()
    window: WindowRules | None = None  # None: the file does not speak of it
    quiet: QuietHours | None = None  # the same
    incidents: Mapping[str, Any] | None = None  # the same; checked, and kept as it was written


def parse_house(document: Mapping[str, Any]) -> HouseDraft:
    """Raises BadInput at the first fault."""
    root = Node(document, "", _fault)
    concessions = tuple(_concession(node) for node in root.child("concession").items(most=_MOST))
    venues = tuple(_venue(node) for node in root.child("venue").items(most=_MOST))
    _refuse_doubles("concession", [concession.key for concession in concessions])
    _refuse_doubles("venue", [draft.venue.key for draft in venues])
    _refuse_doubles("hall", [draft.hall.key for venue in venues for draft in venue.halls])
    returns = _returns(root)
    window = root.optional("window")
    rules = window_rules(window) if window else None
    quiet = root.optional("quiet")
    incidents = root.optional("incidents")
    if incidents is not None:
        incident_rules(incidents)
    organisation = Organisation(_texts(root.child("organisation").child("name")))
    return HouseDraft(
        organisation,
        concessions,
        venues,
        returns,
        rules,
        quiet_hours(quiet) if quiet else None,
        incidents.mapping() if incidents else None,
    )


def _fault(path: str, reason: str, **params: Any) -> BadInput:
    return BadInput(reason, path=path.lstrip("."), **params)


def _refuse_doubles(what: str, keys: list[str]) -> None:
    for key in keys:
        if keys.count(key) > 1:
            raise _fault(what, "double_key", name=key)


def _concession(node: Node) -> Concession:
    proof = node.optional("proof")
    needs_proof = node.optional("needs_proof")
    return Concession(
        id=0,
        key=_key(node),
        name=_texts(node.child("name")),
        needs_proof=needs_proof.flag() if needs_proof else proof is not None,
        proof=_texts(proof) if proof else LocalText(),
    )


def _venue(node: Node) -> VenueDraft:
    gates = tuple(_gate(gate) for gate in node.child("gate").items(most=_MOST))
    _refuse_doubles(f"{node.path}.gate", [gate.key for gate in gates])
    known = {gate.key for gate in gates}
    return VenueDraft(
        Venue(
            id=0,
            key=_key(node),
            name=_texts(node.child("name")),
            address=_texts(node.child("address")),
            timezone=_timezone(node.child("timezone")),
            currency=_currency(node.child("currency")),
        ),
        gates,
        tuple(_hall(hall, known) for hall in node.child("hall").items(most=_MOST)),
        upkeep_document(node),
    )


def _gate(node: Node) -> Gate:
    step_free = node.optional("step_free")
    return Gate(
        id=0,
        venue_id=0,
        key=_key(node),
        name=_texts(node.child("name")),
        directions=_texts(node.child("directions"), most=500),
        step_free=_texts(step_free, most=500) if step_free else LocalText(),
    )


def _hall(node: Node, known: set[str]) -> HallDraft:
    gates: list[tuple[str, str]] = []
    for zone, gate in node.child("gates").entries(most=500):
        if gate.text() not in known:
            gate.refuse("unknown_gate", name=gate.text(), known=", ".join(sorted(known)))
        gates.append((zone.strip(), gate.text()))
    if not gates:
        node.child("gates").refuse("empty")
    hall = Hall(0, 0, _key(node), _texts(node.child("name")), zones=_zones(node))
    return HallDraft(hall, tuple(sorted(gates)))


def _zones(node: Node) -> tuple[tuple[str, LocalText], ...]:
    listed = node.optional("zone")
    if listed is None:
        return ()
    zones = [(zone.child("key").text(), _texts(zone.child("name"))) for zone in listed.items(most=500)]
    _refuse_doubles(listed.path, [key for key, _ in zones])
    read: set[tuple[str, str]] = set()
    for _, name in zones:
        for said in name.texts:
            if said in read:
                listed.refuse("double_zone", name=said[1])
            read.add(said)
    return tuple(sorted(zones))


def _returns(root: Node) -> tuple[ReturnPolicy, ...]:
    listed = root.optional("returns")
    policies = tuple(return_policy(node) for node in listed.items(most=_MOST)) if listed else ()
    _refuse_doubles("returns", [policy.key for policy in policies])
    return policies


def _key(node: Node) -> str:
    child = node.child("key")
    try:
        return checked_key(child.text())
    except CellFault as fault:
        child.refuse(fault.reason, **fault.params)


def _texts(node: Node, *, most: int = 200) -> LocalText:
    texts: dict[str, str] = {}
    for locale, text in node.entries(most=20):
        if not _LOCALE.fullmatch(locale):
            text.refuse("bad_locale", name=locale)
        texts[locale] = text.text(most=most)
    if not texts:
        node.refuse("empty")
    return LocalText.of(texts)


def _timezone(node: Node) -> str:
    name = node.text()
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        node.refuse("unknown_timezone", name=name)
    return name


def _currency(node: Node) -> str:
    code = node.text()
    if not _CURRENCY.fullmatch(code):
        node.refuse("bad_currency", name=code)
    return code
