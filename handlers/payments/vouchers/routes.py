"""Buying, selling, giving and keeping vouchers, and putting them towards an order."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.codes import CodeKind, Opened
from domain.errors import BadInput, NotFound, Outside, Stale
from domain.money import Money
from domain.payments.checkout import OpenVoucherCheckout
from domain.payments.checkout_model import Way
from domain.payments.voucher_model import VoucherRules
from domain.payments.voucher_ports import VoucherLeft
from domain.payments.voucher_selling import CheckVoucherSale
from domain.payments.vouchers import (
    DropVouchers,
    GiveVoucher,
    KeepVoucher,
    PutVoucherRules,
    SellVoucher,
    UseVoucher,
    UseVoucherAtWindow,
    own_vouchers,
)
from domain.people.model import Role
from domain.programme.model import Venue
from handlers.payments.checkout_views import INVOICE
from handlers.payments.payload import voucher_payload, voucher_start
from handlers.payments.vouchers.callbacks import (
    AskAmounts,
    AskGiven,
    AskSale,
    AskVoucher,
    AskVoucherAtWindow,
    KeepThisVoucher,
    OpenVoucher,
    OpenVouchers,
    PayVoucher,
    PayVoucherBy,
    PutVoucher,
    TakeOffVouchers,
)
from handlers.payments.vouchers.queries import (
    SHOWN,
    FindLinkedCode,
    FindOwnCode,
    FindVenueOf,
    FindVoucher,
    FindVouchers,
)
from handlers.payments.vouchers.views import (
    amounts_screen,
    ask_voucher_at_window_screen,
    ask_voucher_screen,
    given_screen,
    sale_screen,
    voucher_checkout_screen,
    voucher_screen,
    voucher_ways_screen,
    vouchers_screen,
)
from handlers.ticketing.order_routes import show_order
from handlers.ticketing.promotions.routes import last_day
from handlers.ticketing.queries import FindOrder
from handlers.ticketing.window.queries import FindWindowOrder
from handlers.ticketing.window.showing import show_window_order
from handlers.ticketing.window.sums import read_sum, read_sum_and_words
from handlers.ticketing.wording import bold, escaped
from handlers.ui.replies import sentence
from handlers.ui.routing import EVERYBODY, Awaits, allowed
from handlers.ui.screen import Screen
from handlers.ui.start import opened_code
from handlers.ui.talk import Talk

router = Router(name="payments.vouchers")

CLERKS, MANAGERS = frozenset({Role.BOX_OFFICE}), frozenset({Role.MANAGER})
USED, AT_WINDOW, SOLD, GIVEN, AMOUNTS = (
    "voucher.used", "voucher.window", "voucher.sold", "voucher.given", "voucher.amounts",
)  # fmt: skip
#: Kept in the conversation: the order, or the venue, that the awaited text is about; the voucher whose link was opened.
_ABOUT, _OPENED = "voucher.about", "voucher.opened"


@router.message(Command("vouchers"))
@allowed(EVERYBODY)
async def command_vouchers(message: Message, talk: Talk) -> None:
    await _show_vouchers(talk)


@router.callback_query(OpenVouchers.filter())
@allowed(EVERYBODY)
async def open_vouchers(query: CallbackQuery, talk: Talk) -> None:
    await _show_vouchers(talk)


@router.callback_query(OpenVoucher.filter())
@allowed(EVERYBODY)
async def open_own(query: CallbackQuery, callback_data: OpenVoucher, talk: Talk) -> None:
    await show_voucher(talk, callback_data.voucher_id)


@router.callback_query(PayVoucher.filter())
@allowed(EVERYBODY)
async def pay(query: CallbackQuery, callback_data: PayVoucher, talk: Talk) -> None:
    """Where there is but one way, it is gone at once."""
    rules, ways, invoice = await _sale(talk, callback_data.given)
    amount = Money(callback_data.given, rules.currency)
    if not ways:
        await _send_invoice(talk, amount, rules.months)
    elif len(ways) == 1 and not invoice:
        await _check_out(talk, amount, ways[0])
    else:
        await talk.show(voucher_ways_screen(talk.t, amount, rules.months, ways, invoice=invoice))


@router.callback_query(PayVoucherBy.filter())
@allowed(EVERYBODY)
async def pay_by(query: CallbackQuery, callback_data: PayVoucherBy, talk: Talk) -> None:
    rules, ways, invoice = await _sale(talk, callback_data.given)
    amount = Money(callback_data.given, rules.currency)
    if callback_data.way == INVOICE and invoice:
        await _send_invoice(talk, amount, rules.months)
        return
    for one in ways:
        if one.value == callback_data.way:
            await _check_out(talk, amount, one)
            return
    raise Stale


async def _sale(talk: Talk, minor: int) -> tuple[VoucherRules, Sequence[Way], bool]:
    """The rules, the ways to pay, and whether the messenger's invoice is another. Raises Stale for what is not sold
    here (any more)."""
    rules = (await talk.read(FindVouchers(talk.actor.person_id))).rules
    ways, invoice = talk.checkouts.ways(rules.currency), talk.checkouts.has_invoice(rules.currency)
    if minor not in rules.amounts or not (ways or invoice):
        raise Stale
    return rules, ways, invoice


async def _check_out(talk: Talk, amount: Money, way: Way) -> None:
    title = talk.t.plain("Voucher")
    checkout_id = await talk.write(OpenVoucherCheckout(talk.actor.person_id, amount, way, title))
    rules, ways, invoice = await _sale(talk, amount.minor)
    try:
        checkout = await talk.checkouts.prepare(checkout_id)
    except Outside as error:
        # On the screen: by now the tap may have been answered, so that a word about it would not be seen.
        screen = voucher_ways_screen(talk.t, amount, rules.months, ways, invoice=invoice)
        await talk.show(screen.with_note(bold(sentence(error, talk.t))))
        return
    await talk.show(voucher_checkout_screen(talk.t, checkout, others=invoice or len(ways) > 1))


async def _send_invoice(talk: Talk, amount: Money, months: int) -> None:
    """Whoever pays the invoice owns the voucher, so it may be forwarded."""
    await talk.messenger.send_invoice(
        talk.conversation,
        title=talk.t.plain("Voucher"),
        description=talk.t.plain("For any tickets of the house. Good for {months} months.", months=months),
        payload=voucher_payload(amount.minor),
        lines=[(talk.t.plain("Voucher"), amount)],
        start_parameter=voucher_start(),
    )


@router.callback_query(KeepThisVoucher.filter())
@allowed(EVERYBODY)
async def keep(query: CallbackQuery, callback_data: KeepThisVoucher, talk: Talk) -> None:
    if talk.conversation.data.get(_OPENED) != callback_data.voucher_id:
        raise NotFound
    await show_voucher(talk, await talk.write(KeepVoucher(talk.actor.person_id, callback_data.voucher_id)))


@router.callback_query(AskSale.filter())
@allowed(CLERKS)
async def ask_sale(query: CallbackQuery, callback_data: AskSale, talk: Talk) -> None:
    await _ask(talk, SOLD, callback_data.venue_id)


@router.message(Awaits(SOLD))
@allowed(CLERKS)
async def sold(message: Message, talk: Talk) -> None:
    venue = await _venue(talk, SOLD, _about(talk))
    try:
        minor, reference = read_sum_and_words(message.text or "", venue.currency)
        sale = SellVoucher(talk.actor.person_id, venue.id, minor, reference or None)
        await show_voucher(talk, await talk.write(sale))
    except BadInput as error:
        await _ask(talk, SOLD, venue.id, error)


@router.callback_query(AskGiven.filter())
@allowed(MANAGERS)
async def ask_given(query: CallbackQuery, callback_data: AskGiven, talk: Talk) -> None:
    await _ask(talk, GIVEN, callback_data.venue_id)


@router.message(Awaits(GIVEN))
@allowed(MANAGERS)
async def given(message: Message, talk: Talk) -> None:
    venue = await _venue(talk, GIVEN, _about(talk))
    try:
        minor, rest = read_sum_and_words(message.text or "", venue.currency)
        day, _, reason = rest.partition(" ")
        gift = GiveVoucher(talk.actor.person_id, venue.id, minor, last_day(day, venue), reason)
        await show_voucher(talk, await talk.write(gift))
    except BadInput as error:
        await _ask(talk, GIVEN, venue.id, error)


@router.callback_query(AskAmounts.filter())
@allowed(MANAGERS)
async def ask_amounts(query: CallbackQuery, callback_data: AskAmounts, talk: Talk) -> None:
    await _ask(talk, AMOUNTS, callback_data.venue_id)


@router.message(Awaits(AMOUNTS))
@allowed(MANAGERS)
async def amounts(message: Message, talk: Talk) -> None:
    venue = await _venue(talk, AMOUNTS, _about(talk))
    months, *sums = (message.text or "").split()[:20] or [""]
    try:
        minors = tuple(read_sum(text, venue.currency) for text in sums)
        if not (months.isascii() and months.isdecimal()):
            raise BadInput("bad_amounts")
        await talk.write(PutVoucherRules(talk.actor.person_id, venue.id, int(months[:4]), minors))
    except BadInput as error:
        await _ask(talk, AMOUNTS, venue.id, error)
        return
    await _show_vouchers(talk)


@router.callback_query(AskVoucher.filter())
@allowed(EVERYBODY)
async def ask_voucher(query: CallbackQuery, callback_data: AskVoucher, talk: Talk) -> None:
    await _ask_voucher(talk, callback_data.order_id)


@router.message(Awaits(USED))
@allowed(EVERYBODY)
async def voucher_typed(message: Message, talk: Talk) -> None:
    order_id = _about(talk)
    await _put(talk, order_id, await _code_in(talk, message.text or ""))


@router.callback_query(PutVoucher.filter())
@allowed(EVERYBODY)
async def put(query: CallbackQuery, callback_data: PutVoucher, talk: Talk) -> None:
    code = await talk.read(FindOwnCode(talk.actor.person_id, callback_data.voucher_id))
    await _put(talk, callback_data.order_id, code)


@router.callback_query(TakeOffVouchers.filter())
@allowed(EVERYBODY)
async def take_off(query: CallbackQuery, callback_data: TakeOffVouchers, talk: Talk) -> None:
    await show_order(talk, await talk.write(DropVouchers(talk.actor.person_id, callback_data.order_id)))


@router.callback_query(AskVoucherAtWindow.filter())
@allowed(CLERKS)
async def ask_at_window(query: CallbackQuery, callback_data: AskVoucherAtWindow, talk: Talk) -> None:
    await _ask_at_window(talk, callback_data.order_id)


@router.message(Awaits(AT_WINDOW))
@allowed(CLERKS)
async def typed_at_window(message: Message, talk: Talk) -> None:
    order_id, code = _about(talk), await _code_in(talk, message.text or "")
    try:
        await show_window_order(talk, await talk.write(UseVoucherAtWindow(talk.actor.person_id, order_id, code)))
    except BadInput as error:
        await _ask_at_window(talk, order_id, error)


async def open_voucher(talk: Talk, voucher_id: int) -> None:
    """Where a voucher's link leads. Raises NotFound."""
    await talk.show(
        voucher_screen(talk.t, await talk.read(FindVoucher(talk.actor.person_id, voucher_id, opened=True)), talk.links)
    )
    talk.conversation.data[_OPENED] = voucher_id


