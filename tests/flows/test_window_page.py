"""The window's page by its calls: the chat's own sale, each act once, and nobody but a clerk."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest

from bot.run import web_server
from domain.codes import CodeKind
from domain.payments.drawer import OpenDrawer
from domain.people.model import Grant, Role
from domain.ports import Tx
from domain.ticketing.member_ports import MemberTier
from domain.ticketing.promotion_ports import Promotion
from domain.ticketing.window_model import WindowRules
from tests.support.clock import FakeClock
from tests.support.invariants import check_invariants
from tests.support.mini_apps import Json, PageOf, nonce
from tests.support.running import Person
from tests.support.theatre import Evening, evening_at_the_theatre


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        rules = WindowRules(reserve=True, reserve_hours=24, reserve_minutes_before=15)
        await running.house.foyer.uow.write(lambda tx: tx.window.put_rules(rules))
        yield running
        await check_invariants(running.house.foyer.uow)


@pytest.fixture
async def base(evening: Evening) -> AsyncIterator[str]:
    async with web_server(evening.house.foyer, 0, "127.0.0.1") as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
async def page(evening: Evening, base: str) -> PageOf:
    """Cleo's, who has an open drawer."""
    return await opened(evening, base, await clerk(evening, 3001, "Cleo"))


async def clerk(evening: Evening, id: int, name: str, *, drawer: bool = True) -> Person:
    person = await evening.guest(id, name)
    person_id = await evening.id_of(person)

    def join(tx: Tx) -> None:
        tx.people.grant(person_id, Grant(Role.BOX_OFFICE, evening.theatre.venue_id), None, tx.now)
        if drawer:
            OpenDrawer(person_id, evening.theatre.venue_id, 30_000)(tx)

    await evening.house.foyer.uow.write(join)
    return person


async def opened(evening: Evening, base: str, person: Person) -> PageOf:
    return await PageOf(evening, person, "window", base).opened()


async def held(page: PageOf, places: tuple[int, ...] = (1, 2)) -> Json:
    """The concert's seats for the next customer."""
    begun = await page.acts("begin", performance_id=page.evening.theatre.concert_id)
    found = await page.acts("hold", sale_id=begun["sale"]["sale_id"], party=begun["sale"]["party"], places=places)
    order: Json = found["order"]
    return order


async def test_from_what_is_on_to_the_paper(page: PageOf) -> None:
    started = await page.asks("start")
    assert started["words"]["language"] == "en"
    item = next(one for one in started["window"]["items"] if one["title"] == "From the New World")
    said = "\n".join(item["lines"])
    for fact in ("today", "1 h 40 min", "from age 6", "step-free", "next break", "CN¥90–680", "free"):
        assert fact in said, fact
    assert item["open"]
    assert started["window"]["drawer"] == "In your drawer: CN¥300"
    begun = await page.acts("begin", performance_id=item["performance_id"])
    plan, sale = begun["hall"]["plan"], begun["sale"]
    assert len({category["rank"] for category in plan["categories"] if category["rank"] is not None}) == 3
    assert sale["offers"][0]["text"] == "Best 2 together · A · 2 × CN¥680"
    student = next(step for step in sale["steps"] if step["what"] == "student")
    looked = await page.asks("look", {"sale_id": sale["sale_id"], "party": student["more"], "places": [1, 2, 3]})
    assert looked["sale"]["chosen"]["price"]
    assert "student" in looked["sale"]["people"]
    chosen = {"sale_id": sale["sale_id"], "party": student["more"], "places": [1, 2, 3]}
    order = (await page.acts("hold", **chosen))["order"]
    assert order["heading"] == "At the window"
    assert order["can"] == {
        "cash": True, "card": True, "free": False, "code": False, "voucher": True, "member": False,
        "complimentary": True, "contact": True, "other": True, "stop": True, "print": False, "void": False,
    }  # fmt: skip
    again = await page.asks("other", {"order_id": order["order_id"]})
    assert again["sale"]["chosen"]["places"] == [1, 2, 3]
    status, error = await page.refused("cash", order_id=order["order_id"], given="5")
    assert (status, error) == (400, "That is less than the price.")
    sold = await page.acts("cash", order_id=order["order_id"], given="5000")
    assert sold["said"].startswith("Change: CN¥")
    assert any(line.startswith("Receipt no. ") for line in sold["order"]["lines"])
    for size, sheets in (("roll", 3), ("a6", 3), ("a4", 1)):
        printed = await page.asks("print", {"order_id": order["order_id"], "size": size})
        status, content = await page.fetches(printed["url"])
        assert (status, len(pypdf.PdfReader(io.BytesIO(content)).pages)) == (200, sheets)
    page.evening.clock.advance(timedelta(minutes=5))
    assert (await page.fetches(printed["url"]))[0] == 401
    taken = await page.acts("void", order_id=order["order_id"])
    assert taken["said"] == "Taken back."
    assert (await page.asks("start"))["window"]["drawer"] == "In your drawer: CN¥300"
    (last,) = (await page.asks("sold"))["orders"]
    assert last["order_id"] == order["order_id"]


