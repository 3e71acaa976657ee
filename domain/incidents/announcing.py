"""A word to an audience: previewed, agreed to by two, on its way until it is stopped. It supplements the public address
and the alarms of a house and replaces neither."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from domain.errors import BadInput, NotAllowed, NotFound, Stale
from domain.incidents.model import ACTIVE, Announcement, AnnouncementState, Template, What
from domain.incidents.paging import incident_at, write_line
from domain.notices import Notice, NoticeKind
from domain.people.duty import tell_managers
from domain.people.model import Actor, Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Performance, RunState

DELAYS = (10, 15, 20, 30, 45)
#: A proposal that nobody has agreed to by then speaks of a house that is another one.
PROPOSED_FOR = timedelta(minutes=30)
#: To those who are inside, once the doors are open.
_INSIDE = frozenset({Template.EVACUATE, Template.HOLD})
#: For the safety team too.
_URGENT = _INSIDE
_NOT_OPEN = frozenset({RunState.SCHEDULED, RunState.MOVED})
_OPEN_STATES = (AnnouncementState.PROPOSED, AnnouncementState.GOING)
_LATELY = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class ProposeAnnouncement:
    """For an evacuation one manager's word, or the safety team's, is enough: it goes at once. Everything else waits
    for a second manager. The same twice within two minutes is one. Gives the announcement's id.

    A drill reaches no audience: BadInput('drill_audience'). Raises NotAllowed, NotFound, BadInput('delay'),
    Stale('nobody_there').
    """

    by: int
    performance_id: int
    template: Template
    minutes: int | None = None
    incident_id: int | None = None

    def __call__(self, tx: Tx) -> int:
        performance = performance_to_tell(tx, self.by, self.performance_id, self.template)
        if (self.minutes is None) == (self.template is Template.DELAY):
            raise BadInput("delay")
        if self.minutes is not None and self.minutes not in DELAYS:
            raise BadInput("delay")
        if self.incident_id is not None:
            incident, _ = incident_at(tx, self.by, self.incident_id)
            if incident.venue_id != performance.venue_id:
                raise NotFound
        if is_drill_only(tx, performance.venue_id, self.template, self.incident_id):
            raise BadInput("drill_audience")
        for known in tx.incidents.announcements_of(performance.id, 5):
            same = (known.template, known.minutes, known.proposed_by) == (self.template, self.minutes, self.by)
            if same and known.state in _OPEN_STATES and tx.now < known.proposed_at + _LATELY:
                return known.id
        inside, people = whom_it_reaches(tx, performance, self.template)
        if not people:
            raise Stale(reason="nobody_there")
        proposed = Announcement(
            0,
            performance.id,
            self.template,
            AnnouncementState.PROPOSED,
            self.by,
            tx.now,
            people,
            inside=inside,
            minutes=self.minutes,
            incident_id=self.incident_id,
        )
        announcement_id = tx.incidents.put_announcement(proposed)
        proposed = replace(proposed, id=announcement_id)
        tx.audit(self.by, "announcement.proposed", "announcement", announcement_id, template=self.template.value)
        if self.template is Template.EVACUATE:
            _begin(tx, proposed, self.by)
        else:
            cause, params = f"announcement_asked:{announcement_id}", {"announcement_id": announcement_id}
            tell_managers(tx, performance.venue_id, NoticeKind.ANNOUNCEMENT_ASKED, cause, params, but=self.by)
        return announcement_id


@dataclass(frozen=True, slots=True)
class ConsentAnnouncement:
    """A second manager agrees, and it goes out. Gives the announcement's id. Raises NotFound, NotAllowed for whoever
    proposed it, Stale."""

    by: int
    announcement_id: int

    def __call__(self, tx: Tx) -> int:
        announcement, performance, actor = announcement_at(tx, self.by, self.announcement_id, lock=True)
        actor.require(Role.MANAGER, performance.venue_id)
        if announcement.proposed_by == self.by:
            raise NotAllowed(role=Role.MANAGER.value)
        if announcement.consented_by == self.by:
            return announcement.id
        too_old = tx.now >= announcement.proposed_at + PROPOSED_FOR
        if announcement.state is not AnnouncementState.PROPOSED or too_old:
            raise Stale
        _begin(tx, announcement, self.by)
        return announcement.id


@dataclass(frozen=True, slots=True)
class StopAnnouncement:
    """Who has not been told yet is not told any more. Gives the announcement's id. Raises NotFound, Stale where all
    have been told."""

    by: int
    announcement_id: int

    def __call__(self, tx: Tx) -> int:
        announcement, _, _ = announcement_at(tx, self.by, self.announcement_id, lock=True)
        if announcement.state is AnnouncementState.STOPPED:
            return announcement.id
        # What is written and not sent yet is not sent either, so one that is written to the end can be stopped too.
        stopped = replace(announcement, state=AnnouncementState.STOPPED, stopped_by=self.by, ended_at=tx.now)
        tx.incidents.put_announcement(stopped)
        tx.audit(self.by, "announcement.stopped", "announcement", announcement.id)
        return announcement.id


@dataclass(frozen=True, slots=True)
class AnnouncementsGoing:
    """A query for the clock."""

    def __call__(self, tx: Tx) -> list[int]:
        return list(tx.incidents.going())


@dataclass(frozen=True, slots=True)
class CarryAnnouncement:
    """The clock's part, a piece at a time. Gives how many are told now."""

    announcement_id: int
    limit: int = 200

    def __call__(self, tx: Tx) -> int:
        announcement = tx.incidents.announcement(self.announcement_id, lock=True)
        if announcement is None or announcement.state is not AnnouncementState.GOING:
            return 0
        key = key_of(announcement.id)
        people = tx.incidents.audience(
            announcement.performance_id, inside=announcement.inside, but=key, most=self.limit
        )
        urgent = announcement.template is Template.EVACUATE
        for person_id in people:
            tx.notify(
                Notice(
                    person_id,
                    NoticeKind.EVACUATE if urgent else NoticeKind.ANNOUNCEMENT,
                    dedupe_key=f"{key}{person_id}",
                    params={"announcement_id": announcement.id},
                )
            )
        if len(people) < self.limit:
            tx.incidents.put_announcement(replace(announcement, state=AnnouncementState.DONE, ended_at=tx.now))
        return len(people)


