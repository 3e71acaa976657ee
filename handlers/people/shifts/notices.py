"""What staff and managers hear about shifts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.notices import NoticeKind
from domain.people.shifts import Shift
from domain.ports import Tx
from handlers.people.shifts import views
from handlers.people.shifts.queries import FindMyShifts, name_of, one_shift
from handlers.ui.i18n import Texts
from handlers.ui.notices import Renderer
from handlers.ui.ports import Links
from handlers.ui.screen import Outgoing


def duty_test(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """Nothing where it has been answered, or is somebody else's shift by now."""
    shift = _standing(tx, params)
    if shift is None or shift.answered_at is not None or shift.is_over(tx.now):
        return []
    return [views.test_page_screen(t, one_shift(tx, shift, own=True))]


def duty_silent(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    shift = _standing(tx, params)
    if shift is None or shift.answered_at is not None:
        return []
    return [views.silent_screen(t, one_shift(tx, shift, own=False))]


def duty_changed(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    shift = _standing(tx, params)
    return [] if shift is None else [views.changed_screen(t, one_shift(tx, shift, own=False))]


def shifts_planned(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    person_id = params["person_id"]
    return [] if tx.people.actor(person_id) is None else [views.planned_screen(t, FindMyShifts(person_id)(tx))]


def shift_offered(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """Nothing where somebody has taken it."""
    shift = _standing(tx, params)
    if shift is None or shift.offered_at is None or shift.person_id != params["giver_id"]:
        return []
    return [views.offered_screen(t, one_shift(tx, shift, own=False))]


def shift_swapped(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    shift = _standing(tx, params)
    if shift is None or shift.person_id != params["taker_id"]:
        return []
    return [views.swapped_screen(t, one_shift(tx, shift, own=False), name_of(tx, params["giver_id"]))]


def _standing(tx: Tx, params: Mapping[str, Any]) -> Shift | None:
    shift = tx.shifts.shift(params["shift_id"])
    return shift if shift is not None and shift.withdrawn_at is None else None


NOTICES: Mapping[NoticeKind, Renderer] = {
    NoticeKind.DUTY_TEST: duty_test,
    NoticeKind.DUTY_SILENT: duty_silent,
    NoticeKind.DUTY_CHANGED: duty_changed,
    NoticeKind.SHIFTS_PLANNED: shifts_planned,
    NoticeKind.SHIFT_OFFERED: shift_offered,
    NoticeKind.SHIFT_SWAPPED: shift_swapped,
}