async def test_each_act_has_its_effect_once(page: PageOf) -> None:
    """Pressed twice, its answer lost, the page loaded anew: the same nonce, so the same outcome."""
    concert = page.evening.theatre.concert_id
    first, second = nonce(), nonce()
    begun = await page.acts("begin", performance_id=concert, nonce=first)
    chosen = {"sale_id": begun["sale"]["sale_id"], "party": begun["sale"]["party"], "places": [1, 2], "nonce": second}
    holds = await asyncio.gather(*(page.asks("hold", chosen) for _ in range(4)))
    order_id = holds[0]["order"]["order_id"]
    assert {hold["order"]["order_id"] for hold in holds} == {order_id}
    await page.acts("begin", performance_id=concert, nonce=first)  # "Next customer" once more would let them go
    assert (await page.asks("order", {"order_id": order_id}))["order"]["state"] == "held"
    paying = {"order_id": order_id, "given": "2000", "nonce": nonce()}
    paid = await asyncio.gather(*(page.asks("cash", paying) for _ in range(4)))
    assert {answer["said"] for answer in paid} == {"Change: CN¥1,320"}
    assert (await page.asks("start"))["window"]["drawer"] == "In your drawer: CN¥980"
    assert (await page.refused("cash", order_id=order_id, given="2000"))[0] == 409
    voiding = {"order_id": order_id, "nonce": nonce()}
    for _ in range(2):
        assert (await page.asks("void", voiding))["said"] == "Taken back."
    assert (await page.asks("start"))["window"]["drawer"] == "In your drawer: CN¥300"
    # The nonce is the person's own and the act's own: it gives nobody the outcome of something else.
    order = await held(page)
    card = await page.acts("card", order_id=order["order_id"], reference="77", nonce=second)
    assert card["order"]["state"] == "paid"


async def test_under_another_nonce_it_is_another_act(page: PageOf) -> None:
    """Negative control: what keeps the sale in the test above is the nonce."""
    order = await held(page)
    await page.acts("begin", performance_id=page.evening.theatre.concert_id)
    assert (await page.asks("order", {"order_id": order["order_id"]}))["order"]["state"] == "let_go"


async def test_window_and_chat_cannot_sell_one_seat_twice(page: PageOf) -> None:
    anna = await page.evening.guest()
    begun = await page.acts("begin", performance_id=page.evening.theatre.concert_id)
    free = [seat[0] for seat in begun["hall"]["plan"]["seats"]]
    await page.evening.buys(anna, page.evening.theatre.concert_id)
    looked = await page.asks("look", {"sale_id": begun["sale"]["sale_id"], "places": free[:1]})
    (gone, other) = looked["sale"]["taken"]
    asked = {"sale_id": begun["sale"]["sale_id"], "party": begun["sale"]["party"], "places": [gone, other]}
    looked = await page.asks("look", asked)
    assert looked["sale"]["chosen"]["gone"] == "Just taken by somebody else: Stalls, row 3, seats 5–6"
    assert looked["sale"]["chosen"]["places"] == []
    assert await page.refused("hold", **asked) == (409, "Somebody was faster. Please choose again.")
    many = [place for place in free if place not in (gone, other)][:7]
    assert await page.refused("look", sale_id=begun["sale"]["sale_id"], places=many) == (
        409,
        "At most 6 tickets a person for this performance.",
    )


async def test_a_reservation_is_found_and_paid(page: PageOf) -> None:
    anna = await page.evening.guest()
    await page.evening.at(anna, page.evening.theatre.concert_id)
    await anna.presses("· A ·")
    await anna.presses("Pay at the window")
    assert await page.refused("find", text="a") == (400, "Please type a little more of it.")
    asked = {"text": "anna", "nonce": nonce()}
    for _ in range(2):
        (found,) = (await page.asks("find", asked))["orders"]
    assert "Anna" in found["text"]
    order = (await page.asks("order", {"order_id": found["order_id"]}))["order"]
    assert (order["heading"], order["can"]["stop"]) == ("Reserved in the chat", False)
    await page.acts("card", order_id=found["order_id"], reference="4711")
    await page.evening.house.settle()
    assert len(await page.evening.tickets_of(anna)) == 2


