"""Who comes has a card that follows the evening. What it must show is derived by the clock from the run, the gates and
the tickets; where something must be noticed, a short new message goes with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zlib import crc32

from domain.admission.evening_model import Visitor, VisitStage, stage_of
from domain.notices import CardKind, Notice, NoticeKind
from domain.ports import Tx
from domain.programme.model import Performance

#: A card appears so long before the start,
APPEARS = timedelta(hours=24)
#: and is followed so long after the printed end.
FOLLOWED = timedelta(hours=12)
_SHOWN_MOST = 80
_KEY_MOST = 128


@dataclass(frozen=True, slots=True)
class VisitsBehind:
    """A query for the clock: performances with somebody's card to be shown anew."""

    def __call__(self, tx: Tx) -> list[int]:
        found = []
        for performance_id in tx.evening.performances_to_follow(tx.now + APPEARS, tx.now - FOLLOWED):
            performance = tx.programme.performance(performance_id)
            if performance is not None and _behind(tx, performance, 1):
                found.append(performance.id)
        return found


@dataclass(frozen=True, slots=True)
class FollowVisits:
    """The clock's part, a piece at a time. Gives how many cards are to be shown anew."""

    performance_id: int
    limit: int = 100

    def __call__(self, tx: Tx) -> int:
        performance = tx.programme.performance(self.performance_id)
        if performance is None:
            return 0
        visitors = _behind(tx, performance, self.limit)
        stage, gates = stage_of(performance, tx.now), _gates(tx, performance)
        ids = tx.evening.put_visits(performance.id, shown(performance, stage, gates), stage, visitors)
        for person_id in sorted(ids):
            tx.show_card(person_id, CardKind.VISIT, ids[person_id])
        _nudge(tx, performance, stage, gates, [visitor for visitor in visitors if visitor.tickets], ids)
        return len(visitors)


def shown(performance: Performance, stage: VisitStage, gates: Mapping[int, int]) -> str:
    """Everything beside the tickets that a card depends on."""
    pairs = ",".join(f"{gate}>{instead}" for gate, instead in sorted(gates.items()))
    starts = int(performance.starts_at.timestamp()) // 60
    return f"{stage.value}:{starts}:{crc32(pairs.encode()):08x}:{pairs}"[:_SHOWN_MOST]


def gates_in(shown: str) -> dict[int, int]:
    """Closed gate → the one instead, as ``shown`` says."""
    pairs = (pair.split(">") for pair in shown.split(":")[-1].split(",") if ">" in pair)
    return {int(gate): int(instead) for gate, instead in pairs if gate and instead}


def _behind(tx: Tx, performance: Performance, limit: int) -> Sequence[Visitor]:
    """Whom the card of something far away would only puzzle gets none; who has one already is kept informed."""
    key = shown(performance, stage_of(performance, tx.now), _gates(tx, performance))
    near = performance.starts_at <= tx.now + APPEARS
    return tx.evening.behind(performance.id, key, new=near, limit=limit)


def _gates(tx: Tx, performance: Performance) -> dict[int, int]:
    return {closed.gate_id: closed.instead_id for closed in tx.evening.closed_gates(performance.venue_id)}


def _nudge(
    tx: Tx,
    performance: Performance,
    stage: VisitStage,
    gates: Mapping[int, int],
    visitors: Sequence[Visitor],
    ids: Mapping[int, int],
) -> None:
    """An edited card makes no sound."""
    if stage is not VisitStage.DOORS:
        return
    moved = [
        visitor for visitor in visitors if visitor.was is VisitStage.DOORS and gates_in(visitor.was_shown) != gates
    ]
    zones = tx.evening.zones_of(performance.id, [visitor.person_id for visitor in moved]) if moved else {}
    own = tx.evening.own_gates(performance.hall_id) if moved else {}
    change = f"{int(tx.now.timestamp())}:{'-'.join(map(str, sorted(gates)))}"
    for visitor in visitors:
        visit_id = ids[visitor.person_id]
        params = {"visit_id": visit_id}
        if visitor.visit_id is not None and visitor.was in (VisitStage.SEAT, VisitStage.SET_OUT):
            key = f"doors:{visit_id}:{int(performance.starts_at.timestamp())}"
            tx.notify(Notice(visitor.person_id, NoticeKind.DOORS_OPEN, key, params))
        elif visitor in moved:
            before = gates_in(visitor.was_shown)
            mine = {own.get(zone or "*", own.get("*")) for zone in zones.get(visitor.person_id, ())}
            if any(gate is not None and before.get(gate, gate) != gates.get(gate, gate) for gate in mine):
                key = f"gate:{visit_id}:{change}"[:_KEY_MOST]
                tx.notify(Notice(visitor.person_id, NoticeKind.GATE_CHANGED, key, params))
