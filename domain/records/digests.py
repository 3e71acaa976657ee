"""Digests: what a manager is told in the morning and by ``/today``, who wants it when, and what is put off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import fmean, median
from zoneinfo import ZoneInfo

from domain.assistance.asking import EnquiriesBetween
from domain.assistance.house import rules_of
from domain.assistance.model import STEPS, Enquiry, EnquiryFigures, EnquiryState
from domain.errors import BadInput, NotAllowed
from domain.feedback.figures import Figures, Scope
from domain.feedback.model import Case, CaseKind, CaseState
from domain.feedback.sight import may_see
from domain.improvement.model import Action, ActionState, Source
from domain.incidents.model import Incident
from domain.notices import Notice, NoticeKind
from domain.payments.accounts_model import Part
from domain.payments.accounts_model import Scope as BooksScope
from domain.payments.drawer import Drawer
from domain.people.model import Actor, Invitation, Role
from domain.people.usecases import actor_of, may_decide
from domain.ports import Tx
from domain.programme.model import EventKind, Venue
from domain.programme.quiet import local_time
from domain.records.digest_model import (
    COMPARED_MOST,
    HOURS,
    SNOOZE_FOR,
    USEFUL,
    Came,
    Comparison,
    DigestChoice,
    House,
    Need,
    NeedKind,
    Period,
    Responses,
    Rhythm,
    Selling,
    Takings,
    due_at,
    key,
    most_urgent,
    period_of,
)
from domain.records.ports import Task

_PERFORMANCES_MOST = 12
_OF_A_KIND_MOST = 20
_OPEN_MOST = 200
#: Whoever takes a request from a seat later than this has let a second page go out.
_HELP_IN_TIME = STEPS[1].after
#: Shows of the last season and a bit are comparable.
_SEASON = timedelta(days=400)
#: Few answer in a day: a daily digest says how it was in the last week, a weekly one in the last four.
_ANSWERS_OF = {Period.DAY: timedelta(days=7), Period.WEEK: timedelta(days=28)}


@dataclass(frozen=True)
class Digest:
    """``since`` to ``until``: the days that it looks back on, from midnight to midnight by the venue's clock."""

    period: Period
    venues: tuple[Venue, ...]
    since: datetime
    until: datetime
    now: datetime
    needs: tuple[Need, ...]
    tonight: tuple[House, ...]
    coming: tuple[Selling, ...]
    came: tuple[Came, ...]
    takings: tuple[Takings, ...]
    answers: Figures
    answers_before: Figures
    overdue: tuple[Action, ...]
    tasks: tuple[Task, ...]
    cases: tuple[Case, ...]
    joining: tuple[Invitation, ...]
    drawers: tuple[Drawer, ...]
    incidents: tuple[Incident, ...]  # not over
    responses: Responses  # to incidents
    help: Responses  # to requests from seats
    enquiries: tuple[tuple[Venue, EnquiryFigures], ...]
    late_enquiries: tuple[Enquiry, ...]

    @property
    def zone(self) -> str:
        return self.venues[0].timezone


