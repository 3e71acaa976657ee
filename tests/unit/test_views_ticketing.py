"""The screens of choosing, of the order and of tickets, in every language, with ordinary and difficult names."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.admission.model import Admission, Outcome
from domain.codes import CodeKind
from domain.errors import Stale
from domain.money import Money
from domain.programme.model import Price, RunState
from domain.ticketing.model import HandOn, OrderState, TicketState
from domain.ticketing.party import Party
from handlers.ticketing.callbacks import ChooseParty, OpenRow, OpenZone, PickSeat, SwapSeat, TakeBest
from handlers.ticketing.faces import party_face, ticket_caption, ticket_face
from handlers.ticketing.maps import hall_overview, zone_map
from handlers.ticketing.packing import MOST, fits, pack_party, unpack_party
from handlers.ticketing.picks import Picks, recall, remember
from handlers.ticketing.ticket_queries import OfferFacts, TicketsFacts, VisitFacts
from handlers.ticketing.views.hall import faster_screen, hall_screen, picks_price, row_screen, zone_screen
from handlers.ticketing.views.handing_on import hand_on_screen, offer_screen, taken_screen
from handlers.ticketing.views.order import order_screen, price_lines
from handlers.ticketing.views.performance import performance_screen
from handlers.ticketing.views.tickets import (
    party_screen,
    stranger_screen,
    ticket_screen,
    tickets_screen,
    visit_screen,
    way_in_screen,
)
from handlers.ticketing.wording import SeatName, are_together, seats_texts
from handlers.ui.conversation import Conversation
from handlers.ui.i18n import LOCALES, Texts, texts
from handlers.ui.pictures import AreaRole, RibbonTone, SeatMap, SeatState
from tests.support.programme import BIG, NOW, hostile_event
from tests.support.screens import HOSTILE, FakeLinks, check, data_of, labels
from tests.support.ticketing import (
    COMPANION,
    FULL,
    PLAN,
    SHOWING,
    STUDENT,
    free_prices,
    hostile_concession,
    hostile_ticket,
    line,
    order,
    order_facts,
    party_facts,
    plan,
    sale,
    ticket_facts,
    visit,
)

LINKS = FakeLinks()
EN = texts("en")
TWO = Party(((FULL.id, 2),))
WHEELCHAIR = Party(((FULL.id, 3),), wheelchair=1, companion=1)


@pytest.fixture(params=LOCALES)
def t(request: pytest.FixtureRequest) -> Texts:
    return texts(request.param)


class TestPerformance:
    def test_two_at_the_usual_price_come_first(self, t: Texts) -> None:
        screen = performance_screen(t, sale())
        check(screen)
        assert TakeBest.unpack(data_of(screen, "· A ·")).party == pack_party(TWO)
        assert any(t.money(Money(68000, "CNY")) in label and "2 ×" in label for label in labels(screen))

    def test_says_best_two_together(self) -> None:
        assert "Best 2 together · A · 2 × CN¥680" in labels(performance_screen(EN, sale()))
        one = performance_screen(EN, sale(), Party(((FULL.id, 1),)))
        assert "Best seat · A · CN¥680" in labels(one)

    def test_mixed_party_costs_what_its_members_cost(self) -> None:
        screen = performance_screen(EN, sale(), Party(((FULL.id, 2), (STUDENT.id, 1))))
        assert any("CN¥1,700" in label for label in labels(screen))
        assert "2 × full price, 1 × student" in check(screen)

    def test_only_categories_with_enough_free(self) -> None:
        taken = {seat.place for seat in PLAN.seats if seat.category == "A"} - {5}
        names = " ".join(labels(performance_screen(EN, sale(taken=taken))))
        assert "· A ·" not in names
        assert "· B ·" in names

    def test_steps_stay_within_one_and_the_limit(self) -> None:
        one = performance_screen(EN, sale(), Party(((FULL.id, 1),)))
        assert "−" not in labels(one)
        most = performance_screen(EN, sale(purchase_limit=3), Party(((FULL.id, 3),)))
        assert "+" not in labels(most)

    def test_every_concession_and_special_place_has_its_stepper(self, t: Texts) -> None:
        screen = performance_screen(t, sale(), WHEELCHAIR, detail=True)
        text = check(screen)
        assert any("♿" in label for label in labels(screen))
        assert any("👥" in label for label in labels(screen))
        assert t.of(STUDENT.proof) in text

    def test_companions_are_not_offered_as_a_reduction_where_seats_are_marked(self) -> None:
        screen = performance_screen(EN, sale(), TWO, detail=True)
        assert not any("companion" in label for label in labels(screen))

    def test_wheelchair_party_finds_its_category_and_any(self) -> None:
        names = labels(performance_screen(EN, sale(), WHEELCHAIR))
        assert any("· A ·" in name for name in names)
        assert any("Nearest together" in name for name in names)
        assert not any("· B ·" in name for name in names)

    def test_places_without_numbers(self) -> None:
        assert any("Reserve 2 places free" in name for name in labels(performance_screen(EN, sale(seating=None))))
        paid = sale(seating=None, prices=free_prices(1200))
        assert any("Take 2 places · CN¥24" in name for name in labels(performance_screen(EN, paid)))

    @pytest.mark.parametrize(
        "change",
        [
            {"sales_open_at": NOW + timedelta(days=1)},
            {"sales_open_at": NOW + timedelta(days=1), "watching": True},
            {"sales_close_at": NOW},
            {"run_state": RunState.CANCELLED},
            {"ends_at": NOW},
            {"taken": range(1, 131)},
            {"bought": 8},
            {"prices": ()},
        ],
    )
    def test_says_why_there_is_nothing_to_buy(self, t: Texts, change: dict[str, object]) -> None:
        screen = performance_screen(t, sale(**change))  # type: ignore[arg-type]
        check(screen)
        assert not any(button.data and button.data.startswith("tb:") for row in screen.keyboard for button in row)

    def test_before_sales_one_can_be_told(self) -> None:
        later = sale(sales_open_at=NOW + timedelta(days=1))
        assert "🔔 Tell me when sales open" in labels(performance_screen(EN, later))
        assert "🔕 Do not tell me" in labels(performance_screen(EN, replace(later, watching=True)))

    def test_held_seats_are_found_again(self, t: Texts) -> None:
        facts = sale(order=order([line(5)]), held=(5,))
        assert data_of(performance_screen(t, facts), "⏱") == "or:3"

    @pytest.mark.parametrize("text", HOSTILE)
    def test_difficult_names(self, t: Texts, text: str) -> None:
        facts = sale(event=hostile_event(text), id=BIG, event_id=BIG, order=order([line(5)], id=BIG), watching=True)
        assert facts.tariff is not None
        tariff = replace(facts.tariff, ordinary=(hostile_concession(text, 1), hostile_concession(text, 2)))
        facts = replace(facts, tariff=tariff)
        for party in (TWO, WHEELCHAIR, Party(((1, 2), (2, 3)), 1, 1)):
            check(performance_screen(t, facts, party))
            check(performance_screen(t, facts, party, detail=True))


class TestPacking:
    @given(
        st.dictionaries(st.integers(1, 10**10), st.integers(1, 99), max_size=3), st.integers(0, 9), st.integers(0, 9)
    )
    def test_comes_back_as_it_went(self, people: dict[int, int], wheelchair: int, companion: int) -> None:
        party = Party(tuple(sorted(people.items())), wheelchair, companion)
        assert unpack_party(pack_party(party)) == party

    @given(st.text(max_size=60))
    def test_takes_nothing_else(self, text: str) -> None:
        try:
            party = unpack_party(text)
        except Stale:
            return
        assert pack_party(unpack_party(pack_party(party))) == pack_party(party)

    def test_the_longest_party_fits_beside_the_largest_ids(self) -> None:
        packed = "x" * MOST
        for callback in (
            ChooseParty(performance_id=BIG, detail=1, party=packed),
            TakeBest(performance_id=BIG, category=-1, party=packed),
            OpenZone(performance_id=BIG, zone=999, party=packed, page=99),
            OpenRow(performance_id=BIG, row=9999, party=packed, page=99),
            PickSeat(performance_id=BIG, place=99999, on=1, party=packed),
            SwapSeat(performance_id=BIG, gone=99999, place=99999, party=packed),
        ):
            assert len(callback.pack()) <= 64
        assert fits(Party(((1, 2), (2, 3), (3, 4), (4, 1), (5, 1)), 2, 2))
        assert not fits(Party(tuple((BIG + index, 9) for index in range(5))))


class TestByHand:
    def test_hall_then_zone_then_row_then_seat(self, t: Texts) -> None:
        facts = sale(taken={1, 2})
        hall = hall_screen(t, facts, TWO, Picks())
        check(hall)
        zone = zone_screen(t, facts, TWO, Picks(), OpenZone.unpack(data_of(hall, "Stalls")).zone)
        check(zone)
        row = row_screen(t, facts, TWO, Picks(), OpenRow.unpack(data_of(zone, "2 · 10")).row)
        check(row)
        assert PickSeat.unpack(data_of(row, "7")).place == 17

    def test_taken_seats_have_no_button(self) -> None:
        row = row_screen(EN, sale(taken={12, 13}), TWO, Picks(), 1)
        numbers = [label for label in labels(row) if label.strip("◐✓").isdecimal()]
        assert numbers == ["◐1", "4", "5", "6", "7", "8", "9", "10"]

    def test_a_chosen_seat_is_marked_and_its_button_takes_it_back(self) -> None:
        row = row_screen(EN, sale(), TWO, Picks((15,)), 1)
        assert PickSeat.unpack(data_of(row, "✓5")).on == 0
        assert "Chosen 1 of 2: Stalls, row 2, seat 5" in check(row)
        assert any("Take this seat · CN¥680" in label for label in labels(row))

    def test_a_zone_with_one_row_shows_its_seats_at_once(self) -> None:
        box = zone_screen(EN, sale(), TWO, Picks(), 2)
        check(box)
        assert PickSeat.unpack(data_of(box, "10")).place == 130

    def test_zone_without_anything_left(self, t: Texts) -> None:
        check(zone_screen(t, sale(taken=range(1, 61)), TWO, Picks(), 0))

    def test_somebody_was_faster(self, t: Texts) -> None:
        facts = sale(taken={15})
        screen = faster_screen(t, facts, TWO, Picks((16,), (15,)))
        text = check(screen)
        assert "15" not in text
        swap = SwapSeat.unpack(data_of(screen, "4"))
        assert (swap.gone, swap.place) == (15, 14)
        assert isinstance(screen.picture, SeatMap)
        offered = [seat.place for row in screen.picture.rows for seat in row.seats if seat.state is SeatState.OFFERED]
        assert 14 in offered
        assert 16 not in offered

    def test_which_seat_was_lost_is_named(self) -> None:
        screen = faster_screen(EN, sale(taken={15}), TWO, Picks((16,), (15,)))
        assert "Stalls, row 2, seat 5 has just been taken" in check(screen)

    def test_prices_of_a_mixed_party(self) -> None:
        facts = sale()
        assert facts.tariff is not None
        party = Party(((FULL.id, 1), (STUDENT.id, 1)))
        assert picks_price(facts, facts.tariff, party, Picks((15, 16))) == Money(68000 + 34000, "CNY")
        # A companion seat costs what a companion pays; whoever is not counted pays the usual price.
        assert picks_price(facts, facts.tariff, party, Picks((1, 2, 15, 16))) == Money(68000 * 2 + 34000, "CNY")

    def test_picks_are_of_one_performance_and_plan(self) -> None:
        facts, conversation = sale(taken={16}), Conversation(1)
        remember(conversation, facts, [16, 15])
        assert recall(conversation, facts) == Picks((15,), (16,))
        assert recall(conversation, sale(id=12)) == Picks()
        assert recall(conversation, sale(plan_id=2, held=(7,))) == Picks((7,))

    @pytest.mark.parametrize("text", HOSTILE)
    def test_difficult_names(self, t: Texts, text: str) -> None:
        seating = plan([f"{index}{text}" for index in range(30)], rows=3, seats=45, row=text)
        facts = sale(event=hostile_event(text), seating=seating, id=BIG)
        picks = Picks(tuple(range(5, 14)), (1, 2))
        for page in (-1, 0, 1, 99):
            check(hall_screen(t, facts, TWO, picks, page))
            check(zone_screen(t, facts, TWO, picks, 0, page))
            check(row_screen(t, facts, TWO, picks, 0, page))
        check(faster_screen(t, facts, TWO, picks))


class TestMaps:
    def test_states_of_seats(self) -> None:
        prices = tuple(price for price in sale().performance.prices if price.category != "B")
        facts = sale(taken={15}, prices=prices)
        states = {
            seat.place: seat.state for row in zone_map(EN, facts, "Stalls", (16,), (17,)).rows for seat in row.seats
        }
        wanted = {14: SeatState.FREE, 15: SeatState.TAKEN, 16: SeatState.MINE, 17: SeatState.OFFERED}
        assert {place: states[place] for place in wanted} == wanted
        circle = zone_map(EN, facts, "Circle")
        assert {seat.state for row in circle.rows for seat in row.seats} == {SeatState.NOT_FOR_THIS_SALE}

    def test_overview_counts_what_is_left(self) -> None:
        overview = hall_overview(EN, sale(taken=range(1, 31)))
        assert [(region.name, region.free, region.note) for region in overview.regions] == [
            ("Stalls", 0.5, "30 free"),
            ("Circle", 1.0, "60 free"),
            ("Box 1", 1.0, "10 free"),
        ]
        assert {area.role for area in overview.areas} == {AreaRole.STAGE, AreaRole.DOOR}

    def test_the_same_sale_is_the_same_picture(self) -> None:
        assert (
            zone_map(EN, sale(), "Stalls").content_key() == zone_map(EN, sale(seating=plan()), "Stalls").content_key()
        )
        assert zone_map(EN, sale(), "Stalls").content_key() != zone_map(EN, sale(taken={9}), "Stalls").content_key()


class TestOrder:
    def test_says_seats_prices_and_until_when(self) -> None:
        text = check(order_screen(EN, order_facts()))
        assert "Stalls, row 1, seats 5–6" in text
        assert "2 × full price · A  CN¥1,360" in text
        assert "Total CN¥1,360" in text
        assert "Yours until 17:09 (10 min)." in text

    @pytest.mark.parametrize(
        "change",
        [
            {},
            {"state": OrderState.PAYING},
            {"state": OrderState.PAID, "until": None},
            {"state": OrderState.LET_GO, "until": None},
            {"state": OrderState.EXPIRED, "until": None},
            {"until": NOW},
        ],
    )
    def test_every_state(self, t: Texts, change: dict[str, object]) -> None:
        check(order_screen(t, order_facts(**change)))  # type: ignore[arg-type]
        check(order_screen(t, order_facts([line(1, seating=None)], seating=None, **change)))  # type: ignore[arg-type]

    def test_pays_or_confirms(self) -> None:
        assert "💳 Pay CN¥1,360" in labels(order_screen(EN, order_facts()))
        free = order_facts([line(1, seating=None)], seating=None)
        assert "✅ Confirm the booking" in labels(order_screen(EN, free))

    def test_time_is_prolonged_where_there_is_some_left(self) -> None:
        assert "⏱ More time" in labels(order_screen(EN, order_facts()))
        spent = order_facts(created_at=NOW - timedelta(minutes=21), until=NOW + timedelta(minutes=9))
        assert "⏱ More time" not in labels(order_screen(EN, spent))

    def test_seats_apart_are_called_so(self) -> None:
        assert "Not all beside each other" in check(order_screen(EN, order_facts([line(15), line(25)])))
        assert "Not all beside each other" not in check(order_screen(EN, order_facts([line(15), line(16)])))

    def test_over_offers_the_same_again(self) -> None:
        assert "↻ Take the same again" in labels(order_screen(EN, order_facts(state=OrderState.EXPIRED, until=None)))

    def test_one_price_line_a_kind(self) -> None:
        lines = [line(15), line(16), line(17, concession=STUDENT), line(2, concession=COMPANION)]
        assert price_lines(EN, order_facts(lines)) == [
            ("2 × full price · A", Money(136000, "CNY")),
            ("1 × student · A", Money(34000, "CNY")),
            ("1 × companion · A", Money(0, "CNY")),
        ]

    @pytest.mark.parametrize("text", HOSTILE)
    def test_difficult_names(self, t: Texts, text: str) -> None:
        lines = [
            replace(line(place), zone=f"{place}{text}", row=text, number=text, category=f"{place}{text}", id=BIG)
            for place in range(1, 40, 2)
        ]
        for state in OrderState:
            until = NOW + timedelta(minutes=3) if state.is_unpaid else None
            facts = order_facts(lines, event=hostile_event(text), id=BIG, performance_id=BIG, state=state, until=until)
            check(order_screen(t, replace(facts, concessions={1: hostile_concession(text)})))


class TestTickets:
    def test_caption_says_what_the_picture_says(self, t: Texts) -> None:
        facts = ticket_facts(concession=STUDENT)
        text = check(ticket_screen(t, facts, LINKS))
        face = ticket_face(t, facts, LINKS)
        assert face is not None
        for said in (face.title, face.date, face.venue, face.concession, face.code, *(f.value for f in face.facts)):
            assert said in text
        assert face.step_free in text
        assert t.of(STUDENT.proof) in text
        assert face.payload == f"https://t.me/foyer_test_bot?start=Tk{305:028d}"

    @pytest.mark.parametrize(
        ("facts", "said"),
        [
            (ticket_facts(ticket=replace(ticket_facts().ticket, state=TicketState.REFUNDED)), "Refunded"),
            (ticket_facts(ticket=replace(ticket_facts().ticket, state=TicketState.CANCELLED)), "Cancelled"),
        ],
    )
    def test_a_void_ticket_says_so(self, facts: object, said: str) -> None:
        face = ticket_face(EN, facts, LINKS)  # type: ignore[arg-type]
        assert face is not None
        assert face.ribbon is not None
        assert face.ribbon.tone is RibbonTone.VOID
        screen = ticket_screen(EN, facts, LINKS)  # type: ignore[arg-type]
        assert said in check(screen)
        assert not any("Hand on" in label for label in labels(screen))

    def test_who_is_inside_hands_nothing_on(self) -> None:
        inside = Admission(1, 11, 205, None, 5, 9, NOW, Outcome.ADMITTED, True)
        screen = ticket_screen(EN, ticket_facts(admission=inside), LINKS)
        assert "Admitted at 17:00" in check(screen)
        assert not any("Hand on" in label for label in labels(screen))

    def test_without_a_code_there_is_no_picture(self, t: Texts) -> None:
        screen = ticket_screen(t, ticket_facts(credential=None), LINKS)
        check(screen)
        assert screen.picture is None

    def test_what_is_next_comes_first(self, t: Texts) -> None:
        facts = TicketsFacts((visit(), visit(1)), ((order([line(5)]), SHOWING),), False, True, 0, True, NOW)
        screen = tickets_screen(t, facts)
        check(screen)
        assert [button.data for row in screen.keyboard for button in row][:3] == ["or:3", "vs:11:0", "tk:201"]

    def test_nothing_yet(self, t: Texts) -> None:
        check(tickets_screen(t, TicketsFacts((), (), False, False, 0, False, NOW)))
        check(tickets_screen(t, TicketsFacts((), (), True, False, 0, False, NOW)))

    def test_a_visit_lists_every_ticket(self, t: Texts) -> None:
        tickets = tuple(ticket_facts(number, count=20) for number in range(1, 21))
        for page in range(4):
            check(visit_screen(t, VisitFacts(SHOWING, tickets, (3, 4, 5), NOW), page))

    def test_party(self, t: Texts) -> None:
        text = check(party_screen(t, party_facts(), LINKS))
        face = party_face(t, party_facts(), LINKS)
        assert face.payload == f"https://t.me/foyer_test_bot?start=Pk{400:028d}"
        for said in (face.title, face.date, face.venue, face.details, face.gate.value if face.gate else ""):
            assert said in text

    def test_handing_on(self, t: Texts) -> None:
        offer = HandOn(8, 205, 1, NOW + timedelta(days=3), None, None)
        screen = hand_on_screen(t, ticket_facts(offer=offer), offer, LINKS)
        assert LINKS.secret(CodeKind.HAND_ON, 8) in check(screen)
        assert any(button.url and "share" in button.url for row in screen.keyboard for button in row)
        check(offer_screen(t, OfferFacts(offer, "Anna", line(5), SHOWING, STUDENT, NOW)))
        check(offer_screen(t, OfferFacts(offer, "", line(5), SHOWING, None, NOW)))
        check(taken_screen(t, ticket_facts()))
        check(way_in_screen(t, ticket_facts()))
        check(stranger_screen(t))

    @pytest.mark.parametrize("text", HOSTILE)
    def test_difficult_names(self, t: Texts, text: str) -> None:
        facts = hostile_ticket(text)
        offer = HandOn(BIG, BIG, 1, NOW + timedelta(days=3), None, None)
        check(ticket_screen(t, facts, LINKS))
        check(ticket_screen(t, replace(facts, offer=offer), LINKS))
        check(way_in_screen(t, facts))
        check(hand_on_screen(t, facts, offer, LINKS))
        check(taken_screen(t, facts))
        check(offer_screen(t, OfferFacts(offer, text, facts.line, facts.showing, facts.concession, NOW)))
        check(party_screen(t, party_facts([facts] * 12), LINKS))
        check(visit_screen(t, VisitFacts(facts.showing, (facts,) * 12, (BIG,), NOW)))
        long = replace(visit(), showing=facts.showing)
        orders = ((order([line(5)], id=BIG), facts.showing),) * 5
        check(tickets_screen(t, TicketsFacts((long,) * 5, orders, False, True, 0, True, NOW)))
        assert len(ticket_caption(t, facts)) < 4000


class TestSeats:
    def test_neighbours_are_a_range(self) -> None:
        seats = [SeatName(p, "Stalls", "G", str(p)) for p in (12, 13, 14, 20)]
        assert seats_texts(EN, seats) == ["Stalls, row G, seats 12–14, 20"]
        assert not are_together(seats)
        assert seats_texts(texts("zh_Hans"), seats[:2]) == ["Stalls G 排 12–13 座"]

    def test_of_many_rows_the_first_few(self) -> None:
        seats = [SeatName(p * 10, "Stalls", str(p), "1") for p in range(1, 12)]
        assert seats_texts(EN, seats, most=3)[-1] == "… and 8 more rows"

    def test_places_without_numbers_are_counted(self) -> None:
        assert seats_texts(EN, [SeatName(p, "", "", str(p)) for p in (4, 9)]) == ["2 places, free choice"]


class TestTariff:
    def test_the_house_s_order_says_what_is_usual(self) -> None:
        tariff = sale().tariff
        assert tariff is not None
        assert (tariff.ordinary, tariff.companion) == ((FULL, STUDENT), COMPANION)
        assert tariff.paying(WHEELCHAIR) == ((FULL.id, 1), (COMPANION.id, 1), (FULL.id, 3))

    def test_no_price_for_somebody_is_no_price(self) -> None:
        prices = (Price("A", FULL.id, Money(100, "CNY"), 0), Price("B", STUDENT.id, Money(50, "CNY"), 0))
        tariff = sale(prices=prices).tariff
        assert tariff is not None
        assert tariff.price(Party(((FULL.id, 1), (STUDENT.id, 1))), "A") is None
