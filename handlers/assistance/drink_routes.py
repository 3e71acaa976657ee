"""Ordering a drink, and the desk."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.assistance.drinks import (
    BeginDrinkPayment,
    CancelDrinks,
    CaptureDrinks,
    ChangeStock,
    HandOutDrinks,
    MakeReady,
    OrderDrinks,
    PutInCart,
    SetStock,
)
from domain.errors import BadInput, Stale
from domain.money import Money
from domain.payments.model import Captured
from domain.people.model import Role
from handlers.assistance.callbacks import (
    AddStock,
    ChooseDrink,
    DeskDrinks,
    DeskDrop,
    DrinkAtDesk,
    DrinkHanded,
    DrinkQueue,
    DrinkQueues,
    DrinkReady,
    DropDrinks,
    OpenDrinks,
    OpenMenu,
    OpenStock,
    OpenStockItem,
    PayDrinks,
    SetSoldOut,
)
from handlers.assistance.drink_queries import (
    FindDrinkQueue,
    FindDrinks,
    FindDrinksAtDesk,
    FindDrinksToPay,
    FindEvenings,
    FindItem,
    FindMenu,
)
from handlers.assistance.drink_views import (
    desk_screen,
    drinks_screen,
    evenings_screen,
    item_screen,
    menu_screen,
    queue_screen,
    stock_screen,
)
from handlers.payments.payload import drinks_payload, start_parameter_of
from handlers.ticketing.wording import escaped, title_of, word
from handlers.ui.replies import sentence
from handlers.ui.routing import EVERYBODY, Awaits, allowed
from handlers.ui.talk import Talk

router = Router(name="assistance.drinks")

DESK = frozenset({Role.FLOOR, Role.BOX_OFFICE})
COUNTED = "assistance.counted"
#: Kept in the conversation: the performance and what is being counted.
_COUNTS = "assistance.counts"
_DIGITS_MOST = 4
_TITLE_MOST = 32  # Bot API, sendInvoice


@router.callback_query(OpenMenu.filter())
@allowed(EVERYBODY)
async def open_menu(query: CallbackQuery, callback_data: OpenMenu, talk: Talk) -> None:
    await _show_menu(talk, callback_data.performance_id)


@router.callback_query(ChooseDrink.filter())
@allowed(EVERYBODY)
async def choose(query: CallbackQuery, callback_data: ChooseDrink, talk: Talk) -> None:
    to = callback_data.performance_id
    await talk.write(PutInCart(talk.actor.person_id, to, callback_data.menu_id, callback_data.count))
    await _show_menu(talk, to)


@router.callback_query(PayDrinks.filter())
@allowed(EVERYBODY)
async def pay(query: CallbackQuery, callback_data: PayDrinks, talk: Talk) -> None:
    facts = await talk.read(FindDrinksToPay(talk.actor.person_id, callback_data.drinks_id))
    if not talk.checkouts.has_invoice(facts.showing.venue.currency):
        raise Stale
    title = talk.t.plain("A drink for the interval")
    await talk.messenger.send_invoice(
        talk.conversation,
        title=title[:_TITLE_MOST],
        description=title_of(talk.t, facts.showing.event.title),
        payload=drinks_payload(facts.order.id),
        lines=[(f"{line.count}× {word(talk.t.of(item.name))}", line.total) for item, line in facts.lines],
        start_parameter=start_parameter_of(facts.order.performance_id),
    )


@router.callback_query(DeskDrinks.filter())
@allowed(EVERYBODY)
async def order(query: CallbackQuery, callback_data: DeskDrinks, talk: Talk) -> None:
    """What was ordered stands on its card; the menu is as empty again as the cart."""
    drinks_id = await talk.write(OrderDrinks(talk.actor.person_id, callback_data.drinks_id))
    await _show_menu(talk, (await talk.read(FindDrinks(talk.actor.person_id, drinks_id))).order.performance_id)


@router.callback_query(OpenDrinks.filter())
@allowed(EVERYBODY)
async def open_drinks(query: CallbackQuery, callback_data: OpenDrinks, talk: Talk) -> None:
    await show_drinks(talk, callback_data.drinks_id)


@router.callback_query(DropDrinks.filter())
@allowed(EVERYBODY)
async def drop(query: CallbackQuery, callback_data: DropDrinks, talk: Talk) -> None:
    # One's own alone, also for those who serve at the desk: that has a button of its own.
    await talk.read(FindDrinks(talk.actor.person_id, callback_data.drinks_id))
    await show_drinks(talk, await talk.write(CancelDrinks(talk.actor.person_id, callback_data.drinks_id)))


@router.message(Command("desk"))
@allowed(DESK)
async def command_desk(message: Message, talk: Talk) -> None:
    await _show_evenings(talk)


@router.callback_query(DrinkQueues.filter())
@allowed(DESK)
async def open_evenings(query: CallbackQuery, talk: Talk) -> None:
    await _show_evenings(talk)


@router.callback_query(DrinkQueue.filter())
@allowed(DESK)
async def open_queue(query: CallbackQuery, callback_data: DrinkQueue, talk: Talk) -> None:
    await _show_queue(talk, callback_data.performance_id)


@router.callback_query(DrinkAtDesk.filter())
@allowed(DESK)
async def open_at_desk(query: CallbackQuery, callback_data: DrinkAtDesk, talk: Talk) -> None:
    facts = await talk.read(FindDrinksAtDesk(talk.actor.person_id, callback_data.drinks_id))
    await talk.show(desk_screen(talk.t, facts))


@router.callback_query(DrinkReady.filter())
@allowed(DESK)
async def ready(query: CallbackQuery, callback_data: DrinkReady, talk: Talk) -> None:
    drinks_id = await talk.write(MakeReady(talk.actor.person_id, callback_data.drinks_id))
    await _back_to_queue(talk, drinks_id)


@router.callback_query(DrinkHanded.filter())
@allowed(DESK)
async def handed(query: CallbackQuery, callback_data: DrinkHanded, talk: Talk) -> None:
    handing = HandOutDrinks(talk.actor.person_id, callback_data.drinks_id, callback_data.paid_by)
    await _back_to_queue(talk, await talk.write(handing))


@router.callback_query(DeskDrop.filter())
@allowed(DESK)
async def drop_at_desk(query: CallbackQuery, callback_data: DeskDrop, talk: Talk) -> None:
    await talk.read(FindDrinksAtDesk(talk.actor.person_id, callback_data.drinks_id))
    await _back_to_queue(talk, await talk.write(CancelDrinks(talk.actor.person_id, callback_data.drinks_id)))


@router.callback_query(OpenStock.filter())
@allowed(DESK)
async def open_stock(query: CallbackQuery, callback_data: OpenStock, talk: Talk) -> None:
    await _show_stock(talk, callback_data.performance_id)


@router.callback_query(SetSoldOut.filter())
@allowed(DESK)
async def set_sold_out(query: CallbackQuery, callback_data: SetSoldOut, talk: Talk) -> None:
    """What runs out all the same while some is counted stays counted."""
    by, item_id = talk.actor.person_id, callback_data.menu_id
    await talk.write(ChangeStock(by, item_id, sold_out=callback_data.no_more))
    await _show_stock(talk, callback_data.performance_id)


@router.callback_query(OpenStockItem.filter())
@allowed(DESK)
async def open_item(query: CallbackQuery, callback_data: OpenStockItem, talk: Talk) -> None:
    await _show_item(talk, callback_data.performance_id, callback_data.menu_id)


@router.callback_query(AddStock.filter())
@allowed(DESK)
async def add_stock(query: CallbackQuery, callback_data: AddStock, talk: Talk) -> None:
    await talk.write(ChangeStock(talk.actor.person_id, callback_data.menu_id, more=callback_data.count))
    await _show_item(talk, callback_data.performance_id, callback_data.menu_id)


@router.message(Awaits(COUNTED))
@allowed(DESK)
async def counted(message: Message, talk: Talk) -> None:
    """What stands there now, whatever was reckoned."""
    performance_id, item_id = talk.conversation.data.get(_COUNTS) or (0, 0)
    said = (message.text or "").strip()
    if not (said.isdecimal() and len(said) <= _DIGITS_MOST):
        await _show_item(talk, performance_id, item_id, BadInput("no_count"))
        return
    await talk.write(SetStock(talk.actor.person_id, item_id, sold_out=int(said) == 0, stock=int(said)))
    await _show_item(talk, performance_id, item_id)


async def begin_drinks(talk: Talk, drinks_id: int, amount: Money) -> None:
    """Before an invoice for drinks is paid. Raises PaymentRefused."""
    await talk.write(BeginDrinkPayment(talk.actor.person_id, drinks_id, amount))


async def drinks_paid(talk: Talk, captured: Captured) -> None:
    """What was ordered comes as its card; where the money goes back, a notice says why."""
    await talk.write(CaptureDrinks(captured))


async def show_drinks(talk: Talk, drinks_id: int) -> None:
    await talk.show(drinks_screen(talk.t, await talk.read(FindDrinks(talk.actor.person_id, drinks_id))))


async def _show_menu(talk: Talk, performance_id: int) -> None:
    facts = await talk.read(FindMenu(talk.actor.person_id, performance_id))
    await talk.show(menu_screen(talk.t, facts, invoice=talk.checkouts.has_invoice(facts.showing.venue.currency)))


async def _show_evenings(talk: Talk) -> None:
    await talk.show(evenings_screen(talk.t, await talk.read(FindEvenings(talk.actor.person_id))))


async def _show_queue(talk: Talk, performance_id: int) -> None:
    await talk.show(queue_screen(talk.t, await talk.read(FindDrinkQueue(talk.actor.person_id, performance_id))))


async def _show_stock(talk: Talk, performance_id: int) -> None:
    await talk.show(stock_screen(talk.t, await talk.read(FindDrinkQueue(talk.actor.person_id, performance_id))))


async def _show_item(talk: Talk, performance_id: int, item_id: int, error: BadInput | None = None) -> None:
    screen = item_screen(talk.t, await talk.read(FindItem(talk.actor.person_id, performance_id, item_id)))
    await talk.show(screen.with_note("⚠️ " + escaped(sentence(error, talk.t))) if error else screen)
    talk.conversation.data[_COUNTS] = [performance_id, item_id]
    talk.conversation.await_text(COUNTED)


async def _back_to_queue(talk: Talk, drinks_id: int) -> None:
    facts = await talk.read(FindDrinksAtDesk(talk.actor.person_id, drinks_id))
    await _show_queue(talk, facts.order.performance_id)