async def test_a_promotion_code_takes_off_once(page: PageOf) -> None:
    venue_id = page.evening.theatre.venue_id

    def make(tx: Tx) -> None:
        until = tx.now + timedelta(days=9)
        promotion_id = tx.ticketing.add_promotion(
            Promotion(0, venue_id, "SUMMER", 50, 0, "CNY", 9, 1, until), 1, tx.now
        )
        tx.audit(1, "promotion.added", "promotion", promotion_id or 0)

    await page.evening.house.foyer.uow.write(make)
    order = await held(page)
    assert order["can"]["code"]
    assert (await page.refused("code", order_id=order["order_id"], code="WINTER"))[0] == 400
    asked = {"order_id": order["order_id"], "code": "summer", "nonce": nonce()}
    for _ in range(2):
        found = (await page.asks("code", asked))["order"]
    assert (order["total"], found["total"]) == ("CN¥680", "CN¥340")
    assert not found["can"]["code"]
    assert (await page.refused("voucher", order_id=order["order_id"], code="ABCD"))[0] == 400
    await page.acts("card", order_id=order["order_id"], reference="12")


async def test_a_members_price_by_number_telephone_and_link(page: PageOf) -> None:
    evening = page.evening
    cleo_id = await evening.id_of(page.person)

    def grant(tx: Tx) -> list[int]:
        ids = []
        for name, percent, number in (("Friends", 50, "M-1"), ("Patrons", 20, "m-1"), ("Friends", 10, "M-2")):
            tier = MemberTier(0, evening.theatre.venue_id, name, percent, {}, 2)
            tier_id = tx.ticketing.add_tier(tier, cleo_id, tx.now)
            ids.append(tx.ticketing.add_membership(tier_id, number, tx.now + timedelta(days=9), cleo_id, tx.now))
            tx.audit(cleo_id, "tier.added", "member_tier", tier_id)
            tx.audit(cleo_id, "membership.granted", "membership", ids[-1])
        return ids

    ids = await evening.house.foyer.uow.write(grant)
    order = await held(page)
    about = {"order_id": order["order_id"]}
    assert order["can"]["member"]
    assert (await page.refused("member", **about, text=" "))[0] == 400
    assert (await page.acts("member", **about, text="M-77"))["members"] == []
    both = (await page.acts("member", **about, text="M-1"))["members"]
    assert {one["membership_id"] for one in both} == set(ids[:2])
    asked = {**about, "membership_id": ids[0], "nonce": nonce()}
    for _ in range(2):
        found = await page.asks("use_member", asked)
        assert (found["order"]["total"], found["order"]["can"]["member"]) == ("CN¥340", False)
    assert found["said"].startswith("Friends · M-1")
    assert "Members’ price, Friends: CN¥340 less" in found["order"]["lines"]
    await page.acts("card", **about, reference="1")
    about = {"order_id": (await held(page, (3, 4)))["order_id"]}
    link = evening.house.foyer.links.secret(CodeKind.MEMBERSHIP, ids[2])
    assert (await page.acts("member", **about, text=link))["order"]["total"] == "CN¥612"


async def test_free_places_without_numbers_and_presents(page: PageOf) -> None:
    begun = await page.acts("begin", performance_id=page.evening.theatre.talk_id)
    assert begun["hall"]["plan"] is None
    (offer,) = begun["sale"]["offers"]
    chosen = {"sale_id": begun["sale"]["sale_id"], "party": begun["sale"]["party"], "category": offer["category"]}
    order = (await page.acts("hold", **chosen))["order"]
    assert order["can"]["free"]
    await page.acts("contact", order_id=order["order_id"], text="+86 21 1234 5678")
    assert (await page.acts("free", order_id=order["order_id"]))["order"]["state"] == "paid"
    order = await held(page)
    assert (await page.refused("complimentary", order_id=order["order_id"], reason=" "))[0] == 400
    given = await page.acts("complimentary", order_id=order["order_id"], reason="the director's guests")
    assert given["order"]["state"] == "paid"
    order = await held(page, (5, 6))
    stopped = {"order_id": order["order_id"], "nonce": nonce()}
    for _ in range(2):
        assert (await page.asks("stop", stopped))["window"]["unfinished"] is None


