"""Cards: which message shows which revision of a thing, and which revision is wanted. The courier is their writer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Executable, and_, bindparam, case, exists, or_, select, tuple_, update

from storage.base import Insert, Store, both, word
from storage.tables.base import UtcDateTime
from storage.tables.messaging import card


class CardState(StrEnum):
    LIVE = "live"
    UNREACHABLE = "unreachable"
    DEAD = "dead"


_c = card.c
_NOW = bindparam("now", type_=UtcDateTime)


def _want(insert: Insert) -> Executable:
    wanting = insert(card)
    return wanting.on_conflict_do_update(
        index_elements=[_c.person_id, _c.kind, _c.subject_id],
        set_={
            "wanted_revision": _c.wanted_revision + 1,
            "due_at": wanting.excluded.due_at,
            "state": CardState.LIVE.value,  # what changes anew is worth another try
        },
    )


_WANT = both(_want)
_CHANGED = (
    update(card)
    .where(_c.kind == bindparam("of_kind"), _c.subject_id == bindparam("of_subject"))
    .values(wanted_revision=_c.wanted_revision + 1, due_at=_NOW)
)


def _behind(of: Any) -> ColumnElement[bool]:
    return and_(of.wanted_revision > of.shown_revision, _waits(of))


def _waits(of: Any) -> ColumnElement[bool]:
    return and_(
        of.state == CardState.LIVE.value,
        of.due_at <= _NOW,
        or_(of.lease_until.is_(None), of.lease_until <= _NOW),
    )


def _rank(of: Any) -> ColumnElement[int]:
    """An incident's card overtakes the others."""
    return case((of.kind == word("incident"), 0), else_=1)


_earlier = card.alias("earlier")
#: The same person's, and before this one in line. Not in the words of the partial index, as in ``notices``: PostgreSQL
#: is to go through that person's cards, not through all that are behind.
_OVERTAKEN = exists().where(
    _earlier.c.person_id == _c.person_id,
    _earlier.c.wanted_revision - _earlier.c.shown_revision > 0,
    _waits(_earlier.c),
    tuple_(_rank(_earlier.c), _earlier.c.due_at, _earlier.c.id) < tuple_(_rank(_c), _c.due_at, _c.id),
)
_NEXT = (
    select(_c.id)
    .where(_behind(_c), _c.person_id.not_in(bindparam("busy", expanding=True)), ~_OVERTAKEN)
    .order_by(_rank(_c), _c.due_at, _c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_LEASE = (
    update(card)
    .where(_c.id.in_(_NEXT.scalar_subquery()))
    .values(attempts=_c.attempts + 1)
    .returning(_c.id, _c.person_id, _c.kind, _c.subject_id, _c.wanted_revision, _c.message_id, _c.attempts, _c.due_at)
)
_LEASED = update(card).where(
    _c.id == bindparam("of_card"), _c.epoch == bindparam("of_epoch"), _c.lease_until.is_not(None)
)
_PROLONG = update(card).where(
    _c.id.in_(bindparam("cards", expanding=True)), _c.epoch == bindparam("of_epoch"), _c.lease_until.is_not(None)
)


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card that shows too old a revision. ``message_id`` None: not sent yet. ``attempts`` counts this one too."""

    id: int
    person_id: int
    kind: str
    subject_id: int
    wanted_revision: int
    message_id: int | None
    attempts: int


class CardStore(Store):
    """``touch`` is told when a card is wanted."""

    def __init__(self, connection: Connection, touch: Callable[[str], object]) -> None:
        super().__init__(connection)
        self._touch = touch

    def want(self, person_id: int, kind: str, subject_id: int, now: datetime) -> None:
        """The thing has changed: its card is to be shown anew. Several changes are one edit."""
        row = {"person_id": person_id, "kind": kind, "subject_id": subject_id, "wanted_revision": 1, "due_at": now}
        self._touch("cards")
        self._execute(_WANT[self._dialect], row)

    def changed(self, kind: str, subject_id: int, now: datetime) -> None:
        """As ``want``, for everybody who has a card of this thing."""
        self._touch("cards")
        self._execute(_CHANGED, {"of_kind": kind, "of_subject": subject_id, "now": now})

    def lease_behind(
        self, now: datetime, lease_until: datetime, epoch: int, limit: int, busy: Collection[int] = ()
    ) -> list[CardRow]:
        """Cards that are behind and in nobody's hands, incidents before all others and then the longest waiting first,
        one a person and none of those who are ``busy``."""
        binds = {"now": now, "lease_until": lease_until, "epoch": epoch, "most": limit, "busy": list(busy)}
        leased = sorted(self._execute(_LEASE, binds), key=lambda row: (row.due_at, row.id))
        return [CardRow(*row[:-1]) for row in leased]

    def settle(
        self,
        card_id: int,
        epoch: int,
        shown_revision: int,
        message_id: int | None,
        state: CardState = CardState.LIVE,
    ) -> bool:
        """The message now shows this revision. False, and nothing changed, where another courier took over."""
        return self._set(
            card_id,
            epoch,
            shown_revision=shown_revision,
            message_id=message_id,
            state=state.value,
            attempts=0,
            lease_until=None,
        )

    def postpone(self, card_id: int, epoch: int, due_at: datetime, attempts: int | None = None) -> bool:
        """Not now: again at ``due_at``; ``attempts`` where this one does not count. False as in ``settle``."""
        counted = {} if attempts is None else {"attempts": attempts}
        return self._set(card_id, epoch, due_at=due_at, lease_until=None, **counted)

    def prolong(self, card_ids: Sequence[int], epoch: int, lease_until: datetime) -> None:
        """Those of them that are still in hand under this epoch are ours for longer."""
        if card_ids:
            self._execute(_PROLONG, {"cards": list(card_ids), "of_epoch": epoch, "lease_until": lease_until})

    def _set(self, card_id: int, epoch: int, **change: Any) -> bool:
        return self._execute(_LEASED, {"of_card": card_id, "of_epoch": epoch, **change}).rowcount > 0
