"""What the staff does on an evening, as steps of ``test_evening_machine``: shifts, incidents, announcements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain.errors import NotAllowed, NotFound, Stale
from domain.incidents.announcing import (
    AnnouncementsGoing,
    CarryAnnouncement,
    ConsentAnnouncement,
    ProposeAnnouncement,
    StopAnnouncement,
)
from domain.incidents.handling import HearIncident, SayIncident, SetSeverity, StartProcedure, TakeIncident
from domain.incidents.model import ActionCard, IncidentKind, IncidentState, Severity, Template
from domain.incidents.paging import IncidentsDue, WatchIncidents
from domain.incidents.places import Spot
from domain.incidents.reporting import BeginIncident, DropIncident, SendIncident
from domain.people.duty import AnswerTest, Move, MoveDuty, PageDuty
from storage.tables.incidents import announcement, incident, incident_person
from tests.properties.evening_model import (
    COURSE,
    MINUTE,
    SEVERITY,
    Announcement,
    Incident,
    Refusal,
    as_told,
)
from tests.properties.evening_rules import AREAS, PICK, Act, EveningMachine
from tests.properties.house_driver import Audit, Rows, Told

KINDS = ("unwell", "unwell", "equipment", "other")
STAFF_AREAS: dict[str, tuple[Act, ...]] = {
    "duty": (
        ("move_duty", PICK, PICK, list(Move)),
        ("answer_test", PICK, PICK),
        ("page_duty",),
    ),
    "incidents": (
        *(("report", PICK, KINDS, (False, False, True), ("", "", "", "Stalls", "send", "drop")),) * 2,
        ("send_or_drop", PICK, PICK, (True, True, False)),
        *(("take_incident", PICK, PICK),) * 2,
        *(("say_incident", PICK, PICK, ("", "", "", *COURSE[2:])),) * 2,
        ("hear_incident", PICK, PICK),
        ("set_severity", PICK, PICK, (1, 2, 3)),
        ("start_procedure", PICK, PICK, ("evacuate", "lock")),
        ("watch_incidents",),
    ),
    "announcements": (
        ("report", PICK, KINDS, (False, True), ("send",)),
        *(("propose", PICK, PICK, ("evacuate", "hold", "delay", "apology"), (True, False)),) * 2,
        *(("consent", PICK, PICK),) * 2,
        ("stop", PICK, PICK),
        ("carry_announcements",),
    ),
}


class StaffMachine(EveningMachine):
    def __init__(self) -> None:
        super().__init__()
        # What is said again at the same moment is said once.
        self.told_of_duty: set[tuple[Any, ...]] = set()
        self.told_of_procedures: set[tuple[Any, ...]] = set()

    def areas(self) -> dict[str, tuple[Act, ...]]:
        return {**AREAS, **STAFF_AREAS}

    def ticks(self) -> dict[str, Callable[[], None]]:
        mine = {"duty": self.page_duty, "incidents": self.watch_incidents, "announcements": self.carry_announcements}
        return {**super().ticks(), **mine}

    # Shifts

    def move_duty(self, pick: int, of: int, move: Move) -> None:
        id = list(self.model.shifts)[of % len(self.model.shifts)]
        shift = self.model.shifts[id]
        by = shift.person if pick % 5 else self.colleague(pick)
        refusal: Refusal = NotFound if by != shift.person else None if move in self.model.moves(shift) else Stale
        self.do(MoveDuty(by, id, move), refusal)
        if refusal is not None:
            return
        now = self.model.now
        match move:
            case Move.HERE:
                shift.on, shift.page_due = now, None
            case Move.LATER:
                shift.on += 30 * MINUTE
                shift.page_due = shift.on
            case Move.LONGER:
                shift.off += 30 * MINUTE
            case Move.OFF:
                shift.off, shift.page_due = now, None
        told = self.model.managers_but(by) if move in (Move.LATER, Move.OFF) else set()
        told = {person for person in told if (id, now, person) not in self.told_of_duty}
        self.told_of_duty |= {(id, now, person) for person in told}
        self.saw((by, "shift.moved", "shift", id), told=as_told(told, "duty_changed"))

    def answer_test(self, pick: int, of: int) -> None:
        paged = [id for id, shift in self.model.shifts.items() if shift.page_due is not None and shift.pages]
        if not paged:
            return
        id = paged[of % len(paged)]
        shift = self.model.shifts[id]
        by = shift.person if pick % 5 else self.colleague(pick)
        refusal = NotFound if by != shift.person else None if self.model.now < shift.off else Stale
        self.do(AnswerTest(by, id), refusal)
        if refusal is None:
            shift.page_due = None
            self.saw((by, "shift.answered", "shift", id))

    def page_duty(self) -> None:
        due = {id: s for id, s in self.model.shifts.items() if s.page_due is not None and s.page_due <= self.model.now}
        assert self.do(PageDuty()) == len(due)
        audits, told = list[Audit](), list[Told]()
        for id, shift in due.items():
            shift.page_due = None
            if self.model.now >= shift.off or not self.model.stands_in(shift.person, shift.role):
                continue
            if shift.pages < 2:
                shift.pages, shift.page_due = shift.pages + 1, self.model.now + 5 * MINUTE
                audits.append((None, "shift.paged", "shift", id))
                told.append((shift.person, "duty_test"))
            else:
                audits.append((None, "shift.silent", "shift", id))
                told += as_told(self.model.managers_but(shift.person), "duty_silent")
        self.saw(*audits, told=told)

    # Incidents

    def incident(self, pick: int) -> int | None:
        """Mostly one that is going on."""
        found = self.model.incidents
        return self.newest(found, pick, "draft", *COURSE[:-1]) if found else None

    def report(self, pick: int, kind: str, drill: bool, then: str) -> None:
        by = self.colleague(pick, "safety") if pick % 2 else self.colleague(pick, *set(self.model.staff.values()))
        refusal: Refusal = None
        if by not in self.model.staff:
            refusal = NotFound
        elif drill and not self.model.stands_in(by, "safety"):
            refusal = NotAllowed
        id = self.do(BeginIncident(by, IncidentKind(kind), drill), refusal)
        if refusal is not None:
            return
        due = self.model.now + MINUTE / 2
        known = [x for x, one in self.model.incidents.items() if (one.reporter, one.state) == (by, "draft")]
        if not known:
            shifts = self.model.shifts.values()
            zones = [shift.zone for shift in shifts if shift.person == by and shift.on <= self.model.now < shift.off]
            zone = zones[0] if zones else None
            self.model.incidents[id] = Incident(by, kind, SEVERITY[kind], drill, zone, due)
        else:
            assert known == [id]
            one = self.model.incidents[id]
            if (one.kind, one.drill) == (kind, drill):
                self.saw()
                return
            one.kind, one.drill, one.severity, one.due = kind, drill, SEVERITY[kind], due
        self.saw((by, "incident.begun", "incident", id))
        if then:
            self._send(by, id, then)

    def send_or_drop(self, pick: int, of: int, sends: bool) -> None:
        id = self.incident(of)
        if id is not None:
            reporter = self.model.incidents[id].reporter
            self._send(reporter if pick % 5 else self.colleague(pick), id, "send" if sends else "drop")

    def _send(self, by: int, id: int, how: str) -> None:
        one = self.model.incidents[id]
        if how == "drop":
            refusal = self.model.refuses_drop(by, one)
            self.do(DropIncident(by, id), refusal)
            if refusal is None and one.state == "draft":
                one.state, one.due, one.ended = "dropped", None, self.model.now
                self.saw((by, "incident.dropped", "incident", id))
            return
        refusal, zone = self.model.refuses_send(by, one), how if how != "send" else None
        self.do(SendIncident(by, id, Spot(self.venue_id, zone) if zone else None), refusal)
        if refusal is None and one.state == "draft":
            one.zone = zone or one.zone
            self._opened(id, by)

    def _opened(self, id: int, by: int | None, *more: Audit) -> None:
        one = self.model.incidents[id]
        self.model.open(one)
        one.known_to.add(one.reporter)
        audits, told = self._paged(id)
        self.saw(*more, (by, "incident.sent", "incident", id), *audits, told=told)

    def _paged(self, id: int) -> tuple[list[Audit], list[Told]]:
        one = self.model.incidents[id]
        kind = "incident_alarm" if one.severity == 1 else "incident_page"
        return [(None, "incident.paged", "incident", id)], as_told(self.model.call(one), kind)

    def take_incident(self, pick: int, of: int) -> None:
        id = self.incident(of)
        if id is None:
            return
        one, by = self.model.incidents[id], self.colleague(pick, "safety", "floor")
        instead_of = one.taker if pick % 4 else None
        refusal = self.model.refuses_take(by, one, instead_of)
        self.do(TakeIncident(by, id, instead_of or 0), refusal)
        if refusal is not None or (one.taker == by and one.state in ("acknowledged", "on_scene")):
            return
        one.state = "acknowledged" if one.state == "open" else one.state
        one.taker = by
        one.known_to.add(by)
        self.model.heard_of(one)
        self.saw((by, "incident.taken", "incident", id))
        if pick % 2 and instead_of != by:
            rival = next(person for person in self.model.staff if person != by)
            self.do(TakeIncident(rival, id, instead_of or 0), Stale)

    def say_incident(self, pick: int, of: int, state: str) -> None:
        id = self.incident(of)
        if id is None:
            return
        one = self.model.incidents[id]
        state = state or {"acknowledged": "on_scene", "on_scene": "in_hand"}.get(one.state, "resolved")
        by = one.taker if one.taker and pick % 3 else self.colleague(pick, "safety", "floor")
        refusal = self.model.refuses_say(by, one, state)
        self.do(SayIncident(by, id, IncidentState(state)), refusal)
        if refusal is not None or one.state == state:
            return
        one.state = state
        one.taker = one.taker if state == "resolved" and one.taker else by
        self.model.heard_of(one)
        told: list[Told] = []
        if state == "resolved":
            one.ended = self.model.now
            told = as_told(self.model.on_duty("manager"), "drill_report") if one.drill else []
        self.saw((by, f"incident.{state}", "incident", id), told=told)

    def hear_incident(self, pick: int, of: int) -> None:
        id = self.incident(of)
        if id is None:
            return
        one = self.model.incidents[id]
        by = one.taker if one.taker and pick % 5 else self.colleague(pick)
        refusal = self.model.refuses_hear(by, one)
        self.do(HearIncident(by, id), refusal)
        if refusal is None:
            self.model.heard_of(one)
            self.saw((by, "incident.heard", "incident", id))

    def set_severity(self, pick: int, of: int, severity: int) -> None:
        id = self.incident(of)
        if id is None:
            return
        one, by = self.model.incidents[id], self.colleague(pick, "safety")
        refusal: Refusal = None
        if not self.model.sees(by, one):
            refusal = NotFound
        elif one.severity != severity and not one.active and one.state != "draft":
            refusal = Stale
        self.do(SetSeverity(by, id, Severity(severity)), refusal)
        if refusal is not None or one.severity == severity:
            return
        worse, one.severity = severity < one.severity, severity
        audits: list[Audit] = [(by, "incident.severity", "incident", id)]
        told: list[Told] = []
        if worse and one.state == "open":
            self.model.open(one)
            more, told = self._paged(id)
            audits += more
        self.saw(*audits, told=told)

    def start_procedure(self, pick: int, of: int, procedure: str) -> None:
        id = self.incident(of)
        if id is None:
            return
        one, by = self.model.incidents[id], self.colleague(pick, "safety")
        refusal: Refusal = None
        if not self.model.sees(by, one):
            refusal = NotFound
        elif not self.model.stands_in(by, "safety"):
            refusal = NotAllowed
        elif not one.active:
            refusal = Stale
        self.do(StartProcedure(by, id, ActionCard(procedure)), refusal)
        if refusal is not None or one.procedure == procedure:
            return
        one.procedure = procedure
        one.known_to |= self.model.on_duty()
        told = {
            person
            for person in one.known_to & self.model.staff.keys()
            if (id, procedure, self.model.now, person) not in self.told_of_procedures
        }
        self.told_of_procedures |= {(id, procedure, self.model.now, person) for person in told}
        self.saw((by, "incident.procedure", "incident", id), told=as_told(told, "incident_procedure"))

    def watch_incidents(self) -> None:
        now = self.model.now
        due = [id for id, one in self.model.incidents.items() if one.due is not None and one.due <= now]
        assert self.read(IncidentsDue()) is bool(due)
        assert self.do(WatchIncidents()) == len(due)
        audits, told = list[Audit](), list[Told]()
        for id in due:
            one = self.model.incidents[id]
            if one.state == "draft":
                audits += [(None, "incident.abandoned", "incident", id), (None, "incident.sent", "incident", id)]
                one.known_to.add(one.reporter)
            elif one.state != "open":
                audits.append((None, "incident.lapsed", "incident", id))
            if one.state != "open":
                self.model.open(one)
            more, heard = self._paged(id)
            audits, told = audits + more, told + heard
        self.saw(*audits, told=told)

    # Announcements

    def propose(self, pick: int, of: int, template: str, of_incident: bool) -> None:
        show_id, _ = self.show(of)
        sent = [id for id, one in self.model.incidents.items() if one.state in COURSE]
        incident_id = sent[of % len(sent)] if sent and of_incident else None
        by = self.colleague(pick, *(("safety",) if template in ("evacuate", "hold") else ()))
        refusal = self.model.refuses_announcement(by, show_id, template, incident_id)
        minutes = 15 if template == "delay" else None
        id = self.do(ProposeAnnouncement(by, show_id, Template(template), minutes, incident_id), refusal)
        if refusal is not None:
            return
        if id in self.model.announcements:
            same = self.model.announcements[id]
            assert (same.show, same.template, same.by) == (show_id, template, by)
            assert self.model.now < same.at + 2 * MINUTE
            assert same.state in ("proposed", "going")
            self.saw()
            return
        inside = self.model.is_for_those_inside(show_id, template)
        new = Announcement(show_id, template, by, self.model.now, inside, incident_id)
        self.model.announcements[id] = new
        audits: list[Audit] = [(by, "announcement.proposed", "announcement", id)]
        if template == "evacuate":
            self.saw(*audits, *self._begun(id, by))
        else:
            self.saw(*audits, told=as_told(self.model.managers_but(by), "announcement_asked"))

    def _begun(self, id: int, by: int) -> list[Audit]:
        one = self.model.announcements[id]
        one.state, one.second = "going", by
        of_incident = [(by, "incident.announced", "incident", one.incident)] if one.incident is not None else []
        return [(by, "announcement.begun", "announcement", id), *of_incident]

    def said(self, pick: int) -> int | None:
        found = self.model.announcements
        return self.newest(found, pick, "proposed", "going") if found else None

    def consent(self, pick: int, of: int) -> None:
        id = self.said(of)
        if id is None:
            return
        one, by = self.model.announcements[id], self.colleague(pick)
        refusal = self.model.refuses_consent(by, one)
        self.do(ConsentAnnouncement(by, id), refusal)
        if refusal is None and one.state == "proposed":
            self.saw(*self._begun(id, by))

    def stop(self, pick: int, of: int) -> None:
        id = self.said(of)
        if id is None:
            return
        one, by = self.model.announcements[id], self.colleague(pick, "safety")
        refusal = None if self.model.says(by, one.template) else NotFound
        self.do(StopAnnouncement(by, id), refusal)
        if refusal is None and one.state != "stopped":
            one.state = "stopped"
            self.saw((by, "announcement.stopped", "announcement", id))

    def carry_announcements(self) -> None:
        """A piece of each; another clock may have looked earlier, so also of one that is not on its way."""
        going = [id for id, one in self.model.announcements.items() if one.state == "going"]
        assert self.read(AnnouncementsGoing()) == going
        for id in [*going, *list(self.model.announcements)[:1]]:
            one = self.model.announcements[id]
            left = sorted(self.model.audience(one.show, one.inside) - one.told) if one.state == "going" else []
            now = left[:2]
            assert self.do(CarryAnnouncement(id, 2)) == len(now)
            one.told |= set(now)
            if one.state == "going" and len(now) < 2:
                one.state = "done"
            self.saw(told=as_told(now, "evacuate" if one.template == "evacuate" else "announcement"))

    # What stands

    def compare(self, rows: Rows) -> None:
        super().compare(rows)
        i, p, a = incident.c, incident_person.c, announcement.c
        assert {id: rest for id, *rest in rows(i.id, i.state, i.severity, i.drill, i.taker_id, i.due_at)} == {
            id: [x.state, x.severity, x.drill, x.taker, x.due] for id, x in self.model.incidents.items()
        }
        assert {tuple(row) for row in rows(p.incident_id, p.person_id)} == {
            (id, person) for id, one in self.model.incidents.items() for person in one.known_to
        }
        assert {id: rest for id, *rest in rows(a.id, a.state, a.inside, a.consented_by)} == {
            id: [x.state, x.inside, x.second] for id, x in self.model.announcements.items()
        }