@dataclass(frozen=True, slots=True)
class MakeDigest:
    """A query: everything that this manager's digest says now. Raises NotAllowed."""

    person_id: int
    period: Period

    def __call__(self, tx: Tx) -> Digest:
        actor = actor_of(tx, self.person_id)
        venues = _venues(tx, actor, choice_of(tx, actor))
        if not venues:
            raise NotAllowed(role=Role.MANAGER.value)
        ids, zone = [venue.id for venue in venues], venues[0].timezone
        today = tx.now.astimezone(ZoneInfo(zone)).date()
        midnight, next_midnight = local_time(today, 0, zone), local_time(today + timedelta(days=1), 0, zone)
        since = local_time(today - timedelta(days=self.period.back), 0, zone)
        ahead = local_time(today + timedelta(days=self.period.ahead), 0, zone)
        tonight = tx.records.houses(ids, midnight, next_midnight, tx.now, _PERFORMANCES_MOST)
        coming = tx.records.houses(ids, max(tx.now, midnight), ahead, tx.now, _PERFORMANCES_MOST)
        selling = _compared(tx, coming)
        came = tx.records.came(ids, since, midnight)
        answers_of = _ANSWERS_OF[self.period]
        now_scope = Scope(tuple(ids), midnight - answers_of, next_midnight)
        before_scope = Scope(tuple(ids), midnight - 2 * answers_of, midnight - answers_of)
        overdue = tx.improvement.overdue(ids, tx.now)
        tasks = tx.records.open_tasks(_OF_A_KIND_MOST)
        cases = _cases(tx, actor, ids)
        joining = [
            invitation
            for invitation in tx.records.invitations_to_decide()
            if may_decide(actor, invitation.role, invitation.venue_id) and invitation.used_by != actor.person_id
        ]
        drawers = [drawer for drawer in tx.drawers.unsigned(ids, _OF_A_KIND_MOST) if drawer.clerk_id != actor.person_id]
        incidents = [one for one in tx.incidents.at_venues(ids, _OF_A_KIND_MOST) if one.is_active and not one.drill]
        late_enquiries = _late_enquiries(tx, venues)
        needs = [
            *(Need(NeedKind.INCIDENT, one.id, one.reported_at) for one in incidents),
            *(Need(NeedKind.MONEY, task.id, task.due_at) for task in tasks),
            *(Need(NeedKind.CASE, case.id, case.opened_at) for case in cases),
            *(Need(NeedKind.ENQUIRY, enquiry.id, enquiry.answerable_at) for enquiry in late_enquiries),
            *(Need(NeedKind.JOIN, invitation.id, invitation.expires_at) for invitation in joining),
            *(Need(NeedKind.DRAWER, drawer.id, drawer.closed_at or tx.now) for drawer in drawers),
            *(Need(NeedKind.OVERDUE, action.id, action.due_at) for action in overdue),
            *(_about(NeedKind.SALES, one.house) for one in selling if one.sells_badly and _is_new(tx, one.house)),
            *(_about(NeedKind.NO_SHOWS, one) for one in came if one.many_stayed_away and _is_new(tx, one)),
        ]
        snoozed = tx.records.snoozed(self.person_id, tx.now)
        return Digest(
            period=self.period,
            venues=tuple(venues),
            since=since,
            until=midnight,
            now=tx.now,
            needs=most_urgent([need for need in needs if (need.kind, need.subject_id) not in snoozed]),
            tonight=tuple(tonight),
            coming=tuple(selling),
            came=tuple(came),
            takings=tuple(_takings(tx, venues, self.period)),
            answers=tx.feedback.figures(now_scope),
            answers_before=tx.feedback.figures(before_scope),
            overdue=tuple(overdue),
            tasks=tuple(tasks),
            cases=tuple(cases),
            joining=tuple(joining),
            drawers=tuple(drawers),
            incidents=tuple(incidents),
            responses=_responses(tx.records.incidents_between(ids, since, tx.now), len(incidents)),
            help=_responses(tx.records.help_between(ids, since, tx.now), len(tx.assistance.open_help(ids, _OPEN_MOST))),
            enquiries=tuple((venue, EnquiriesBetween(venue.id, since, tx.now)(tx)) for venue in venues),
            late_enquiries=tuple(late_enquiries),
        )


@dataclass(frozen=True, slots=True)
class ChooseDigests:
    """Which digests somebody wants, when, of which venue. Gives their number.

    Raises NotAllowed where they manage nothing there, BadInput('digest_hour').
    """

    by: int
    choice: DigestChoice

    def __call__(self, tx: Tx) -> int:
        actor = actor_of(tx, self.by)
        actor.require(Role.MANAGER, self.choice.venue_id)
        if self.choice.venue_id is not None and tx.programme.venue(self.choice.venue_id) is None:
            raise NotAllowed(role=Role.MANAGER.value)
        if self.choice.hour is not None and self.choice.hour not in HOURS:
            raise BadInput("digest_hour")
        if choice_of(tx, actor) != self.choice:
            tx.records.put_digest_choice(self.by, self.choice)
            tx.audit(self.by, "digest.chosen", "person", self.by, rhythm=self.choice.rhythm.value)
        return self.by


