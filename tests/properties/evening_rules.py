"""What the audience does on an evening, as steps of ``test_evening_machine``: they are reminded, come in, need help,
order drinks, while the house says how the run goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any, TypeVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from domain.admission.evening_model import HoldReason
from domain.admission.reminding import ChooseReminders, DueReminders, Remind
from domain.admission.running import SetRun, TakeBackRun
from domain.admission.scanning import Scan, TakeDoorPost
from domain.assistance.drinks import (
    BeginDrinkPayment,
    CancelDrinks,
    CaptureDrinks,
    HandOutDrinks,
    MakeReady,
    OrderDrinks,
    PutInCart,
    SetStock,
    TendDrinks,
)
from domain.assistance.helping import AskForHelp, CancelHelp, PageHelp, SayHelp, TakeHelp
from domain.assistance.house import ImportAssistance
from domain.assistance.model import HelpKind, HelpState
from domain.codes import CodeKind, Opened
from domain.errors import PaymentRefused, Stale
from domain.feedback.asking import ImportSurvey
from domain.money import Money
from domain.payments.model import Captured
from domain.people.model import Grant, Role
from domain.people.shifts import Shift as PlannedShift
from domain.people.usecases import RevokeRole
from domain.ports import Work
from domain.programme.model import PlanCategory, Price, RunState, Seat, SeatingPlan, SeatKind
from domain.programme.moving import CancelPerformance, CarryOn, MovePerformance
from domain.programme.quiet import Reminder
from domain.ticketing.handing_on import AcceptTicket, OfferTicket
from domain.ticketing.holding import HoldPlaces
from domain.ticketing.model import Wish
from storage.tables.assistance import drink_order, help_request, menu_item
from storage.tables.programme import performance as performance_table
from storage.tables.shifts import shift as shift_table
from storage.tables.ticketing import ticket as ticket_table
from storage.transaction import StorageTx
from tests.properties.evening_model import (
    DAY,
    HOUR,
    MINUTE,
    Drinks,
    Evening,
    Help,
    Said,
    Shift,
    Show,
    Ticket,
    as_told,
)
from tests.properties.house_driver import Audit, HouseDriver, Rows, Told
from tests.support.assistance import house_document
from tests.support.house import small_house, somebody
from tests.support.selling import captured
from tests.support.survey import survey_document

T = TypeVar("T")

PICK = range(100)
CHANCE = st.integers(0, 2**32 - 1)
ITEMS = ("wine", "wine", "juice")
TICKET_PRICE = 2500
PLACES = 8
STAFF = (
    Role.FLOOR,
    Role.FLOOR,
    Role.SAFETY,
    Role.USHER,
    Role.BOX_OFFICE,
    Role.STAGE,
    Role.MANAGER,
    Role.MANAGER,
    Role.OWNER,
)
#: Whom the plan has for the first evening: role → zone, first-aider.
PLANNED = ((0, "Stalls", False), (1, "Balcony", False), (2, None, False), (4, None, True), (6, None, False))

#: Minutes from the start of a show.
WAITED_FOR = (-1440, -150, -120, -90, -30, 0, 45, 90, 120, 135, 960)
#: What a run says mostly comes next.
MOSTLY = {"scheduled": "open", "moved": "open", "open": "started", "started": "interval", "held": "started"}

#: The name of a method, and what its arguments are drawn from.
Act = tuple[Any, ...]


def some(of: Sequence[T], least: int, most: int) -> Callable[[Random], list[T]]:
    return lambda drawn: drawn.sample(of, drawn.randint(least, most))


TICKS = some(range(100), 1, 2)
TIME: tuple[Act, ...] = (
    *(("a_moment", (20, 31, 60, 60, 90, 125, 301, 660), TICKS),) * 2,
    ("next_thing", (0, 0, 0, -1, 11, 31), TICKS),
)
AREAS: dict[str, tuple[Act, ...]] = {
    "before": (
        ("choose_reminders", PICK, some(list(Reminder), 0, 2)),
        ("buy", PICK, range(1, PLACES + 1)),
        ("hand_on", PICK, PICK),
        ("move", PICK, (2, 24)),
        ("call_off", PICK, range(3)),
        ("remind",),
    ),
    "run": (
        *(("say", PICK, PICK, ("", "", "", "cleared", "started", "held", "interval", "ended")),) * 2,
        ("take_back", PICK, PICK),
        ("let_in", PICK, (1, 2, 3)),
    ),
    "help": (
        ("ask_for_help", PICK, PICK, list(HelpKind)),
        *(("help", PICK, PICK, ("", "", "", "coming", "here", "done", "asked", "cancelled")),) * 2,
        ("dismiss", PICK),
        ("page_help",),
    ),
    "drinks": (
        *(("order_drinks", PICK, PICK, ITEMS, range(3), ("cart", "desk", "desk", "begin", "pay", "pay")),) * 3,
        ("drinks_are_paid", PICK, PICK, (0, 0, 0, 1)),
        *(("desk", PICK, PICK, ("", "", "", "ready", "handed", "paid and handed", "cancelled", "order")),) * 2,
        ("set_stock", PICK, ITEMS, (True, False, False, False), (None, 0, 1, 3, 3)),
        ("tend_drinks",),
    ),
}


def zone_of(place: int) -> str:
    return "Stalls" if place <= PLACES // 2 else "Balcony"


class EveningMachine(HouseDriver):
    """Two shows in one house, two days apart. ``PICK`` chooses by position."""

    model: Evening

    @initialize(chance=CHANCE)
    def found(self, chance: int) -> None:
        self.chances = Counter[int]()
        drawn = self.drawn(chance)
        when = drawn.choice(("the day before", "this evening", "this evening", "afterwards"))
        self.busy = drawn.sample(sorted(self.areas()), 2)
        note(f"  {when}: {', '.join(self.busy)}")
        self.run(self.uow.write(self._furnish))
        self.caught_up()
        first = min(self.model.shows, key=lambda id: self.model.shows[id].starts)
        if when != "the day before":
            self.until(self.model.shows[first].doors - HOUR)
        if when == "afterwards":
            self.busy = sorted({*self.busy, "surveys", "cases"})
            self.come_in(first, 3)
            self.until(self.model.shows[first].ends)

    def _furnish(self, tx: StorageTx) -> None:
        house = small_house(tx)
        self.venue_id, self.concession_id = house.venue_id, house.concession_id
        drawn = tuple(
            Seat(n, f"g{n}", zone_of(n), "1", f"{n}", "A", SeatKind.STANDARD, 20.0 * n, 0.0)
            for n in range(1, PLACES + 1)
        )
        zones = ("Balcony", "Stalls")
        plan = SeatingPlan(
            "Hall", 400, 400, (PlanCategory("A", "#336699"),), zones, drawn, focus=dict.fromkeys(zones, (0.0, 0.0))
        )
        plan_id, _ = tx.programme.add_plan(house.hall_id, plan, tx.now)
        usual = tx.programme.performance(house.performance_id)
        assert usual is not None
        shows: dict[int, Show] = {}
        for number, id in enumerate((usual.id, 0)):
            starts = (tx.now + timedelta(days=1 + 2 * number)).replace(hour=17)  # 18:00 there
            show = replace(
                usual,
                id=id,
                key=f"{usual.key}-{number}",
                plan_id=plan_id,
                starts_at=starts,
                doors_at=starts - 30 * MINUTE,
                ends_at=starts + 90 * MINUTE,
                sales_close_at=starts,
            )
            id = tx.programme.put_performance(show) or id
            tx.programme.put_prices(id, [Price("A", house.concession_id, Money(TICKET_PRICE, "EUR"), 700)])
            shows[id] = Show(starts)
        venue = tx.programme.venue(house.venue_id)
        assert venue is not None
        ImportAssistance(house_document(venue=venue.key))(tx)
        self.items = {item.key: item.id for item in tx.assistance.menu(venue.id)}
        ImportSurvey(survey_document())(tx)
        staff: dict[int, str] = {}
        for role in STAFF:
            person = somebody(tx, role.value)
            tx.people.grant(person, Grant(role, None if role is Role.OWNER else venue.id), None, tx.now)
            staff[person] = role.value
        self.model = Evening(tx.now, shows, [somebody(tx) for _ in range(4)], staff)
        self._sell_first_tickets(tx)
        self._plan_shifts(tx)
        self.store_updates(tx)

    def _sell_first_tickets(self, tx: StorageTx) -> None:
        first, second = self.model.shows
        for guest, show, places in ((0, first, (1, 2)), (1, first, (5,)), (2, first, (6,)), (0, second, (1,))):
            buyer = self.model.guests[guest]
            wishes = tuple(Wish(place, self.concession_id) for place in places)
            order_id = HoldPlaces(buyer, show, wishes)(tx)
            captured(order_id, buyer, TICKET_PRICE * len(places))(tx)
            for ticket in tx.ticketing.tickets_of_order(order_id):
                self.model.tickets[ticket.id] = Ticket(show, ticket.place, buyer, zone_of(ticket.place), tx.now)

    def _plan_shifts(self, tx: StorageTx) -> None:
        show, staff = next(iter(self.model.shows.values())), list(self.model.staff)
        starts, ends = show.doors - 45 * MINUTE, show.ends + HOUR
        for who, zone, first_aider in PLANNED:
            person = staff[who]
            role = Role(self.model.staff[person])
            planned = PlannedShift(
                0,
                self.venue_id,
                person,
                person,
                role,
                starts,
                ends,
                starts,
                ends,
                (zone,) if zone else None,
                first_aider=first_aider,
                page_due_at=starts,
            )
            shift_id = tx.shifts.put(planned)
            self.model.shifts[shift_id] = Shift(
                person, role.value, starts, ends, zone, first_aider, ends, page_due=starts
            )

    @rule(chance=CHANCE)
    def something_happens(self, chance: int) -> None:
        """One rule of many acts: of many rules, Hypothesis leaves out half and repeats a few."""
        drawn = self.drawn(chance)
        for _ in range(drawn.randint(1, 3)):
            here = TIME if drawn.random() < 0.25 else self.areas()[drawn.choice(self.busy)]
            self.act(drawn, drawn.choice(here))

    def drawn(self, chance: int) -> Random:
        """Hypothesis likes to do the same again: what it draws a second time means something else."""
        self.chances[chance] += 1
        return Random(f"{chance}:{self.chances[chance]}")

    def act(self, drawn: Random, act: Act) -> None:
        name, *arguments = act
        values = [each(drawn) if callable(each) else drawn.choice(each) for each in arguments]
        note(f"  {name}({', '.join(map(str, values))})")
        getattr(self, name)(*values)

    def areas(self) -> dict[str, tuple[Act, ...]]:
        """What may happen. Each example has some of it."""
        return AREAS

    # Choosing

    def guest(self, pick: int) -> int:
        return self.model.guests[pick % len(self.model.guests)]

    def newcomer(self, pick: int, show: int) -> int:
        """Mostly somebody who has no ticket for it."""
        has = {ticket.holder for ticket in self.model.tickets.values() if ticket.show == show}
        without = [person for person in self.model.guests if person not in has]
        return without[pick % len(without)] if without and pick % 4 else self.guest(pick)

    def colleague(self, pick: int, *roles: str) -> int:
        """Mostly one who may."""
        may = sorted(person for person in self.model.staff if self.model.stands_in(person, *roles))
        everybody = [*self.model.guests, *self.model.staff]
        return may[pick % len(may)] if may and pick % 5 else everybody[pick % len(everybody)]

    def show(self, pick: int) -> tuple[int, Show]:
        """Mostly the first."""
        shows = list(self.model.shows.items())
        return shows[pick % 4 == 3]

    def ticket(self, pick: int) -> int:
        """Mostly for something that is on now."""
        on = {id for id, show in self.model.shows.items() if show.doors - 2 * HOUR <= self.model.now < show.ends}
        fitting = [id for id, ticket in self.model.tickets.items() if ticket.show in on]
        chosen = fitting if fitting and pick % 6 else list(self.model.tickets)
        return chosen[pick % len(chosen)]

    def newest(self, things: dict[int, Any], pick: int, *states: str) -> int:
        """Mostly one in these states."""
        fitting = [id for id, thing in things.items() if thing.state in states]
        chosen = fitting if fitting and pick % 6 else list(things)
        return chosen[-1 - pick % len(chosen)]

    # Time

    def advance(self, by: timedelta) -> None:
        self.clock.advance(by)
        self.model.now += by

    def until(self, moment: Any) -> None:
        if moment > self.model.now:
            self.advance(moment - self.model.now)

    def a_moment(self, seconds: int, ticks: list[int]) -> None:
        self.advance(timedelta(seconds=seconds))
        self.tick(ticks)

    def next_thing(self, minutes: int, ticks: list[int]) -> None:
        """Up to what people wait for next, or a little before or after it."""
        moments = {show.starts + minute * MINUTE for show in self.model.shows.values() for minute in WAITED_FOR}
        moment = min((each for each in moments if each > self.model.now), default=self.model.now + DAY)
        self.until(moment + minutes * MINUTE)
        self.tick(ticks)

    def tick(self, picks: list[int]) -> None:
        """The clock's part in what this example is about."""
        ticks = [tick for area in self.busy if (tick := self.ticks().get(area))]
        for pick in picks if ticks else []:
            ticks[pick % len(ticks)]()

    def ticks(self) -> dict[str, Callable[[], None]]:
        return {"before": self.remind, "help": self.page_help, "drinks": self.tend_drinks, "run": self.restart}

    def restart(self) -> None:
        self.run(self.database.dispose())
        self.open()

    # Reminders

    def choose_reminders(self, pick: int, chosen: list[Reminder]) -> None:
        person, before, wanted = self.guest(pick), frozenset({"day", "hours"}), frozenset(chosen)
        self.do(ChooseReminders(person, wanted))
        now = frozenset(kind.value for kind in wanted)
        changed = self.model.wanted.get(person, before) != now
        self.model.wanted[person] = now
        self.saw(*([(person, "reminders.chosen", "person", person)] if changed else []))

    def remind(self) -> None:
        """Also of what is not due: whoever found that it was may have been slow."""
        due = self.model.reminders()
        assert {(show, kind.value) for show, kind in self.read(DueReminders())} == due.keys()
        pairs = [(show, kind.value) for show in self.model.shows for kind in Reminder]
        slow = [pair for pair in pairs if self.model.shows[pair[0]].state == "cancelled"] or pairs[self.steps % 4 :][:1]
        for id, kind in [*due, *slow]:
            persons = self.model.reminders().get((id, kind), set())
            written = self.do(Remind(id, Reminder(kind)))
            assert written == len(persons), f"{kind} of {id}: {written} reminded, not {persons}"
            self.model.reminded |= {(id, kind, self.model.shows[id].starts, person) for person in persons}
            self.saw(told=as_told(persons, "reminder"))

    # Tickets

    def buy(self, pick: int, place: int) -> None:
        id, show = self.show(pick)
        taken = {ticket.place for ticket in self.model.tickets.values() if ticket.show == id}
        if place in taken or show.state not in ("scheduled", "moved") or self.model.now >= show.starts:
            return
        person = self.newcomer(pick, id)
        order_id = self.do(HoldPlaces(person, id, (Wish(place, self.concession_id),)))
        self.saw((person, "order.held", "order", order_id))
        charge = self.do(captured(order_id, person, TICKET_PRICE))["charge_id"]
        paid = (person, "charge.captured", "charge", charge), (person, "order.paid", "order", order_id)
        self.saw(*paid, told=[(person, "tickets_issued")])
        (ticket,) = self.read(lambda tx: tx.ticketing.tickets_of_order(order_id))
        self.model.tickets[ticket.id] = Ticket(id, place, person, zone_of(place), self.model.now)

    def hand_on(self, pick: int, of: int) -> None:
        id = list(self.model.tickets)[of % len(self.model.tickets)]
        ticket = self.model.tickets[id]
        taker = self.newcomer(pick, ticket.show)
        show = self.model.shows[ticket.show]
        giver = ticket.holder
        if giver == taker or ticket.was_in or show.state == "cancelled" or self.model.now >= show.ends:
            return
        offer_id = self.do(OfferTicket(giver, id))
        self.saw((giver, "ticket.offered", "ticket", id))
        self.do(AcceptTicket(taker, offer_id))
        self.saw((taker, "ticket.taken", "ticket", id), told=[(giver, "ticket_taken"), (taker, "tickets_issued")])
        ticket.holder, ticket.since = taker, self.model.now

    def move(self, pick: int, hours: int) -> None:
        id, show = self.show(pick)
        if show.change is not None:
            return
        by, starts = self.colleague(1, "manager"), show.starts + hours * HOUR
        late = self.model.now >= show.ends or starts <= self.model.now
        refusal = Stale if late or show.state not in ("scheduled", "open", "cleared") else None
        show.change = self.do(MovePerformance(by, id, starts), refusal)
        if show.change is None:
            return
        show.starts, show.state, show.since = starts, "moved", self.model.now
        self.saw((by, "performance.moved", "run_change", show.change))
        self._tell_holders(id, show.change)
        self.do(CarryOn(show.change))
        self.saw((None, "run_change.done", "run_change", show.change))

    def call_off(self, pick: int, sure: int) -> None:
        """Seldom."""
        id, show = self.show(pick)
        if sure or show.state == "cancelled":
            return
        by = self.colleague(1, "manager")
        refusal = Stale if show.state == "ended" or self.model.now >= show.ends else None
        change = self.do(CancelPerformance(by, id), refusal)
        if refusal is None:
            show.change, show.state, show.since = change, "cancelled", self.model.now
            self.saw((by, "performance.cancelled", "run_change", change))
            self._tell_holders(id, change)
            self.remind()

    def _tell_holders(self, show_id: int, change: int) -> None:
        holders = {ticket.holder for ticket in self.model.tickets.values() if ticket.show == show_id}
        if holders:
            self.do(CarryOn(change))
            self.saw(told=as_told(holders, "run_changed"))

    # The run and the door

    def say(self, pick: int, by: int, state: str) -> None:
        id, show = self.show(pick)
        state = state or MOSTLY.get(show.state, "ended")
        person = self.colleague(by, "stage")
        refusal = self.model.refuses_run(person, show, state)
        self.do(SetRun(person, id, RunState(state), HoldReason.TECHNICAL), refusal)
        if refusal is not None:
            return
        if show.state == state:
            self.saw()
            return
        entry = self.read(lambda tx: tx.evening.run_entries(id)[-1].id)
        show.said.append(Said(entry, state, show.state, show.since, self.model.now))
        show.state, show.since = state, self.model.now
        audits: list[Audit] = [(person, "performance.run", "performance", id)]
        told: list[Told] = []
        if state == "ended":
            audits.append((None, "report.written", "performance", id))
            told = as_told(self.model.of_role("manager", "owner"), "show_report")
        self.saw(*audits, told=told)

    def take_back(self, pick: int, by: int) -> None:
        id, show = self.show(pick)
        if not show.said:
            return
        person = self.colleague(by, "stage")
        refusal = self.model.refuses_take_back(person, show)
        self.do(TakeBackRun(person, id, show.said[-1].entry), refusal)
        if refusal is None:
            said = show.said.pop()
            show.state, show.since = said.before, said.before_since
            self.saw((person, "performance.run_undone", "performance", id))

    def let_in(self, pick: int, many: int) -> None:
        id, show = self.show(pick)
        if show.state != "cancelled" and show.doors - HOUR <= self.model.now < show.ends:
            self.come_in(id, many)

    def come_in(self, show_id: int, many: int) -> None:
        (usher,) = self.model.of_role("usher")
        outside = [id for id, t in self.model.tickets.items() if t.show == show_id and not t.was_in][:many]
        if not outside:
            return
        self.do(TakeDoorPost(usher, show_id, None))
        self.saw((usher, "door.taken", "performance", show_id))
        standing = self.read(lambda tx: tx.ticketing.standing_credentials(outside))
        for id in outside:
            found = self.do(Scan(usher, Opened(CodeKind.TICKET, standing[id].id)))
            assert found["outcome"] == "admitted"
            self.model.tickets[id].was_in = True
            self.saw((usher, "ticket.admitted", "ticket", id))

    # Help

    def ask_for_help(self, pick: int, of: int, kind: HelpKind) -> None:
        ticket_id = self.ticket(of)
        ticket, urgent = self.model.tickets[ticket_id], kind is HelpKind.UNWELL
        person = ticket.holder if pick % 5 else self.guest(pick)
        refusal, known = self.model.refuses_help(person, ticket, urgent), self.model.open_help(person, ticket.show)
        id = self.do(AskForHelp(person, ticket_id, kind), refusal)
        if refusal is not None:
            return
        if known is not None:
            assert id == known
            self.saw()
            return
        help = self.model.helps[id] = Help(ticket.show, person, ticket.zone, urgent, self.model.now)
        told = self.model.call_help(help)
        assert told
        asked, paged = (person, "help.asked", "help", id), (None, "help.paged", "help", id)
        self.saw(asked, paged, told=self._help_told(help, told))

    def _help_told(self, help: Help, told: set[int]) -> list[Told]:
        return as_told(told, "help_urgent" if help.urgent else "help_call")

    def help(self, pick: int, of: int, what: str) -> None:
        if not self.model.helps:
            return
        id = self.newest(self.model.helps, of, "asked", "coming", "here")
        help = self.model.helps[id]
        what = what or {"asked": "coming", "coming": "here"}.get(help.state, "done")
        mine = help.helper is not None and what != "coming" and pick % 4
        by = help.helper if help.helper and mine else self.colleague(pick, "floor")
        if what == "cancelled":
            by = help.person if pick % 4 else by
        refusal = self.model.refuses_helper(by, help, what)
        taking: dict[str, Work[int]] = {"coming": TakeHelp(by, id), "cancelled": CancelHelp(by, id)}
        self.do(taking.get(what) or SayHelp(by, id, HelpState(what)), refusal)
        if refusal is not None:
            return
        already = help.state == what or (what == "coming" and help.state == "here")
        if already or (what == "cancelled" and help.state == "done"):
            self.saw()
            return
        help.state = what
        said = "given_up" if what == "asked" else what
        audits: list[Audit] = [(by, f"help.{said}", "help", id)]
        told: list[Told] = []
        if what == "coming":
            help.helper = by
        if what == "asked":
            help.helper = None
            audits.append((None, "help.paged", "help", id))
            told = self._help_told(help, self.model.call_help(help))
        self.saw(*audits, told=told)
        if what == "coming" and pick % 2:
            rival = next(person for person in self.model.staff if person != by)
            self.do(TakeHelp(rival, id), Stale)

    def dismiss(self, pick: int) -> None:
        """Somebody is on the staff no longer, whatever they are doing at this moment."""
        self.help(pick, pick, "coming")
        busy = [help.helper for help in self.model.helps.values() if help.state in ("coming", "here")]
        may_go = [person for person in busy if self.model.staff.get(person or 0) in ("floor", "safety", "box_office")]
        if not may_go:
            return
        (owner,), person = self.model.of_role("owner"), may_go[pick % len(may_go)]
        assert person is not None
        assert self.do(RevokeRole(owner, person, Grant(Role(self.model.staff.pop(person)), self.venue_id)))
        self.saw((owner, "role.revoked", "person", person))
        self.page_help()

    def page_help(self) -> None:
        due = [id for id, help in self.model.helps.items() if self.model.help_is_due(help)]
        assert self.do(PageHelp()) == len(due)
        audits, told = list[Audit](), list[Told]()
        for id in due:
            help = self.model.helps[id]
            if self.model.is_left_alone(help):
                help.state, help.helper = "asked", None
                audits.append((None, "help.given_up", "help", id))
            told += self._help_told(help, self.model.call_help(help))
        self.saw(*audits, *((None, "help.paged", "help", id) for id in due), told=told)

    # Drinks

    def order_drinks(self, pick: int, of: int, item: str, count: int, way: str) -> None:
        ticket = self.model.tickets[self.ticket(of)]
        person, show = (ticket.holder if pick % 5 else self.guest(pick)), ticket.show
        refusal, known = self.model.refuses_cart(person, show, item, count), self.model.cart(person, show)
        id = self.do(PutInCart(person, show, self.items[item], count), refusal)
        if refusal is not None:
            return
        self.saw()
        assert known in (None, id)
        drinks = self.model.drinks.setdefault(id, Drinks(show, person, {}))
        drinks.lines = {key: many for key, many in drinks.lines.items() if key != item} | (
            {item: count} if count else {}
        )
        if way in ("begin", "pay") and drinks.lines:
            self._begin_paying(id, of % 7 == 0)
        if way == "pay" and drinks.lines:
            self._capture_drinks(id, person, drinks.total)
        if way == "desk":
            self._order_at_desk(id)

    def _order_at_desk(self, id: int) -> None:
        drinks = self.model.drinks[id]
        refusal = self.model.refuses_order(drinks)
        self.do(OrderDrinks(drinks.person, id), refusal)
        if refusal is None and drinks.state == "cart":
            self.model.take_stock(drinks.lines)
            self.model.order_drinks(drinks)
            self.saw((drinks.person, "drinks.ordered", "drinks", id))
        elif refusal is None:
            self.saw()

    def _begin_paying(self, id: int, wrong: bool) -> None:
        drinks = self.model.drinks[id]
        fits = not wrong and drinks.state in ("cart", "paying") and not self.model.bar(drinks.person, drinks.show)
        fits = fits and (drinks.state == "paying" or not self.model.gone(drinks.lines))
        amount = Money(drinks.total + wrong, "EUR")
        self.do(BeginDrinkPayment(drinks.person, id, amount), None if fits else PaymentRefused)
        if not fits:
            return
        if drinks.state == "cart":
            self.model.take_stock(drinks.lines)
        drinks.state, drinks.until = "paying", self.model.now + 10 * MINUTE
        self.saw((drinks.person, "drinks.paying", "drinks", id))

    _charges = count(1)

    def _capture_drinks(self, id: int, payer: int, amount: int) -> None:
        drinks, key = self.model.drinks[id], f"d{next(self._charges)}"
        fate = self.model.drinks_fate(drinks, payer, amount)
        money = Captured("test", key, f"tg-{key}", id, Money(amount, "EUR"), payer)
        assert self.do(CaptureDrinks(money)) == (id if fate == "drinks" else 0)
        charge = self.read(lambda tx: tx.payments.charge_by_provider("test", key))
        assert charge is not None
        assert charge.fate == fate
        taken: Audit = (payer, "charge.captured", "charge", charge.id)
        if fate == "drinks":
            if drinks.state == "cart":
                self.model.take_stock(drinks.lines)
            self.model.order_drinks(drinks)
            drinks.paid = True
            self.saw(taken, (drinks.person, "drinks.ordered", "drinks", id))
        else:
            self.saw(taken, self._refunded(charge.id), told=[(payer, "money_refunded")])

    def _refunded(self, charge_id: int) -> Audit:
        (refund,) = self.read(lambda tx: tx.payments.refunds_of_charge(charge_id))
        charge = self.read(lambda tx: tx.payments.charge(charge_id))
        assert charge is not None
        assert refund.amount == charge.amount
        return None, "refund.requested", "refund", refund.id

    def drinks_are_paid(self, pick: int, of: int, wrong: int) -> None:
        """The provider says so: perhaps late, perhaps twice, perhaps of somebody else's money."""
        if not self.model.drinks:
            return
        id = self.newest(self.model.drinks, of, "cart", "paying")
        drinks = self.model.drinks[id]
        if drinks.lines:
            self._capture_drinks(id, drinks.person if pick % 5 else self.guest(pick), drinks.total + wrong)

    def desk(self, pick: int, of: int, what: str) -> None:
        if not self.model.drinks:
            return
        id = self.newest(self.model.drinks, of, "new", "ready")
        drinks = self.model.drinks[id]
        what = what or {"cart": "order", "new": "ready"}.get(drinks.state, "paid and handed")
        by = self.colleague(pick, "floor", "box_office")
        if what == "order":
            self._order_at_desk(id)
        elif what == "cancelled":
            self._cancel_drinks(drinks.person if pick % 2 else by, id)
        elif what == "ready":
            refusal = self.model.refuses_desk(by, drinks, "ready", False)
            self.do(MakeReady(by, id), refusal)
            if refusal is None and drinks.state != "ready":
                drinks.state = "ready"
                told = self.model.tell_ready(drinks)
                self.saw((by, "drinks.ready", "drinks", id), told=as_told(told, "drinks_ready"))
        else:
            self._hand_out(by, id, what != "handed")

    def _hand_out(self, by: int, id: int, pays: bool) -> None:
        drinks = self.model.drinks[id]
        refusal = self.model.refuses_desk(by, drinks, "handed", pays)
        self.do(HandOutDrinks(by, id, "terminal" if pays else ""), refusal)
        if refusal is not None or drinks.state == "handed":
            return
        audits: list[Audit] = [(by, "drinks.handed", "drinks", id)]
        if not drinks.paid:
            charge = self.read(lambda tx: tx.payments.charge_by_provider("terminal", f"drinks:{id}"))
            assert charge is not None
            assert charge.amount.minor == drinks.total
            audits.append((by, "charge.captured", "charge", charge.id))
        drinks.state, drinks.paid = "handed", True
        self.saw(*audits)

    def _cancel_drinks(self, by: int, id: int) -> None:
        drinks, refusal = self.model.drinks[id], self.model.refuses_cancel(by, self.model.drinks[id])
        self.do(CancelDrinks(by, id), refusal)
        if refusal is None and drinks.state != "cancelled":
            audits, told = self._drinks_are_off(id, by)
            self.saw(*audits, told=told)

    def _drinks_are_off(self, id: int, by: int | None) -> tuple[list[Audit], list[Told]]:
        """The stock is back, and so is the money."""
        drinks = self.model.drinks[id]
        drinks.state = "cancelled"
        self.model.take_stock(drinks.lines, +1)
        audits: list[Audit] = [(by, "drinks.cancelled", "drinks", id)]
        if not drinks.paid:
            return audits, []
        order = self.read(lambda tx: tx.assistance.drink(id))
        assert order is not None
        assert order.charge_id is not None
        return [*audits, self._refunded(order.charge_id)], [(drinks.person, "money_refunded")]

    def set_stock(self, pick: int, item: str, sold_out: bool, stock: int | None) -> None:
        by = self.colleague(1 + 5 * pick, "floor", "box_office")
        self.do(SetStock(by, self.items[item], sold_out, stock))
        self.model.stock[item] = stock
        self.model.sold_out = self.model.sold_out - {item} | ({item} if sold_out else set())
        self.saw((by, "drinks.stock", "menu_item", self.items[item]))

    def tend_drinks(self) -> None:
        audits, told, done = list[Audit](), list[Told](), 0
        now = self.model.now
        waiting = {id: d for id, d in self.model.drinks.items() if d.state in ("paying", "new", "ready")}
        off = {id for id, d in waiting.items() if d.number and self.model.shows[d.show].state == "cancelled"}
        ran_out = {id for id, d in waiting.items() if d.until is not None and d.until <= now}
        silent = {id for id, d in waiting.items() if d.state == "ready" and not d.told} - off
        silent = {id for id in silent if not self.model.shows[waiting[id].show].dark}
        done = self.do(TendDrinks())
        assert done == len(off | ran_out | silent)
        for id in off:
            more, heard = self._drinks_are_off(id, None)
            audits, told = audits + more, told + heard
        for id in ran_out:
            waiting[id].state, waiting[id].until = "cart", None
            self.model.take_stock(waiting[id].lines, +1)
        for id in silent:
            told += as_told(self.model.tell_ready(waiting[id]), "drinks_ready")
        self.saw(*audits, told=told)

    # What stands

    def compare(self, rows: Rows) -> None:
        model, p, t = self.model, performance_table.c, ticket_table.c
        h, d, i, s = help_request.c, drink_order.c, menu_item.c, shift_table.c
        assert {id: rest for id, *rest in rows(p.id, p.starts_at, p.run_state, p.run_since)} == {
            id: [show.starts, show.state, show.since] for id, show in model.shows.items()
        }
        assert dict(rows(t.id, t.holder_id)) == {id: ticket.holder for id, ticket in model.tickets.items()}
        assert {id: rest for id, *rest in rows(h.id, h.person_id, h.zone, h.state, h.taken_by)} == {
            id: [x.person, x.zone, x.state, x.helper] for id, x in model.helps.items()
        }
        assert {id: rest for id, *rest in rows(d.id, d.person_id, d.state, d.number, d.charge_id)} == {
            id: [x.person, x.state, x.number, y]
            for id, x in model.drinks.items()
            for y in [self.charge_of(rows, id) if x.paid else None]
        }
        assert dict(rows(i.id, i.stock)) == {self.items[key]: stock for key, stock in model.stock.items()}
        assert {id: rest for id, *rest in rows(s.id, s.person_id, s.on_at, s.off_at, s.page_due_at)} == {
            id: [x.person, x.on, x.off, x.page_due] for id, x in model.shifts.items()
        }

    def charge_of(self, rows: Rows, drinks_id: int) -> int:
        """Whichever it is, it is one."""
        found = [charge for id, charge in rows(drink_order.c.id, drink_order.c.charge_id) if id == drinks_id]
        assert found[0] is not None, "what was paid has its charge"
        return int(found[0])