async def show_voucher(talk: Talk, voucher_id: int) -> None:
    await talk.show(voucher_screen(talk.t, await talk.read(FindVoucher(talk.actor.person_id, voucher_id)), talk.links))


async def check_sale(talk: Talk, minor: int, currency: str) -> None:
    """Before an invoice for a voucher is paid. Raises PaymentRefused."""
    await talk.read(CheckVoucherSale(Money(minor, currency)))


async def _show_vouchers(talk: Talk) -> None:
    facts = await talk.read(FindVouchers(talk.actor.person_id))
    currency = facts.rules.currency
    payable = talk.checkouts.has_invoice(currency) or bool(talk.checkouts.ways(currency))
    await talk.show(vouchers_screen(talk.t, facts, payable=payable))


async def _code_in(talk: Talk, text: str) -> str:
    """What was typed, or the code of the voucher whose link was pasted."""
    found = opened_code(text)
    if isinstance(found, Opened) and found.kind is CodeKind.VOUCHER:
        return await talk.read(FindLinkedCode(found.id))
    return text


async def _put(talk: Talk, order_id: int, code: str) -> None:
    try:
        await talk.write(UseVoucher(talk.actor.person_id, order_id, code))
    except BadInput as error:
        await _ask_voucher(talk, order_id, error)
        return
    await show_order(talk, order_id)