async def test_blocks_by_words_and_on_the_map(page: PageOf) -> None:
    concert = {"performance_id": page.evening.theatre.later_concert_id}
    opened = await page.asks("blocks", concert)
    assert (opened["desk"]["blocks"], opened["desk"]["taken"]) == ([], [])
    assert [choice["text"] for choice in opened["desk"]["releases"]][:2] == [
        "Until somebody releases them",
        "1 hour before",
    ]
    wanted = {**concert, "reason": "group", "hours": "1", "where": "Stalls/3/1-4", "note": "class 5b", "places": [1, 2]}
    (block,) = (await page.acts("block", **wanted))["desk"]["blocks"]
    assert {"Stalls, row 3, seats 1–4", "Stalls, row 1, seats 1–2", "class 5b"} <= set(block["lines"])
    assert "start=" in block["link"]
    assert (await page.asks("blocks", concert))["desk"]["taken"] == [1, 2, 21, 22, 23, 24]
    assert (await page.refused("block", **{**wanted, "where": "Balcony"}))[0] == 400
    assert (await page.refused("block", **{**wanted, "where": "Stalls/1"}))[0] == 409
    second = {**concert, "reason": "technical", "hours": "-1", "where": "Circle/1", "note": "", "nonce": nonce()}
    for _ in range(2):
        desk = (await page.asks("block", second))["desk"]
    assert len(desk["blocks"]) == 2
    order = (await page.acts("sell", block_id=block["block_id"], count=2))["order"]
    assert order["state"] == "held"
    await page.acts("complimentary", order_id=order["order_id"], reason="the class's teachers")
    left = next(one for one in (await page.asks("blocks", concert))["desk"]["blocks"] if one["link"])
    assert left["most"] == 4
    releasing = {**concert, "block_ids": [one["block_id"] for one in desk["blocks"]], "nonce": nonce()}
    for _ in range(2):
        assert (await page.asks("release", releasing))["desk"]["blocks"] == []
    assert (await page.asks("blocks", concert))["desk"]["taken"] == [1, 2]
    assert (await page.refused("sell", block_id=block["block_id"], count=1))[0] == 409
    talk = {"performance_id": page.evening.theatre.talk_id}
    assert (await page.asks("blocks", talk))["hall"]["plan"] is None
    (block,) = (await page.acts("block", **{**wanted, **talk, "where": "5", "hours": "-1", "places": []}))["desk"][
        "blocks"
    ]
    assert (block["lines"][0], block["link"]) == ("5 places", "")


async def test_a_drawer_is_opened_where_the_cash_is_wanted(page: PageOf, base: str) -> None:
    evening = page.evening
    carl = await opened(evening, base, await clerk(evening, 3002, "Carl", drawer=False))
    order = await held(replace(page, person=carl.person, token=carl.token))
    assert (order["can"]["cash"], order["drawer_at"]) == (False, evening.theatre.venue_id)
    opening = {"venue_id": order["drawer_at"], "sum": "50", "order_id": order["order_id"], "nonce": nonce()}
    for _ in range(2):
        found = await carl.asks("open_drawer", opening)
        assert (found["order"]["can"]["cash"], found["bar"]) == (True, "In your drawer: CN¥50")
    assert (await carl.refused("open_drawer", **{**opening, "nonce": nonce()}))[0] == 400
    sold = await carl.acts("cash", order_id=order["order_id"], given="2000")
    assert (sold["order"]["drawer_at"], sold["bar"]) == (None, "In your drawer: CN¥730")


