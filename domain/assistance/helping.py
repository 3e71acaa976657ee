"""Help from one's seat: asked for with two taps, taken with one, paged on until somebody takes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.assistance.house import rules_of, works_at
from domain.assistance.model import WORDS_MOST, HelpKind, HelpRequest, HelpState, Whom
from domain.errors import BadInput, LimitExceeded, NotFound, Stale
from domain.notices import CardKind, Notice, NoticeKind
from domain.people.model import Actor, Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Performance, RunState
from domain.ticketing.model import TicketState

#: So long before the doors and after the end somebody is there.
AROUND = timedelta(hours=2)
MOST_AN_HOUR = 5
_AN_HOUR = timedelta(hours=1)
_A_TICK = 50


@dataclass(frozen=True, slots=True)
class AskForHelp:
    """From the seat of one's own ticket. Gives the request's id; while one is open, asking again gives that one.

    Who is unwell is never refused. Raises NotFound, Stale('help_closed'), LimitExceeded('help').
    """

    person_id: int
    ticket_id: int
    kind: HelpKind

    def __call__(self, tx: Tx) -> int:
        ticket = tx.ticketing.ticket(self.ticket_id)
        if ticket is None or ticket.holder_id != self.person_id or ticket.state is not TicketState.VALID:
            raise NotFound
        performance = tx.programme.performance(ticket.performance_id)
        if performance is None or not is_help_there(performance, tx.now):
            raise Stale(reason="help_closed")
        known = tx.assistance.open_help_of(self.person_id, performance.id)
        if known is not None:
            return known.id
        asked = tx.assistance.help_asked_since(self.person_id, tx.now - _AN_HOUR)
        if self.kind is not HelpKind.UNWELL and asked >= MOST_AN_HOUR:
            raise LimitExceeded("help", MOST_AN_HOUR)
        (line,) = tx.ticketing.lines_by_id({ticket.order_line_id}).values()
        request = HelpRequest(
            id=0,
            venue_id=performance.venue_id,
            performance_id=performance.id,
            person_id=self.person_id,
            ticket_id=ticket.id,
            zone=line.zone,
            kind=self.kind,
            state=HelpState.ASKED,
            asked_at=tx.now,
        )
        request = replace(request, id=tx.assistance.put_help(request))
        tx.audit(self.person_id, "help.asked", "help", request.id)
        _page(tx, request)
        return request.id


@dataclass(frozen=True, slots=True)
class SayMore:
    """What one would like to add, in words or as a voice message (the messenger's file id). Gives the request's id.

    Raises NotFound, Stale for one that has ended, BadInput.
    """

    person_id: int
    request_id: int
    words: str = ""
    voice: str = ""

    def __call__(self, tx: Tx) -> int:
        request = _own(tx, self.person_id, self.request_id)
        words = self.words.strip()
        if not words and not self.voice:
            raise BadInput("no_words")
        if len(words) > WORDS_MOST:
            raise BadInput("words_too_long", most=WORDS_MOST)
        both = "\n".join(filter(None, (request.words, words)))[:WORDS_MOST]
        tx.assistance.put_help(replace(request, words=both, voice=self.voice or request.voice))
        tx.audit(self.person_id, "help.said_more", "help", request.id)
        tx.card_changed(CardKind.HELP, request.id)
        return request.id


@dataclass(frozen=True, slots=True)
class CancelHelp:
    """Not needed any more. Gives the request's id; twice is once. Raises NotFound."""

    person_id: int
    request_id: int

    def __call__(self, tx: Tx) -> int:
        request = tx.assistance.help(self.request_id, lock=True)
        if request is None or request.person_id != self.person_id:
            raise NotFound
        if request.state.is_open:
            cancel(tx, request, self.person_id)
        return request.id


@dataclass(frozen=True, slots=True)
class TakeHelp:
    """One tap: who takes it goes there; the person sees who comes. Gives the request's id.

    Raises NotAllowed, NotFound, Stale('help_taken') where a colleague was faster, Stale for one that has ended.
    """

    by: int
    request_id: int

    def __call__(self, tx: Tx) -> int:
        request = help_for(tx, self.by, self.request_id, lock=True)
        if request.taken_by == self.by and request.state.is_open:
            return request.id
        if request.state is not HelpState.ASKED:
            raise Stale(reason="help_taken") if request.state.is_open else Stale
        _move(
            tx, replace(request, state=HelpState.COMING, taken_by=self.by, taken_at=tx.now, page_due_at=None), self.by
        )
        tx.show_card(request.person_id, CardKind.HELP_ASKED, request.id)
        return request.id


@dataclass(frozen=True, slots=True)
class SayHelp:
    """With them, or done; or ``asked``: cannot come after all, somebody else is paged. Gives the request's id.

    Raises NotAllowed, NotFound, Stale where somebody else has it.
    """

    by: int
    request_id: int
    state: HelpState

    def __call__(self, tx: Tx) -> int:
        request = help_for(tx, self.by, self.request_id, lock=True)
        if request.state is self.state:
            return request.id
        if request.taken_by != self.by or not request.state.is_open:
            raise Stale
        match self.state:
            case HelpState.HERE:
                _move(tx, replace(request, state=HelpState.HERE, here_at=tx.now), self.by)
            case HelpState.DONE:
                here_at = request.here_at or tx.now
                _move(tx, replace(request, state=HelpState.DONE, here_at=here_at, ended_at=tx.now), self.by)
            case HelpState.ASKED:
                _page(tx, _give_up(tx, request, self.by))
            case _:
                raise Stale
        return request.id


@dataclass(frozen=True, slots=True)
class PageHelp:
    """The clock's: nobody took it, or who did works there no more, so others are paged. Each page is a new message.
    Gives how many were due."""

    def __call__(self, tx: Tx) -> int:
        due = tx.assistance.help_due(tx.now, _A_TICK)
        for request in due:
            _page(tx, request if request.taken_by is None else _give_up(tx, request, None))
        return len(due)


def is_help_there(performance: Performance, now: datetime) -> bool:
    if performance.run_state is RunState.CANCELLED:
        return False
    return performance.doors_at - AROUND <= now < performance.ends_at + AROUND


def help_for(tx: Tx, by: int, request_id: int, *, lock: bool = False) -> HelpRequest:
    """A request at a venue where this person works. Raises NotAllowed, NotFound."""
    actor = actor_of(tx, by)
    require_staff(actor)
    request = tx.assistance.help(request_id, lock=lock)
    if request is None or not works_at(actor, request.venue_id):
        raise NotFound
    return request


def require_staff(actor: Actor) -> None:
    """Raises NotAllowed."""
    if not actor.is_staff:
        actor.require(Role.FLOOR)


def cancel(tx: Tx, request: HelpRequest, by: int) -> None:
    _move(tx, replace(request, state=HelpState.CANCELLED, ended_at=tx.now, page_due_at=None), by)


def _own(tx: Tx, person_id: int, request_id: int) -> HelpRequest:
    request = tx.assistance.help(request_id, lock=True)
    if request is None or request.person_id != person_id:
        raise NotFound
    if not request.state.is_open:
        raise Stale
    return request


def _give_up(tx: Tx, request: HelpRequest, by: int | None) -> HelpRequest:
    given_up = replace(request, state=HelpState.ASKED, taken_by=None, taken_at=None, here_at=None)
    _move(tx, given_up, by, "given_up")
    return given_up


def _move(tx: Tx, request: HelpRequest, by: int | None, said: str = "") -> None:
    """``said``: what it is called where the state alone does not tell."""
    tx.assistance.put_help(request)
    tx.audit(by, f"help.{said or request.state.value}", "help", request.id)
    tx.card_changed(CardKind.HELP, request.id)
    tx.card_changed(CardKind.HELP_ASKED, request.id)


def _page(tx: Tx, request: HelpRequest) -> None:
    """The step that is due now, and all that it has waited past; the last one is not repeated."""
    steps = rules_of(tx, request.venue_id).steps
    waited = (tx.now - request.asked_at).total_seconds()
    step = request.step
    persons: dict[int, None] = {}
    while step < len(steps) and (steps[step].after <= waited or step == 0):
        persons |= dict.fromkeys(_on_duty(tx, request, steps[step].whom))
        step += 1
    if not persons:  # taken and given back after the last step: everybody hears it anew
        persons |= dict.fromkeys(_on_duty(tx, request, Whom.VENUE))
    due_at = request.asked_at + timedelta(seconds=steps[step].after) if step < len(steps) else None
    tx.assistance.put_help(replace(request, step=step, page_due_at=due_at))
    tx.audit(None, "help.paged", "help", request.id, step=step)
    kind = NoticeKind.HELP_URGENT if request.kind is HelpKind.UNWELL else NoticeKind.HELP_CALL
    for person_id in persons:
        if person_id == request.person_id:
            continue
        tx.show_card(person_id, CardKind.HELP, request.id)
        key = f"help:{request.id}:{step}:{int(tx.now.timestamp())}:{person_id}"
        tx.notify(Notice(person_id, kind, dedupe_key=key, params={"request_id": request.id}))


def _on_duty(tx: Tx, request: HelpRequest, whom: Whom) -> Iterable[int]:
    match whom:
        case Whom.ZONE:
            found = tx.shifts.on_duty(request.venue_id, tx.now, Role.FLOOR, request.zone or None)
        case Whom.VENUE:
            found = tx.shifts.on_duty(request.venue_id, tx.now)
        case Whom.MANAGER:
            found = tx.shifts.on_duty(request.venue_id, tx.now, Role.MANAGER)
    return [one.person_id for one in found]
