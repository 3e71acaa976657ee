"""An evening as simple as it can be thought: dictionaries, no database, no two things at once.

It says what is refused, who hears of what and what becomes of the rest; ``test_evening_machine`` holds the real house
against it. Everything in it is one venue's, whose clock is an hour ahead of UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.errors import (
    BadInput,
    LimitExceeded,
    NotAllowed,
    NotFound,
    NotOnSale,
    PaymentUnderWay,
    Rejected,
    Stale,
)

Refusal = type[Rejected] | None
Answered = int | str | tuple[str, ...] | None

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PRICES = {"wine": 4800, "juice": 2000}

#: What may be said of a run next.
NEXT = {
    "scheduled": {"open", "cleared", "started"},
    "moved": {"open", "cleared", "started"},
    "open": {"cleared", "started"},
    "cleared": {"started"},
    "started": {"interval", "ended", "held"},
    "held": {"started", "ended"},
    "interval": {"started", "ended"},
}


@dataclass(slots=True)
class Said:
    """One tap of what stands of a run."""

    entry: int
    state: str
    before: str
    before_since: datetime | None
    at: datetime


@dataclass(slots=True)
class Show:
    starts: datetime
    state: str = "scheduled"
    since: datetime | None = None
    said: list[Said] = field(default_factory=list)
    change: int | None = None  # the newest, where it was moved or cancelled

    @property
    def doors(self) -> datetime:
        return self.starts - 30 * MINUTE

    @property
    def ends(self) -> datetime:
        return self.starts + 90 * MINUTE

    @property
    def dark(self) -> bool:
        return self.state in ("cleared", "started", "held")


@dataclass(slots=True)
class Ticket:
    show: int
    place: int
    holder: int
    zone: str
    since: datetime  # they have it
    was_in: bool = False


@dataclass(slots=True)
class Shift:
    person: int
    role: str
    on: datetime
    off: datetime
    zone: str | None  # None: the whole house
    first_aider: bool
    ends: datetime  # as it was planned
    pages: int = 0
    page_due: datetime | None = None


@dataclass(slots=True)
class Help:
    show: int
    person: int
    zone: str
    urgent: bool
    asked: datetime
    state: str = "asked"
    helper: int | None = None
    paged: int = 0  # steps
    told: set[tuple[int, datetime, int]] = field(default_factory=set)


@dataclass(slots=True)
class Drinks:
    show: int
    person: int
    lines: dict[str, int]
    state: str = "cart"
    number: int | None = None
    paid: bool = False
    until: datetime | None = None
    told: bool = False

    @property
    def total(self) -> int:
        return sum(PRICES[item] * count for item, count in self.lines.items())


@dataclass(slots=True)
class Incident:
    reporter: int
    kind: str
    severity: int
    drill: bool
    zone: str | None
    due: datetime | None
    state: str = "draft"
    taker: int | None = None
    since: datetime | None = None  # it is nobody's
    step: int = 0
    rounds: int = 0
    procedure: str | None = None
    ended: datetime | None = None
    known_to: set[int] = field(default_factory=set)

    @property
    def active(self) -> bool:
        return self.state in COURSE[:-1]


@dataclass(slots=True)
class Announcement:
    show: int
    template: str
    by: int
    at: datetime
    inside: bool
    incident: int | None
    state: str = "proposed"
    second: int | None = None
    told: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Call:
    """Somebody is asked, or comes by themselves, how it was."""

    closes: datetime
    state: str = "asked"
    response: int | None = None  # theirs for as long as anything leads there
    hidden: bool = False


@dataclass(slots=True)
class Case:
    response: int
    kind: str
    listeners: set[int]
    state: str = "open"


@dataclass(slots=True)
class Action:
    owner: int
    due: datetime
    sources: set[tuple[str, int]]
    state: str = "open"


#: What is asked, in order.
QUESTIONS = ("recommend", "staff", "conduct", "better", "words")
COURSE = ("open", "acknowledged", "on_scene", "in_hand", "resolved")
SEVERITY = {"unwell": 1, "equipment": 2, "other": 3}
#: Of each severity: after so many seconds who is called too; and how often everybody is, from then on.
CALLS = {
    1: (((0, "safety"), (60, "floor"), (120, "manager")), 60),
    2: (((0, "safety"), (180, "manager")), 180),
    3: (((0, "safety"), (600, "manager")), None),
}

#: Of help: seconds after which these are called too.
STEPS = ((0, "zone"), (60, "house"), (120, "managers"))


@dataclass(slots=True)
class Evening:
    now: datetime
    shows: dict[int, Show]
    guests: list[int]
    staff: dict[int, str]  # person → role
    tickets: dict[int, Ticket] = field(default_factory=dict)
    shifts: dict[int, Shift] = field(default_factory=dict)
    wanted: dict[int, frozenset[str]] = field(default_factory=dict)  # reminders, of who has chosen
    reminded: set[tuple[int, str, datetime, int]] = field(default_factory=set)
    helps: dict[int, Help] = field(default_factory=dict)
    drinks: dict[int, Drinks] = field(default_factory=dict)
    stock: dict[str, int | None] = field(default_factory=lambda: {"wine": 3, "juice": None})
    sold_out: set[str] = field(default_factory=set)
    incidents: dict[int, Incident] = field(default_factory=dict)
    announcements: dict[int, Announcement] = field(default_factory=dict)
    calls: dict[tuple[int, int], Call] = field(default_factory=dict)  # (person, show)
    asked: dict[int, datetime] = field(default_factory=dict)  # person → when last
    asked_no_more: set[int] = field(default_factory=set)
    answers: dict[int, dict[str, Answered]] = field(default_factory=dict)  # response → question → answer
    cases: dict[int, Case] = field(default_factory=dict)
    actions: dict[int, Action] = field(default_factory=dict)
    told_of_action: set[tuple[int, str, datetime, int]] = field(default_factory=set)

    @property
    def is_quiet(self) -> bool:
        """From 22 to 8 at the venue."""
        return not 7 <= self.now.hour < 21

    # People

    def of_role(self, *roles: str) -> set[int]:
        return {person for person, role in self.staff.items() if role in roles}

    def stands_in(self, person: int, *roles: str) -> bool:
        return self.staff.get(person) in (*roles, "manager", "owner")

    def on_duty(self, role: str | None = None, zone: str | None = None) -> set[int]:
        """Whom a page goes to: it must reach somebody."""
        here = [shift for shift in self.shifts.values() if shift.on <= self.now < shift.off]
        here = [shift for shift in here if self.stands_in(shift.person, shift.role)]
        if role is None:
            return {shift.person for shift in here} or set(self.staff)
        planned = [s for s in here if s.role == role] or [s for s in here if s.role == "manager"]
        if planned:
            near = {s.person for s in planned if None in (zone, s.zone) or s.zone == zone}
            return near or {s.person for s in planned}
        return self.of_role(role) or self.of_role("manager") or self.of_role("owner")

    def first_aiders(self) -> set[int]:
        on = self.on_duty()
        here = {s.person for s in self.shifts.values() if s.on <= self.now < s.off and s.first_aider}
        return here & on

    # Reminders

    def reminders(self) -> dict[tuple[int, str], set[int]]:
        """Who is to be reminded now, of what."""
        if self.is_quiet:
            return {}
        found: dict[tuple[int, str], set[int]] = {}
        for id, show in self.shows.items():
            due = {"day": show.starts - DAY, "hours": show.starts - 2 * HOUR}
            good_until = {"day": show.starts - 4 * HOUR, "hours": show.starts - 30 * MINUTE}
            for kind in due:
                if show.state != "cancelled" and due[kind] <= self.now < good_until[kind]:
                    early = {t.holder for t in self.tickets.values() if t.show == id and t.since <= due[kind]}
                    persons = {
                        person
                        for person in early
                        if kind in self.wanted.get(person, ("day", "hours"))
                        and (id, kind, show.starts, person) not in self.reminded
                    }
                    if persons:
                        found[id, kind] = persons
        return found

    # The run

    def refuses_run(self, by: int, show: Show, state: str) -> Refusal:
        if not self.stands_in(by, "stage"):
            return NotAllowed
        return None if state == show.state or state in NEXT.get(show.state, ()) else Stale

    def refuses_take_back(self, by: int, show: Show) -> Refusal:
        if not self.stands_in(by, "stage"):
            return NotAllowed
        last = show.said[-1] if show.said else None
        return None if last and last.state == show.state and self.now < last.at + 10 * MINUTE else Stale

    # Help

    def refuses_help(self, person: int, ticket: Ticket, urgent: bool) -> Refusal:
        show = self.shows[ticket.show]
        if ticket.holder != person:
            return NotFound
        if show.state == "cancelled" or not show.doors - 2 * HOUR <= self.now < show.ends + 2 * HOUR:
            return Stale
        if self.open_help(person, ticket.show) is not None:
            return None
        lately = [h for h in self.helps.values() if h.person == person and h.asked > self.now - HOUR]
        return LimitExceeded if len(lately) >= 5 and not urgent else None

    def open_help(self, person: int, show: int) -> int | None:
        ours = ((id, h) for id, h in self.helps.items() if (h.person, h.show) == (person, show))
        return next((id for id, h in ours if h.state in ("asked", "coming", "here")), None)

    def call_help(self, help: Help) -> set[int]:
        """The steps whose time has come and that were not called yet; if nobody, everybody. Gives who is told."""
        waited = (self.now - help.asked).total_seconds()
        called: set[int] = set()
        while help.paged < len(STEPS) and (STEPS[help.paged][0] <= waited):
            whom = STEPS[help.paged][1]
            if whom == "house":
                called |= self.on_duty()
            else:
                called |= self.on_duty("floor", help.zone) if whom == "zone" else self.on_duty("manager")
            help.paged += 1
        called = (called or self.on_duty()) - {help.person}
        told = {person for person in called if (help.paged, self.now, person) not in help.told}
        help.told |= {(help.paged, self.now, person) for person in told}
        return told

    def is_left_alone(self, help: Help) -> bool:
        """Who was to come works here no more."""
        return help.state in ("coming", "here") and help.helper not in self.staff

    def help_is_due(self, help: Help) -> bool:
        if self.is_left_alone(help):
            return True
        if help.state != "asked" or help.paged >= len(STEPS):
            return False
        return (self.now - help.asked).total_seconds() >= STEPS[help.paged][0]

    def refuses_helper(self, by: int, help: Help, what: str) -> Refusal:
        if what == "cancelled":
            return None if by == help.person else NotFound
        if by not in self.staff:
            return NotAllowed
        if what == "coming":
            mine = help.helper == by and help.state in ("coming", "here")
            return None if mine or help.state == "asked" else Stale
        if help.state == what:
            return None
        return None if help.helper == by and help.state in ("coming", "here") else Stale

    # Drinks

    def serves(self, person: int) -> bool:
        return self.stands_in(person, "floor", "box_office")

    def bar(self, person: int, show_id: int) -> Refusal:
        """Whether this person may order now."""
        show = self.shows[show_id]
        if not any((t.holder, t.show) == (person, show_id) for t in self.tickets.values()):
            return NotFound
        over = show.state in ("cancelled", "interval", "ended") or self.now >= show.ends
        had_interval = any(said.state == "interval" for said in show.said)
        return Stale if over or had_interval or self.now < show.doors - 2 * HOUR else None

    def left(self, item: str) -> int:
        if item in self.sold_out:
            return 0
        stock = self.stock[item]
        return 10**6 if stock is None else stock

    def gone(self, lines: dict[str, int]) -> bool:
        return any(count > self.left(item) for item, count in lines.items())

    def cart(self, person: int, show: int) -> int | None:
        ours = ((id, d) for id, d in self.drinks.items() if (d.person, d.show) == (person, show))
        return next((id for id, d in ours if d.state in ("cart", "paying")), None)

    def refuses_cart(self, person: int, show: int, item: str, count: int) -> Refusal:
        refusal, cart = self.bar(person, show), self.cart(person, show)
        if refusal is not None:
            return refusal
        if count > self.left(item):
            return NotOnSale
        return PaymentUnderWay if cart is not None and self.drinks[cart].state == "paying" else None

    def refuses_order(self, drinks: Drinks) -> Refusal:
        if drinks.state in ("new", "ready"):
            return None
        if drinks.state == "paying":
            return PaymentUnderWay
        if drinks.state != "cart":
            return Stale
        refusal = self.bar(drinks.person, drinks.show)
        if refusal is not None:
            return refusal
        if self.gone(drinks.lines):
            return NotOnSale
        return None if drinks.lines else Stale

    def take_stock(self, lines: dict[str, int], sign: int = -1) -> None:
        for item, count in lines.items():
            stock = self.stock[item]
            if stock is not None:
                self.stock[item] = stock + sign * count

    def drinks_fate(self, drinks: Drinks, payer: int, amount: int) -> str:
        if payer != drinks.person:
            return "payer"
        if drinks.paid:
            return "duplicate"
        if drinks.state not in ("cart", "paying"):
            return "late"
        if amount != drinks.total or not drinks.lines:
            return "amount"
        if drinks.state == "cart" and (self.bar(drinks.person, drinks.show) or self.gone(drinks.lines)):
            return "late"
        return "drinks"

    def order_drinks(self, drinks: Drinks) -> None:
        numbers = [d.number for d in self.drinks.values() if d.show == drinks.show and d.number]
        drinks.state, drinks.number, drinks.until = "new", max(numbers, default=0) + 1, None

    def refuses_cancel(self, by: int, drinks: Drinks) -> Refusal:
        desk = self.serves(by)
        if by != drinks.person and not desk:
            return NotFound
        if drinks.state == "cancelled":
            return None
        if drinks.state == "paying":
            return PaymentUnderWay
        return None if drinks.state == "new" or (desk and drinks.state == "ready") else Stale

    def refuses_desk(self, by: int, drinks: Drinks, what: str, pays: bool) -> Refusal:
        if not self.serves(by):
            return NotAllowed
        if drinks.state == what:
            return None
        if drinks.state not in (("new",) if what == "ready" else ("new", "ready")):
            return Stale
        return BadInput if what == "handed" and not drinks.paid and not pays else None

    def tell_ready(self, drinks: Drinks) -> list[int]:
        if drinks.told or self.shows[drinks.show].dark:
            return []
        drinks.told = True
        return [drinks.person]

    # Incidents

    def sees(self, person: int, incident: Incident) -> bool:
        """What is not sent yet, or was taken back, is its reporter's."""
        return person in self.staff and (incident.state not in ("draft", "dropped") or incident.reporter == person)

    def call(self, incident: Incident) -> set[int]:
        """Everybody whose step has come, and everybody who was called before."""
        steps, again = CALLS[incident.severity]
        called = set[int]()
        for number, (_, role) in enumerate(steps[: incident.step + 1]):
            zone = incident.zone if number == 0 and incident.severity > 1 else None
            called |= self.on_duty(role, zone)
            if number == 0 and incident.kind == "equipment":
                called |= self.on_duty("stage", zone)
        if incident.kind == "unwell":
            called |= self.first_aiders()
        if incident.rounds:
            called |= incident.known_to & self.staff.keys()
        called = called - {incident.reporter} or called
        incident.step, incident.rounds = min(incident.step + 1, len(steps)), incident.rounds + 1
        if incident.step < len(steps):
            assert incident.since is not None
            incident.due = incident.since + timedelta(seconds=steps[incident.step][0])
        else:
            incident.due = self.now + timedelta(seconds=again) if again else None
        incident.known_to |= called
        return called

    def open(self, incident: Incident) -> None:
        """It is nobody's."""
        incident.state, incident.taker, incident.since, incident.step = "open", None, self.now, 0

    def heard_of(self, incident: Incident) -> None:
        incident.due = self.now + 5 * MINUTE if incident.state in ("acknowledged", "on_scene") else None

    def refuses_send(self, by: int, incident: Incident) -> Refusal:
        if not self.sees(by, incident) or by != incident.reporter:
            return NotFound
        return Stale if incident.state == "dropped" else None

    def refuses_drop(self, by: int, incident: Incident) -> Refusal:
        if not self.sees(by, incident):
            return NotFound
        return None if incident.state in ("draft", "dropped") else Stale

    def refuses_take(self, by: int, incident: Incident, instead_of: int | None) -> Refusal:
        if not self.sees(by, incident):
            return NotFound
        if incident.taker == by and incident.state in ("acknowledged", "on_scene"):
            return None
        return None if incident.active and incident.taker == instead_of else Stale

    def refuses_say(self, by: int, incident: Incident, state: str) -> Refusal:
        if not self.sees(by, incident):
            return NotFound
        if incident.state == state:
            return None
        if incident.state not in COURSE or COURSE.index(incident.state) > COURSE.index(state):
            return Stale
        may = state != "resolved" or by == incident.taker or self.stands_in(by, "safety")
        return None if may else NotAllowed

    def refuses_hear(self, by: int, incident: Incident) -> Refusal:
        if not self.sees(by, incident):
            return NotFound
        return None if incident.taker == by and incident.state in ("acknowledged", "on_scene") else Stale

    def managers_but(self, person: int | None) -> set[int]:
        """Of something that concerns this person, the others hear."""
        return self.on_duty("manager") - {person} or self.of_role("manager", "owner") - {person}

    # Announcements

    def says(self, person: int, template: str) -> bool:
        return self.stands_in(person, *(("safety",) if template in ("evacuate", "hold") else ()))

    def audience(self, show_id: int, inside: bool) -> set[int]:
        good = (ticket for ticket in self.tickets.values() if ticket.show == show_id)
        return {ticket.holder for ticket in good if ticket.was_in or not inside}

    def is_for_those_inside(self, show_id: int, template: str) -> bool:
        show = self.shows[show_id]
        doors_open = show.state not in ("scheduled", "moved") or self.now >= show.doors
        return template in ("evacuate", "hold") and doors_open and bool(self.audience(show_id, True))

    def is_drill(self, template: str, incident: int | None) -> bool:
        if incident is not None:
            return self.incidents[incident].drill
        going_on = [one for one in self.incidents.values() if one.active]
        return template in ("evacuate", "hold") and bool(going_on) and all(one.drill for one in going_on)

    def refuses_announcement(self, by: int, show_id: int, template: str, incident: int | None) -> Refusal:
        if not self.says(by, template):
            return NotAllowed
        if self.is_drill(template, incident):
            return BadInput
        return None if self.audience(show_id, False) else Stale

    def refuses_consent(self, by: int, announcement: Announcement) -> Refusal:
        if not self.says(by, announcement.template):
            return NotFound
        if not self.stands_in(by) or by == announcement.by:
            return NotAllowed
        if announcement.second == by:
            return None
        in_time = self.now < announcement.at + 30 * MINUTE
        return None if announcement.state == "proposed" and in_time else Stale

    # Shifts

    def moves(self, shift: Shift) -> set[str]:
        if self.now >= shift.off:
            return set()
        if shift.on <= self.now:
            return {"off", *(("longer",) if shift.off + 30 * MINUTE <= shift.ends + 4 * HOUR else ())}
        later = ("later",) if shift.on + 30 * MINUTE < shift.off else ()
        return {*later, *(("here",) if shift.on - 4 * HOUR <= self.now else ())}

    # How was it?

    def came(self, show_id: int) -> set[int]:
        return {ticket.holder for ticket in self.tickets.values() if ticket.show == show_id and ticket.was_in}

    def to_ask(self) -> list[tuple[int, int]]:
        """(person, show): who came, once a show, once a week, unless they said no."""
        found: list[tuple[int, int]] = []
        for id, show in sorted(self.shows.items(), key=lambda item: (item[1].ends, item[0])):
            ended = show.since + 30 * MINUTE if show.state == "ended" and show.since else show.ends + 45 * MINUTE
            if self.is_quiet or show.state == "cancelled" or not ended <= self.now < show.ends + 3 * DAY:
                continue
            for person in sorted(self.came(id) - self.asked_no_more - {person for person, _ in found}):
                last = self.asked.get(person)
                if (person, id) not in self.calls and (last is None or self.now - last >= 7 * DAY):
                    found.append((person, id))
        return found

    def is_open(self, call: Call) -> bool:
        return call.state in ("asked", "begun") and self.now < call.closes

    def refuses_begin(self, person: int, show_id: int) -> Refusal:
        show, call = self.shows[show_id], self.calls.get((person, show_id))
        if person not in self.came(show_id):
            return NotFound
        if show.state != "ended" and self.now < show.ends:
            return Stale
        return None if call is None or self.is_open(call) else Stale

    def path(self, answers: dict[str, Answered]) -> list[str]:
        staff, recommend = answers.get("staff"), answers.get("recommend")
        left_out = {
            *(() if isinstance(staff, int) and staff <= 2 else ("conduct",)),
            *(() if isinstance(recommend, int) and recommend <= 8 else ("better",)),
        }
        return [question for question in QUESTIONS if question not in left_out]

    def refuses_answer(self, person: int, show_id: int, question: str | None) -> Refusal:
        call = self.calls.get((person, show_id))
        if call is None:
            return NotFound
        if not self.is_open(call) or call.response is None:
            return Stale
        return None if question is None or question in self.path(self.answers[call.response]) else Stale

    def concern(self, question: str, answer: Answered) -> str | None:
        """What an answer is a case of."""
        if question in ("recommend", "staff") and isinstance(answer, int):
            return "service" if answer <= {"recommend": 3, "staff": 2}[question] else None
        if question == "conduct" and isinstance(answer, tuple):
            return {"usher": "conduct", "manager": "manager"}.get(answer[0])
        if question == "words" and isinstance(answer, str):
            return "conduct" if "harass" in answer else "service" if "injured" in answer else None
        return None

    def case_of(self, response: int) -> int | None:
        return next((id for id, case in self.cases.items() if case.response == response), None)

    def handlers(self, kind: str) -> set[int]:
        managers = self.of_role("manager") if kind != "manager" else set()
        return managers or self.of_role("owner")

    def sees_case(self, person: int, case: Case) -> bool:
        if case.kind == "manager":
            return self.staff.get(person) == "owner"
        return self.stands_in(person, *(("box_office",) if case.kind == "service" else ()))

    def refuses_case(self, by: int, case: Case) -> Refusal:
        if not self.stands_in(by, "box_office"):
            return NotAllowed
        return None if self.sees_case(by, case) else NotFound

    def speakers(self, sources: set[tuple[str, int]]) -> set[int]:
        """Those whose words led there, as far as anybody knows who that was."""
        found = set[int]()
        for source, id in sources:
            case = self.cases.get(id if source == "case" else self.case_of(id) or 0)
            found |= case.listeners if case else set()
            if source == "answer":
                found |= {person for (person, _), call in self.calls.items() if call.response == id}
        return found - self.asked_no_more


def as_told(persons: Iterable[int], kind: str) -> list[tuple[int, str]]:
    return [(person, kind) for person in persons]