def key_of(announcement_id: int) -> str:
    """Without the person."""
    return f"announcement:{announcement_id}:"


def performance_to_tell(tx: Tx, by: int, performance_id: int, template: Template) -> Performance:
    """Raises NotAllowed, NotFound."""
    actor, performance = actor_of(tx, by), tx.programme.performance(performance_id)
    actor.require(_role(template))
    if performance is None or not actor.may(_role(template), performance.venue_id):
        raise NotFound
    return performance


def announcement_at(
    tx: Tx, by: int, announcement_id: int, *, lock: bool = False
) -> tuple[Announcement, Performance, Actor]:
    """For those who may make one like it. Raises NotFound."""
    announcement, actor = tx.incidents.announcement(announcement_id, lock=lock), actor_of(tx, by)
    performance = tx.programme.performance(announcement.performance_id) if announcement else None
    if announcement is None or performance is None:
        raise NotFound
    if not actor.may(_role(announcement.template), performance.venue_id):
        raise NotFound
    return announcement, performance, actor


def whom_it_reaches(tx: Tx, performance: Performance, template: Template) -> tuple[bool, int]:
    """Whether only those inside, and how many it is. Where the door has let nobody in, it does not count: then it is
    everybody who has a ticket."""
    doors_open = performance.run_state not in _NOT_OPEN or tx.now >= performance.doors_at
    if template in _INSIDE and doors_open:
        inside = len(tx.incidents.audience(performance.id, inside=True))
        if inside:
            return True, inside
    return False, len(tx.incidents.audience(performance.id, inside=False))


def is_drill_only(tx: Tx, venue_id: int, template: Template, incident_id: int | None) -> bool:
    """Whether it would tell an audience of a drill: it belongs to one, or it is urgent and nothing real is going on."""
    if incident_id is not None:
        incident = tx.incidents.incident(incident_id)
        return incident is not None and incident.drill
    active = [one for one in tx.incidents.at_venues([venue_id], 50) if one.state in ACTIVE]
    return template in _URGENT and bool(active) and all(one.drill for one in active)


def _role(template: Template) -> Role:
    return Role.SAFETY if template in _URGENT else Role.MANAGER


def _begin(tx: Tx, announcement: Announcement, by: int) -> None:
    going = replace(announcement, state=AnnouncementState.GOING, consented_by=by, began_at=tx.now)
    tx.incidents.put_announcement(going)
    tx.audit(by, "announcement.begun", "announcement", going.id, template=going.template.value)
    if going.incident_id is not None:
        write_line(tx, going.incident_id, by, What.ANNOUNCED, announcement=going.id, template=going.template.value)
