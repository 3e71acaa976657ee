"""Who sees a case, and who hears of it."""

from __future__ import annotations

from domain.errors import NotFound
from domain.feedback.model import Case, CaseKind
from domain.notices import Notice, NoticeKind
from domain.people.model import Actor, Role
from domain.people.usecases import actor_of
from domain.ports import Tx

#: The role that a case of each kind asks for.
SEES = {CaseKind.SERVICE: Role.BOX_OFFICE, CaseKind.CONDUCT: Role.MANAGER, CaseKind.MANAGER: Role.OWNER}


def may_see(actor: Actor, kind: CaseKind, venue_id: int | None) -> bool:
    return actor.may(SEES[kind], venue_id)


def case_for(tx: Tx, person_id: int, case_id: int, *, lock: bool = False) -> Case:
    """Raises NotAllowed for who sees no cases at all, NotFound for those that are not theirs to see."""
    actor = actor_of(tx, person_id)
    actor.require(Role.BOX_OFFICE)
    case = tx.feedback.case(case_id, lock=lock)
    if case is None or not may_see(actor, case.kind, case.venue_id):
        raise NotFound
    return case


def tell_handlers(tx: Tx, case_id: int, venue_id: int, kind: CaseKind, cause: str) -> None:
    """The venue's managers; the owner where it is about the manager, or where there is no manager."""
    owners = set(tx.people.holders_of([Role.OWNER]))
    if kind is CaseKind.MANAGER:
        told = owners
    else:
        managers = tx.people.holders_of([Role.MANAGER])
        told = {id for id in managers if actor_of(tx, id).may(Role.MANAGER, venue_id)} or owners
    for person_id in sorted(told):
        tx.notify(
            Notice(
                person_id,
                NoticeKind.FEEDBACK_CASE,
                dedupe_key=f"{cause}:{person_id}",
                params={"case_id": case_id, "person_id": person_id},
            )
        )