@dataclass(frozen=True, slots=True)
class SnoozeNeed:
    """This manager's digest leaves it out for a day; everybody else's does not. Gives its number. Raises NotAllowed."""

    by: int
    kind: NeedKind
    subject_id: int

    def __call__(self, tx: Tx) -> int:
        actor_of(tx, self.by).require(Role.MANAGER)
        tx.records.snooze(self.by, self.kind, self.subject_id, tx.now, tx.now + SNOOZE_FOR)
        return self.subject_id


@dataclass(frozen=True, slots=True)
class DigestsDue:
    """A query for the clock: (person, dedupe key, which) of digests that are due and not written yet."""

    def __call__(self, tx: Tx) -> list[tuple[int, str, str]]:
        due = list(_due(tx))
        told = tx.records.told([one[1] for one in due])
        return [one for one in due if one[1] not in told]


@dataclass(frozen=True, slots=True)
class SendDigests:
    """The clock's part: derived anew each time, once a day for each person. Gives how many were written."""

    def __call__(self, tx: Tx) -> int:
        due = DigestsDue()(tx)
        for person_id, dedupe_key, period in due:
            params = {"person_id": person_id, "period": period}
            tx.notify(Notice(person_id, NoticeKind.DIGEST, dedupe_key=dedupe_key, params=params))
        return len(due)


def choice_of(tx: Tx, actor: Actor) -> DigestChoice:
    """As they have chosen; else daily for managers, weekly for owners, who have managers."""
    chosen = tx.records.digest_choices().get(actor.person_id)
    return chosen or _usual(actor)


def managed_venues(tx: Tx, actor: Actor) -> list[Venue]:
    return [venue for venue in tx.programme.venues() if actor.may(Role.MANAGER, venue.id)]


def _usual(actor: Actor) -> DigestChoice:
    manages = any(grant.role is Role.MANAGER for grant in actor.grants)
    return DigestChoice(Rhythm.DAILY if manages else Rhythm.WEEKLY)


def _venues(tx: Tx, actor: Actor, choice: DigestChoice) -> list[Venue]:
    """Those that the digest is about. Who does not manage any more what they chose gets what they do manage."""
    managed = managed_venues(tx, actor)
    chosen = [venue for venue in managed if venue.id == choice.venue_id]
    return chosen or managed


def _due(tx: Tx) -> Iterator[tuple[int, str, str]]:
    for person_id, zone, choice, venues in _readers(tx):
        day = tx.now.astimezone(ZoneInfo(zone)).date()
        period = period_of(choice.rhythm, day)
        if period is not None:
            due = _due_on(tx, day, zone, choice, venues)
            if due <= tx.now < due + USEFUL:
                yield person_id, key(day, person_id), period.value


def digests_coming(tx: Tx, until: datetime) -> Iterator[tuple[datetime, str, Period]]:
    """(when, zone, which) for each manager and day, as shifts and choices stand now."""
    for _, zone, choice, venues in _readers(tx):
        day = tx.now.astimezone(ZoneInfo(zone)).date()
        while local_time(day, 0, zone) <= until:
            period = period_of(choice.rhythm, day)
            if period is not None and tx.now < (at := _due_on(tx, day, zone, choice, venues)) <= until:
                yield at, zone, period
            day += timedelta(days=1)


def _readers(tx: Tx) -> Iterator[tuple[int, str, DigestChoice, list[Venue]]]:
    """Who gets digests, by which clock and of which venues."""
    choices = tx.records.digest_choices()
    for person_id in sorted(set(tx.people.holders_of([Role.MANAGER, Role.OWNER]))):
        actor = tx.people.actor(person_id)
        choice = (choices.get(person_id) or _usual(actor)) if actor else None
        if actor is None or choice is None or choice.rhythm is Rhythm.OFF:
            continue
        venues = _venues(tx, actor, choice)
        if venues:
            yield person_id, venues[0].timezone, choice, venues