async def _ask_voucher(talk: Talk, order_id: int, error: BadInput | None = None) -> None:
    await talk.read(FindOrder(talk.actor.person_id, order_id))  # somebody else's is not found
    own: list[VoucherLeft] = await talk.read(lambda tx: own_vouchers(tx, talk.actor.person_id, SHOWN))
    await _show_question(talk, USED, order_id, ask_voucher_screen(talk.t, order_id, own), error)


async def _ask_at_window(talk: Talk, order_id: int, error: BadInput | None = None) -> None:
    await talk.read(FindWindowOrder(talk.actor.person_id, order_id))
    await _show_question(talk, AT_WINDOW, order_id, ask_voucher_at_window_screen(talk.t, order_id), error)


async def _ask(talk: Talk, state: str, venue_id: int, error: BadInput | None = None) -> None:
    venue = await _venue(talk, state, venue_id)
    screens = {SOLD: sale_screen, GIVEN: given_screen, AMOUNTS: amounts_screen}
    await _show_question(talk, state, venue.id, screens[state](talk.t, venue), error)


async def _show_question(talk: Talk, state: str, about: int, screen: Screen, error: BadInput | None) -> None:
    await talk.show(screen.with_note(escaped(sentence(error, talk.t))) if error else screen)
    talk.conversation.data[_ABOUT] = about
    talk.conversation.await_text(state)


async def _venue(talk: Talk, state: str, venue_id: int) -> Venue:
    role = Role.BOX_OFFICE if state == SOLD else Role.MANAGER
    return await talk.read(FindVenueOf(talk.actor.person_id, venue_id, role))


def _about(talk: Talk) -> int:
    """Raises Stale."""
    about = talk.conversation.data.get(_ABOUT)
    if not isinstance(about, int):
        raise Stale
    return about