async def test_a_drawer_is_paid_out_of_counted_and_signed_for_by_somebody_else(page: PageOf, base: str) -> None:
    evening = page.evening
    await page.acts("cash", order_id=(await held(page))["order_id"], given="2000")
    own = (await page.asks("drawer"))["drawers"]["own"]
    assert {"Float: CN¥300", "Cash: CN¥680, 1 sale", "Terminal: CN¥0, 0 sales"} <= set(own["lines"])
    assert own["due"] == "Should lie in it: CN¥980"
    about = {"drawer_id": own["drawer_id"]}
    for wrong in ({"sum": "12"}, {"sum": "-5", "reason": "paper"}, {"sum": "5000", "reason": "paper"}, {"reason": "x"}):
        assert (await page.refused("pay_out", **about, **{"reason": "", **wrong}))[0] == 400, wrong
    paying = {**about, "sum": "12.50", "reason": "paper", "nonce": nonce()}
    for _ in range(2):
        found = await page.asks("pay_out", paying)
    assert "Paid out: CN¥12.50 – paper" in found["drawers"]["own"]["lines"]
    assert found["bar"] == "In your drawer: CN¥967.50"
    counting = {**about, "sum": "967", "nonce": nonce()}
    for _ in range(2):
        counted = await page.asks("count", counting)
        assert "CN¥0.50 too little" in counted["closed"]
        assert (counted["drawers"]["own"], counted["drawers"]["waiting"]) == (None, True)
    assert (await page.refused("sign", **about))[0] == 403
    carl = await opened(evening, base, await clerk(evening, 3002, "Carl"))
    (waiting,) = (await carl.asks("drawer"))["drawers"]["unsigned"]
    assert "Cleo" in waiting["title"]
    signing = {**about, "nonce": nonce()}
    for _ in range(2):
        assert (await carl.asks("sign", signing))["drawers"]["unsigned"] == []
    assert (await carl.refused("sign", **about))[0] == 409
    assert not (await page.asks("drawer"))["drawers"]["waiting"]


async def test_nobody_but_a_clerk_and_nobody_elses_sale(page: PageOf, base: str) -> None:
    evening, order = page.evening, await held(page)
    begun = await page.asks("other", {"order_id": order["order_id"]})
    uma = await evening.usher()
    status, refused = await PageOf(evening, uma, "window", base).signs_in({"init_data": ""})
    assert (status, refused["code"]) == (401, "signed_out")
    carl = await opened(evening, base, await clerk(evening, 3002, "Carl"))
    about = {"order_id": order["order_id"], "sale_id": begun["sale"]["sale_id"], "places": [9], "given": "9999"}
    about |= {"reference": "1", "reason": "r", "text": "t", "size": "a4"}
    about |= {"membership_id": 1}
    others = "member use_member order other look hold cash card free complimentary contact stop void print"
    for call in others.split():
        assert (await carl.refused(call, **about))[0] == 404, call
    cleo_id = await evening.id_of(page.person)
    gone = Grant(Role.BOX_OFFICE, evening.theatre.venue_id)
    await evening.house.foyer.uow.write(lambda tx: tx.people.revoke(cleo_id, gone, tx.now))
    about |= {"venue_id": evening.theatre.venue_id, "drawer_id": 1, "sum": "1"}
    about |= {"block_ids": [1], "block_id": 1, "count": 1, "reason": "house", "hours": "-1", "where": "1", "note": ""}
    more = "order look hold cash card find begin print open_drawer pay_out count sign blocks block release sell"
    for call in more.split():
        assert (await page.refused(call, performance_id=evening.theatre.concert_id, **about))[0] in (403, 404), call
    assert ((await page.tries("start"))[0], (await page.tries("drawer"))[0]) == (403, 403)


async def test_a_tab_is_opened_once(page: PageOf, base: str) -> None:
    addresses = [(await page.asks("tab", {}))["url"] for _ in range(2)]
    tabs = [{"tab": address.partition("#tab=")[2]} for address in addresses]
    stranger = PageOf(page.evening, page.person, "window", base)
    status, first = await stranger.signs_in(tabs[0])
    assert status == 200
    assert (await PageOf(page.evening, page.person, "window", base, first["token"]).asks("start"))["window"]["items"]
    assert (await stranger.signs_in(tabs[0]))[0] == 401
    page.evening.clock.advance(timedelta(minutes=1))
    assert (await stranger.signs_in(tabs[1]))[0] == 401
    assert (await stranger.signs_in({"tab": page.token}))[0] == 401


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("begin", {"performance_id": 1}),
        ("begin", {"performance_id": "x", "nonce": "nonce-0001"}),
        ("look", {"sale_id": None}),
        ("order", {"order_id": 2**60}),
        ("find", {"text": 7, "nonce": "nonce-0001"}),
        ("on", {"page": -1}),
        ("print", {"order_id": 1, "size": "a3"}),
        (
            "block",
            {"performance_id": 1, "reason": "a whim", "hours": "-1", "where": "1", "note": "", "nonce": "nonce-0001"},
        ),
        ("release", {"performance_id": 1, "block_ids": [], "nonce": "nonce-0001"}),
        ("pay_out", {"drawer_id": None, "sum": "1", "nonce": "nonce-0001"}),
    ],
)
async def test_what_no_page_of_ours_sends_is_refused(page: PageOf, call: str, body: Json) -> None:
    status, answer = await page.tries(call, body)
    assert (status, answer["reason"]) == (400, "form")
