"""Which gates are open, what is kept at them: for those who stand there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.admission.evening_model import ClosedGate, HeldItem, ItemKind
from domain.admission.gates import may_steer
from domain.errors import NotFound
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Gate, Venue
from handlers.admission.callbacks import OpenHouse
from handlers.admission.evening.callbacks import KeepTag, OpenGates, OpenTags, ReturnTag, ShutGate, UnshutGate
from handlers.ticketing.queries import Showing, showing_of
from handlers.ticketing.wording import back, bold, escaped, label, title_of, way, word
from handlers.ui.i18n import N_, Texts
from handlers.ui.screen import Button, Row, Screen, button, grid

_ROWS_MOST = 8
_KEPT_MOST = 15
_ITEMS: Mapping[ItemKind, str] = {
    ItemKind.BAG: N_("Bag"),
    ItemKind.UMBRELLA: N_("Umbrella"),
    ItemKind.FOOD: N_("Food or drink"),
    ItemKind.CAMERA: N_("Camera"),
    ItemKind.OTHER: N_("Something else"),
}


@dataclass(frozen=True)
class GatesFacts:
    venue: Venue
    gates: tuple[Gate, ...]
    closed: Mapping[int, ClosedGate]
    others: tuple[Venue, ...]  # that one may steer as well


@dataclass(frozen=True, slots=True)
class FindLanes:
    """Raises NotAllowed, NotFound."""

    by: int
    venue_id: int = 0

    def __call__(self, tx: Tx) -> GatesFacts:
        actor = actor_of(tx, self.by)
        venues = [venue for venue in tx.programme.venues() if may_steer(actor, venue.id)]
        if not venues:
            actor.require(Role.USHER)
        chosen = [venue for venue in venues if venue.id == self.venue_id] if self.venue_id else venues[:1]
        if not chosen:
            raise NotFound
        closed = {found.gate_id: found for found in tx.evening.closed_gates(chosen[0].id)}
        others = tuple(venue for venue in venues if venue != chosen[0])
        return GatesFacts(chosen[0], tuple(tx.programme.gates(chosen[0].id)), closed, others)


@dataclass(frozen=True)
class TagsFacts:
    showing: Showing
    items: tuple[HeldItem, ...]


@dataclass(frozen=True, slots=True)
class FindTags:
    """Raises NotAllowed, NotFound."""

    by: int
    performance_id: int

    def __call__(self, tx: Tx) -> TagsFacts:
        actor = actor_of(tx, self.by)
        actor.require(Role.USHER)
        showing = showing_of(tx, self.performance_id)
        if not actor.may(Role.USHER, showing.venue.id):
            raise NotFound
        return TagsFacts(showing, tuple(tx.evening.kept_items(self.performance_id)))


def gates_screen(t: Texts, facts: GatesFacts) -> Screen:
    """With two gates, closing one is one tap; with more, it says where its people go."""
    names = {gate.id: word(t.of(gate.name)) for gate in facts.gates}
    lines: list[str] = [bold("🚧 " + t.plain("Gates")), escaped(word(t.of(facts.venue.name))), ""]
    rows: list[Row] = []
    for gate in facts.gates:
        closed = facts.closed.get(gate.id)
        if closed is not None:
            to = names.get(closed.instead_id, "")
            lines.append("⛔ " + t("{gate}: closed, people go to {other}", gate=names[gate.id], other=to))
            rows.append(
                (button(label("✅ " + t.plain("Open {gate}", gate=names[gate.id])), UnshutGate(gate_id=gate.id)),)
            )
            continue
        lines.append("✅ " + t("{gate}: open", gate=names[gate.id]))
        rows += [
            (_shut(t, names, gate, other),) for other in facts.gates if other != gate and other.id not in facts.closed
        ]
    rows = rows[:_ROWS_MOST]
    rows += [(button(label(word(t.of(venue.name))), OpenGates(venue_id=venue.id)),) for venue in facts.others[:1]]
    lines += ["", t("Who has a ticket for a closed gate is told the other one, and let in there.")]
    return Screen("\n".join(lines), (*rows, way(t)), here=OpenGates(venue_id=facts.venue.id).pack())


def tags_screen(t: Texts, facts: TagsFacts, given: int | None = None) -> Screen:
    """``given``: the number of the tag that was just given out."""
    to = facts.showing.performance.id
    lines: list[str] = [bold("🏷 " + t.plain("Tags")), escaped(title_of(t, facts.showing.event.title))]
    if given is not None:
        lines += ["", bold(t("Tag number {number}", number=given)), t("Write it on both halves of the tag.")]
    kept = t.plural(
        "{count} thing is kept. Tap its number to give it back.",
        "{count} things are kept. Tap a number to give one back.",
        len(facts.items),
    )
    lines += ["", kept if facts.items else t("Nothing is kept. Tap what somebody leaves with you.")]
    keep = [button("＋ " + t.plain(said), KeepTag(performance_id=to, what=what)) for what, said in _ITEMS.items()]
    back_to = [
        button(label(f"↩︎ {item.number} · {t.plain(_ITEMS[item.what])}"), ReturnTag(item_id=item.id))
        for item in facts.items[:_KEPT_MOST]
    ]
    rows = (*grid(keep, 2), *grid(back_to, 3), way(t, back(t, OpenHouse(performance_id=to))))
    return Screen("\n".join(lines), rows, here=OpenTags(performance_id=to).pack())


def _shut(t: Texts, names: Mapping[int, str], gate: Gate, other: Gate) -> Button:
    said = t.plain("Close {gate} → {other}", gate=names[gate.id], other=names[other.id])
    return button(label("⛔ " + said), ShutGate(gate_id=gate.id, instead_id=other.id))
