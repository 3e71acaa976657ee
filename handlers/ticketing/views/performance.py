"""Where choosing begins: one performance, for how many, and the best seats in each price category."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.money import Money
from domain.programme.model import Concession, SeatKind
from domain.ticketing.party import Party, Tariff
from handlers.programme.callbacks import Watch
from handlers.programme.words import access_lines, language_name
from handlers.ticketing.callbacks import ANY_CATEGORY, ChooseParty, OpenHall, TakeBest
from handlers.ticketing.maps import free_text, price_order
from handlers.ticketing.packing import fits, pack_party
from handlers.ticketing.queries import SaleFacts, Showing
from handlers.ticketing.waiting.callbacks import OpenWaiting
from handlers.ticketing.window.callbacks import OpenBlocks, OpenWindowOrder
from handlers.ticketing.wording import (
    back,
    bold,
    clipped,
    concession_text,
    escaped,
    label,
    listed,
    party_text,
    proof_text,
    title_of,
    way,
    when,
    word,
)
from handlers.ui.callbacks import OpenEvent, OpenOrder, OpenPerformance, OpenWindow
from handlers.ui.i18n import Html, Texts
from handlers.ui.screen import Button, Row, Screen, button

_CATEGORIES_MOST = 5
_CONCESSIONS_MOST = 6
_PROOFS_MOST = 4
#: Letters between − and +: the three share a phone's width equally.
_BETWEEN_MOST = 18


def performance_screen(t: Texts, facts: SaleFacts, party: Party | None = None, *, detail: bool = False) -> Screen:
    """``party`` None: two people at the usual price."""
    head = showing_head(t, facts.showing, facts)
    tariff = facts.tariff
    if facts.state != "open" or tariff is None:
        return _closed(t, facts, head)
    party = tariff.known(party) if party else tariff.party_of(min(2, max(facts.most, 1)))
    if not facts.most:
        return _enough(t, facts, head)
    text = f"{head}\n\n{bold(_how_many(t, party))}\n{escaped(party_text(t, tariff, party))}"
    text += _as_member(t, facts, tariff, party)
    here = ChooseParty(performance_id=facts.performance.id, detail=int(detail), party=pack_party(party)).pack()
    if detail:
        proofs = _proofs(t, tariff)
        rows = [row for one in steppers(t, facts, tariff, party) for row in _row(t, facts, party, one)]
        return Screen(text + proofs, (*rows, _done(t, facts, party), _way(t, facts)), here=here)
    size = (_size_row(t, facts, tariff, party), *_more(t, facts, tariff, party))
    offers = _offers(t, facts, tariff, party)
    return Screen(text, (*size, *offers, _way(t, facts)), here=here)


def _as_member(t: Texts, facts: SaleFacts, tariff: Tariff, party: Party) -> str:
    """What they pay with their membership, by category of a plan; empty where it makes nothing cheaper."""
    told = []
    for category in _fitting(facts, party) if facts.plan else [""]:
        usual = [(category, price.minor) for price in tariff.prices(party, category)]
        off = max((offer.off(usual) for offer in facts.member), default=0)
        total = tariff.price(party, category)
        if off and total is not None:
            sum_ = t.money(Money(total.minor - off, total.currency))
            told.append(f"{word(category)} {sum_}" if category else sum_)
    if not told:
        return ""
    line = t("With your membership: {prices}", prices=listed(t, told))
    return f"\n⭐ {line}"


def showing_head(t: Texts, showing: Showing, facts: SaleFacts) -> str:
    """Title, date, house, and the facts that decide for some whether they can come."""
    lines = [
        bold(title_of(t, showing.event.title)),
        escaped(f"🗓 {when(t, showing.performance, showing.venue, facts.now)}"),
        escaped(f"📍 {word(t.of(showing.hall.name))} · {clipped(t.of(showing.venue.name), 48)}"),
    ]
    if facts.sale_id is not None:
        lines.insert(0, bold("🏪 " + t.plain("At the window")))
    access = access_text(t, showing)
    if access:
        lines.append(escaped(access))
    if facts.state == "open":
        lines.append(escaped(f"🪑 {free_text(t, facts.free)}"))
    return "\n".join(lines)


def access_text(t: Texts, showing: Showing) -> str:
    """Plain, one line; empty where there is nothing to say."""
    event = showing.event
    parts = access_lines(t, [showing.performance.access])
    if showing.performance.access.step_free:
        parts[0] = f"♿ {parts[0]}"
    if event.spoken_language:
        parts.append(t.plain("in {language}", language=language_name(t, event.spoken_language)))
    if event.age_from:
        parts.append(t.plain("from age {age}", age=event.age_from))
    return clipped(" · ".join(parts), 200)


def _how_many(t: Texts, party: Party) -> str:
    return t.plain_plural("For {count} person", "For {count} people", party.size)


def _closed(t: Texts, facts: SaleFacts, head: str) -> Screen:
    reasons = {
        "after": t("Online sales for this performance are closed. Please ask at the box office."),
        "sold_out": t("This performance is sold out. Seats that are not paid for come back, so look again later."),
        "cancelled": t("This performance is cancelled."),
        "past": t("This performance is over."),
    }
    performance_id = facts.performance.id
    rows: list[Row] = []
    if facts.state == "before":
        opens = t.when(facts.performance.sales_open_at, facts.showing.venue.timezone)
        reason = t("Sales open {when}.", when=opens)
        told = t.plain("Do not tell me") if facts.watching else t.plain("Tell me when sales open")
        sign = "🔕 " if facts.watching else "🔔 "
        rows.append((button(sign + told, Watch(performance_id=performance_id, on=not facts.watching)),))
        if facts.watching:
            reason = Html(reason + "\n" + t("You will be told."))
    else:
        reason = reasons[facts.state]
    if facts.state == "sold_out" and facts.sale_id is None and facts.waiting is None:
        rows.append((button("🕐 " + t.plain("Waiting list"), OpenWaiting(performance_id=performance_id)),))
    if facts.state == "sold_out":
        rows.append((button("⟳ " + t.plain("Look again"), OpenPerformance(performance_id=performance_id)),))
    here = OpenPerformance(performance_id=performance_id).pack()
    return Screen(f"{head}\n\n{reason}", (*rows, *_own_order(t, facts), _way(t, facts)), here=here)


def _enough(t: Texts, facts: SaleFacts, head: str) -> Screen:
    reason = t(
        "You have {bought} tickets for this performance, and {most} is the most for one person.",
        bought=facts.bought,
        most=facts.performance.purchase_limit,
    )
    here = OpenPerformance(performance_id=facts.performance.id).pack()
    return Screen(f"{head}\n\n{reason}", (*_own_order(t, facts), _way(t, facts)), here=here)


def _size_row(t: Texts, facts: SaleFacts, tariff: Tariff, party: Party) -> Row:
    """− 2 × full price +: whoever is not counted among the reductions pays the usual price."""
    fewer, more = _steps(facts, party, tariff.usual)
    people = t.plain_plural("{count} person", "{count} people", party.size)
    middle = button(people, _to(facts, party, detail=True))
    return _step(facts, fewer, middle, more, detail=False)


def _more(t: Texts, facts: SaleFacts, tariff: Tariff, party: Party) -> tuple[Row, ...]:
    if len(tariff.ordinary) < 2 and not facts.special_kinds:
        return ()
    text = t.plain("Reductions, wheelchair") if facts.special_kinds else t.plain("Reductions")
    return ((button("👥 " + text, _to(facts, party, detail=True)),),)


@dataclass(frozen=True, slots=True)
class Stepper:
    """People of one kind in a party, and the party with one fewer and one more of them; None where that cannot be.
    ``price``: the least that one of them pays."""

    what: str
    count: int
    price: str
    fewer: Party | None
    more: Party | None


def steppers(t: Texts, facts: SaleFacts, tariff: Tariff, party: Party) -> Sequence[Stepper]:
    """Every kind of people that may come along here."""
    found = [
        Stepper(concession_text(t, c), party.count(c.id), _least(t, facts, c), *_steps(facts, party, c))
        for c in tariff.ordinary[:_CONCESSIONS_MOST]
    ]
    w, c, room = party.wheelchair, party.companion, party.size < facts.most
    if SeatKind.WHEELCHAIR in facts.special_kinds:
        fewer = Party(party.people, w - 1, min(c, w - 1)) if w and party.size > 1 else None
        more = Party(party.people, w + 1, c) if room else None
        what = "♿ " + t.plain("wheelchair place")
        found.append(Stepper(what, w, _least(t, facts, tariff.wheelchair), fewer, more))
    if SeatKind.COMPANION in facts.special_kinds and w:
        fewer = Party(party.people, w, c - 1) if c else None
        more = Party(party.people, w, c + 1) if room and c < w else None
        what = "👥 " + t.plain("companion")
        found.append(Stepper(what, c, _least(t, facts, tariff.companion), fewer, more))
    return found


def _row(t: Texts, facts: SaleFacts, party: Party, one: Stepper) -> tuple[Row, ...]:
    """− 2 × child +; whoever is not among the party yet has the whole row, for the name and the price."""
    if one.count:
        text = t.plain("{count} × {what}", count=one.count, what=clipped(one.what, _BETWEEN_MOST))
        return (_step(facts, one.fewer, button(text, _to(facts, party, detail=True)), one.more, detail=True),)
    if one.more is None or not fits(one.more):
        return ()
    text = f"+ {one.what} · {one.price}" if one.price else f"+ {one.what}"
    return ((button(label(text), _to(facts, one.more, detail=True)),),)


def _steps(facts: SaleFacts, party: Party, concession: Concession) -> tuple[Party | None, Party | None]:
    """The party with one fewer, and with one more."""
    count = party.count(concession.id)
    fewer = party.with_count(concession.id, count - 1) if count and party.size > 1 else None
    return fewer, party.with_count(concession.id, count + 1) if party.size < facts.most else None


def _step(facts: SaleFacts, fewer: Party | None, middle: Button, more: Party | None, *, detail: bool) -> Row:
    """A step that cannot be taken has no button."""
    row = [button("−", _to(facts, fewer, detail=detail))] if fewer else []
    row.append(middle)
    if more and fits(more):
        row.append(button("+", _to(facts, more, detail=detail)))
    return tuple(row)


def _offers(t: Texts, facts: SaleFacts, tariff: Tariff, party: Party) -> tuple[Row, ...]:
    if facts.plan is None:
        return _places_offer(t, facts, tariff, party)
    rows: list[Row] = []
    index = {category.name: at for at, category in enumerate(facts.plan.categories)}
    for category, text in best_offers(t, facts, tariff, party):
        rows.append((_best(facts, party, index[category] if category else ANY_CATEGORY, text),))
    hall = OpenHall(performance_id=facts.performance.id, party=pack_party(party))
    own = (line for row in _own_order(t, facts) for line in row)
    rows.append((button("🗺 " + t.plain("Choose on the map"), hall), *own))
    return (*rows, *_of_the_window(t, facts))


def best_offers(t: Texts, facts: SaleFacts, tariff: Tariff, party: Party) -> Sequence[tuple[str | None, str]]:
    """The best seats together by price category, the dearest first; None at the end for those at any price."""
    assert facts.plan is not None
    found: list[tuple[str | None, str]] = []
    found += [(category, _best_text(t, tariff, party, category)) for category in _fitting(facts, party)]
    if party.wheelchair and _has_room(facts, party, None):
        found.append((None, "♿ " + t.plain("Nearest together, at any price")))
    return found


def _fitting(facts: SaleFacts, party: Party) -> list[str]:
    """Categories that have room for them, the dearest first."""
    assert facts.plan is not None
    fitting = [category for category in price_order(facts.plan, facts) if _has_room(facts, party, category)]
    return fitting[:_CATEGORIES_MOST]


def _of_the_window(t: Texts, facts: SaleFacts) -> tuple[Row, ...]:
    if facts.sale_id is None:
        return ()
    return ((button("🚧 " + t.plain("Blocks"), OpenBlocks(performance_id=facts.performance.id)),),)


def places_offer(t: Texts, facts: SaleFacts, tariff: Tariff, party: Party) -> str | None:
    """What taking so many places without numbers says; None where there are not so many."""
    price = tariff.price(party, "")
    if price is None or party.size > facts.free:
        return None
    if not price:
        return t.plain_plural("Reserve {count} place free", "Reserve {count} places free", party.size)
    return t.plain_plural("Take {count} place", "Take {count} places", party.size) + f" · {t.money(price)}"


def _places_offer(t: Texts, facts: SaleFacts, tariff: Tariff, party: Party) -> tuple[Row, ...]:
    text = places_offer(t, facts, tariff, party)
    if text is None:
        return _own_order(t, facts)
    best = (_best(facts, party, ANY_CATEGORY, "🎟 " + text),)
    return (best, *_own_order(t, facts), *_of_the_window(t, facts))


def _best(facts: SaleFacts, party: Party, category: int, text: str) -> Button:
    return button(
        label(text),
        TakeBest(performance_id=facts.performance.id, category=category, party=pack_party(party)),
    )


def _best_text(t: Texts, tariff: Tariff, party: Party, category: str) -> str:
    total = tariff.price(party, category)
    paying = tariff.paying(party)
    if total is None or not total:
        price = t.plain("free")
    elif len(paying) == 1 and paying[0][1] > 1:
        each = tariff.performance.price(category, paying[0][0])
        price = f"{paying[0][1]} × {t.money(each.amount)}" if each else t.money(total)
    else:
        price = t.money(total)
    best = t.plain_plural("Best seat", "Best {count} together", party.size)
    return f"{best} · {word(category)} · {price}"


def _has_room(facts: SaleFacts, party: Party, category: str | None) -> bool:
    """Enough free seats of each kind; whether they are together is for the search to say."""
    tariff = facts.tariff
    if category is not None and (tariff is None or tariff.price(party, category) is None):
        return False
    needs = {
        SeatKind.STANDARD: party.others,
        SeatKind.WHEELCHAIR: party.wheelchair,
        SeatKind.COMPANION: party.companion,
    }
    free = facts.free_by_kind
    return all(
        sum(count for (name, sort), count in free.items() if sort is kind and category in (None, name)) >= need
        for kind, need in needs.items()
    )


def _proofs(t: Texts, tariff: Tariff) -> str:
    """What the reductions ask for at the door."""
    needing = [concession for concession in tariff.ordinary if concession.needs_proof][:_PROOFS_MOST]
    lines = [t("{what}: {proof}", what=concession_text(t, c), proof=proof_text(t, c)) for c in needing]
    return "".join(f"\n{line}" for line in ("", *lines)) if lines else ""


def _least(t: Texts, facts: SaleFacts, concession: Concession) -> str:
    amounts = [price.amount for price in facts.performance.prices if price.concession_id == concession.id]
    if not amounts:
        return ""
    least, most = min(amounts), max(amounts)
    if not most:
        return t.plain("free")
    return t.money(least) if least == most else t.plain("from {price}", price=t.money(least))


def _own_order(t: Texts, facts: SaleFacts) -> tuple[Row, ...]:
    """What they hold, and their place in line."""
    if facts.waiting is None or facts.order is not None:
        return _held(t, facts)
    to = OpenWaiting(performance_id=facts.performance.id)
    return ((button("🕐 " + t.plain("You are in line"), to),),)


def _held(t: Texts, facts: SaleFacts) -> tuple[Row, ...]:
    if facts.order is None or facts.order.until is None:
        return ()
    until = t.time(facts.order.until, facts.showing.venue.timezone)
    if facts.sale_id is not None:
        held = OpenWindowOrder(order_id=facts.order.id)
        return ((button("⏱ " + t.plain("Held until {time}", time=until), held),),)
    return ((button("⏱ " + t.plain("Your seats, until {time}", time=until), OpenOrder(order_id=facts.order.id)),),)


def _done(t: Texts, facts: SaleFacts, party: Party) -> Row:
    return (button("✓ " + t.plain("On to the seats"), _to(facts, party, detail=False)),)


def _to(facts: SaleFacts, party: Party, *, detail: bool) -> ChooseParty:
    return ChooseParty(performance_id=facts.performance.id, detail=int(detail), party=pack_party(party))


def _way(t: Texts, facts: SaleFacts) -> Row:
    if facts.sale_id is not None:
        return way(t, button("🏪 " + t.plain("Window"), OpenWindow()))
    return way(t, back(t, OpenEvent(event_id=facts.showing.event.id)))