def _due_on(tx: Tx, day: date, zone: str, choice: DigestChoice, venues: Sequence[Venue]) -> datetime:
    first = None
    if choice.hour is None:
        midnight, end = local_time(day, 0, zone), local_time(day + timedelta(days=1), 0, zone)
        shifts = [shift for venue in venues for shift in tx.shifts.of_venue(venue.id, midnight, end)]
        first = min((shift.starts_at for shift in shifts if not shift.withdrawn_at), default=None)
    return due_at(day, zone, choice.hour, first)


def _compared(tx: Tx, houses: Sequence[House]) -> list[Selling]:
    """Each beside shows of the same kind in the same hall, at the same number of days (and hours) before the start."""
    kinds = tx.records.kinds([house.performance_id for house in houses])
    past: dict[tuple[int, EventKind], Sequence[tuple[int, datetime, datetime, int]]] = {}
    found = []
    for house in houses:
        alike = kinds[house.performance_id]
        if alike not in past:
            past[alike] = tx.records.past_shows(*alike, tx.now - _SEASON, tx.now, COMPARED_MOST)
        lead = house.starts_at - tx.now
        # A show that was not on sale yet so long before says nothing.
        shows = [
            (id, starts_at - lead, capacity)
            for id, starts_at, opened, capacity in past[alike]
            if capacity and opened <= starts_at - lead
        ]
        comparison = None
        if shows:
            sold = tx.records.sold_by({id: cutoff for id, cutoff, _ in shows})
            share = fmean(min(1.0, sold.get(id, 0) / capacity) for id, _, capacity in shows)
            comparison = Comparison(len(shows), share)
        found.append(Selling(house, comparison))
    return found


def _takings(tx: Tx, venues: Sequence[Venue], period: Period) -> list[Takings]:
    """By the clocks of each venue, as the books are."""
    by_zone: dict[str, list[int]] = defaultdict(list)
    for venue in venues:
        by_zone[venue.timezone].append(venue.id)
    parts: dict[str, dict[Part, int]] = defaultdict(lambda: defaultdict(int))
    for zone, ids in by_zone.items():
        today = tx.now.astimezone(ZoneInfo(zone)).date()
        start, end = local_time(today - timedelta(days=period.back), 0, zone), local_time(today, 0, zone)
        scope = BooksScope(zone, start, end, end, tuple(ids), False)
        for part, currency, minor in tx.records.takings(scope):
            parts[currency][part] += minor
    return [Takings(currency, dict(of)) for currency, of in sorted(parts.items())]


def _cases(tx: Tx, actor: Actor, venue_ids: Sequence[int]) -> list[Case]:
    """Who waits for an answer, of the kinds that this person may see."""
    kinds = [kind for kind in CaseKind if may_see(actor, kind, None)]
    found = tx.feedback.cases(venue_ids, kinds, _OF_A_KIND_MOST)
    return [case for case in found if case.state is CaseState.OPEN and may_see(actor, case.kind, case.venue_id)]


def _about(kind: NeedKind, one: House | Came) -> Need:
    return Need(kind, one.performance_id, one.starts_at)


def _is_new(tx: Tx, one: House | Came) -> bool:
    """Nothing is being done about it yet."""
    actions = tx.improvement.actions_of(Source.DIGEST, one.performance_id)
    return not any(action.state is ActionState.OPEN for action in actions)


def _responses(times: Sequence[tuple[datetime, datetime | None]], open: int) -> Responses:
    waits = [(taken - asked).total_seconds() for asked, taken in times if taken is not None]
    late = sum(wait > _HELP_IN_TIME for wait in waits)
    return Responses(len(times), open, median(waits) if waits else None, late)


def _late_enquiries(tx: Tx, venues: Sequence[Venue]) -> list[Enquiry]:
    """Nobody has answered within the house's target."""
    late: list[Enquiry] = []
    for venue in venues:
        waiting = tx.assistance.enquiries([venue.id], [EnquiryState.WAITING], _OF_A_KIND_MOST)
        until = tx.now - rules_of(tx, venue.id).target if waiting else tx.now
        late += [enquiry for enquiry in waiting if enquiry.answerable_at <= until]
    return late
