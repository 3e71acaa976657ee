"""Somebody's evening: their tickets for a performance, at the stage that it is at."""

from __future__ import annotations

from dataclasses import dataclass

from domain.admission.evening_model import VisitStage, stage_of
from domain.errors import NotFound
from domain.ports import Tx
from domain.programme.model import SeatingPlan
from domain.ticketing.model import TicketState
from handlers.ticketing.queries import Showing, plan_of, showing_of
from handlers.ticketing.ticket_queries import TicketFacts, facts_of_tickets


@dataclass(frozen=True)
class VisitFacts:
    """``tickets`` are valid and theirs; without any the stage is ``gone``."""

    visit_id: int
    person_id: int
    stage: VisitStage
    showing: Showing
    tickets: tuple[TicketFacts, ...]
    plan: SeatingPlan | None

    @property
    def all_inside(self) -> bool:
        return all(facts.admission is not None for facts in self.tickets)


def visit_facts(tx: Tx, visit_id: int) -> VisitFacts | None:
    visit = tx.evening.visit(visit_id)
    return None if visit is None else _facts(tx, visit.id, visit.person_id, visit.performance_id)


@dataclass(frozen=True, slots=True)
class FindWay:
    """Raises NotFound where the person holds no ticket for the performance."""

    person_id: int
    performance_id: int

    def __call__(self, tx: Tx) -> VisitFacts:
        visit = tx.evening.visit_of(self.person_id, self.performance_id)
        facts = _facts(tx, visit.id if visit else 0, self.person_id, self.performance_id)
        if not facts.tickets:
            raise NotFound
        return facts


def _facts(tx: Tx, visit_id: int, person_id: int, performance_id: int) -> VisitFacts:
    showing = showing_of(tx, performance_id)
    held = [
        ticket
        for ticket in tx.ticketing.tickets_of_holder(person_id)
        if ticket.performance_id == performance_id and ticket.state is TicketState.VALID
    ]
    stage = stage_of(showing.performance, tx.now) if held else VisitStage.GONE
    plan = plan_of(tx, showing.performance)
    return VisitFacts(visit_id, person_id, stage, showing, tuple(facts_of_tickets(tx, held)), plan)
