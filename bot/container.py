"""The composition root: builds everything, once, and takes it down in order."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError, TelegramNetworkError, TelegramUnauthorizedError
from aiogram.types import BotCommand, User
from sqlalchemy.exc import DBAPIError

from bot import log
from bot.adapters.files import Files
from bot.adapters.payments_provider import ProviderApi
from bot.adapters.payments_telegram import TelegramPayments
from bot.adapters.picture_store import PictureStore
from bot.answer_types import KeepsAnswerTypes
from bot.checkout_providers import make_checkouts
from bot.checkouts import Checkouts
from bot.clock import SystemClock
from bot.config import Settings, SettingsFault
from bot.courier import Courier
from bot.dispatcher import CHANNEL, Entrance, UpdateHandler, make_dispatcher
from bot.inbox import Inbox
from bot.links import DeepLinks
from bot.mailer import Mailer
from bot.messenger import TelegramMessenger
from bot.painter import Painter
from bot.polite_session import WaitsOut429
from bot.receiver import Receiver
from bot.scheduler import Ticks
from bot.sender import HaltingLimiter, Sender, make_courier_bot
from bot.turns import LendsTurn, Turns
from domain.codes import Keyring
from domain.ports import Clock
from handlers.people.commands import commands
from handlers.ui.i18n import LOCALES
from handlers.ui.ports import Offers
from storage.database import Database, open_database
from storage.migrate import prepare_database
from storage.unit_of_work import UnitOfWork

_log = log.get("foyer.container")
_LANGUAGE_CODES = {"zh_Hans": "zh", "en": "en"}  # ISO 639-1, as setMyCommands wants them


@dataclass(frozen=True, slots=True)
class Foyer:
    """The running parts that transports, the command line and tests touch."""

    settings: Settings
    clock: Clock
    keyring: Keyring
    database: Database
    uow: UnitOfWork
    bot: Bot
    me: User
    links: DeepLinks
    inbox: Inbox
    receiver: Receiver
    courier: Courier
    ticks: Ticks
    checkouts: Checkouts
    holder: str
    mailer: Mailer | None  # None: the house has no mail server


@asynccontextmanager
async def open_storage(
    settings: Settings, clock: Clock | None = None, *, alone: bool = False
) -> AsyncIterator[tuple[Database, UnitOfWork]]:
    """The database, brought up to date. Raises what ``prepare_database`` raises, SettingsFault where none answers.

    ``alone``: for the house itself. Raises AlreadyRunning for a second one on SQLite, before anything is migrated.
    """
    try:
        await asyncio.to_thread(settings.database_folder.mkdir, parents=True, exist_ok=True)
        database = open_database(settings.database)
    except (OSError, DBAPIError) as error:
        raise SettingsFault(f"FOYER_DATABASE_URL: the database cannot be opened: {_short(error)}") from error
    try:
        if alone:
            database.lock_process()
        try:
            await prepare_database(settings.database)
        except (OSError, DBAPIError) as error:
            raise SettingsFault(f"FOYER_DATABASE_URL: the database does not answer: {_short(error)}") from error
        yield database, UnitOfWork(database, clock or SystemClock(), settings.keyring())
    finally:
        await database.dispose()


@asynccontextmanager
async def build(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Foyer]:
    """Everything but the transport; workers run inside. Raises AlreadyRunning for a second process on SQLite, and
    SettingsFault where Telegram or the database does not answer."""
    if settings.bot_token is None:
        raise ValueError("FOYER_BOT_TOKEN is missing")
    clock = clock or SystemClock()
    token = settings.bot_token.get_secret_value()
    # Shorter than the column, whatever the machine is called.
    holder = f"{socket.gethostname()[:32]}:{os.getpid()}:{secrets.token_hex(4)}"
    async with AsyncExitStack() as stack:
        database, uow = await stack.enter_async_context(open_storage(settings, clock, alone=True))
        if database.dialect == "sqlite":
            # We are alone: what a killed process held is free at once.
            await uow.write(lambda tx: tx.leases.clear())
        bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(settings.api_base)))
        stack.push_async_callback(bot.session.close)
        me = await _introduced(bot, settings)
        keyring = settings.keyring()
        links = DeepLinks(me.username or "", keyring, settings.app_url)
        files = _files(settings)
        painter = Painter(uow, me.id, PictureStore(settings.pictures), files)
        courier_bot = make_courier_bot(token, settings.api_base)
        await stack.enter_async_context(courier_bot)
        sender = Sender(courier_bot, painter)
        courier = Courier(uow, sender, links, clock, holder)
        if isinstance(courier_bot.rate_limiter, HaltingLimiter):
            courier_bot.rate_limiter.halt_left = courier.halt_left
        uow.on_commit.append(courier.woken)
        mailer = _mailer(settings, uow, files, links, clock, holder)
        turns = Turns()
        bot.session.middleware(LendsTurn(turns))  # the first is the outermost: the others' waits are lent as well
        bot.session.middleware(WaitsOut429(courier.halt))
        bot.session.middleware(KeepsAnswerTypes())
        messenger = TelegramMessenger(bot, painter, clock, settings.payment_token.get_secret_value())
        checkouts = make_checkouts(settings, uow, clock, stack)
        offers = Offers(mail=mailer is not None, wallet=files.makes_passes)
        entrance = Entrance(uow, messenger, links, clock, checkouts, settings.owner_ids, offers)
        handler = UpdateHandler(bot, make_dispatcher(), entrance)
        inbox = Inbox(uow, keyring, bot_id=me.id, holder=holder, handle=handler, turns=turns)
        receiver = Receiver(bot, inbox, handler, keyring)
        ticks = Ticks(uow, _payments(settings, bot, uow, stack), holder, checkouts, sender.delete)
        yield Foyer(
            settings=settings,
            clock=clock,
            keyring=keyring,
            database=database,
            uow=uow,
            bot=bot,
            me=me,
            links=links,
            inbox=inbox,
            receiver=receiver,
            courier=courier,
            ticks=ticks,
            checkouts=checkouts,
            holder=holder,
            mailer=mailer,
        )


@asynccontextmanager
async def working(foyer: Foyer) -> AsyncIterator[None]:
    """Courier and mailer at work and the inbox recovered; on the way out everything under way is finished first."""
    await foyer.inbox.recover()
    courier = asyncio.create_task(foyer.courier.run(), name="courier")
    mailer = asyncio.create_task(foyer.mailer.run(), name="mailer") if foyer.mailer else None
    try:
        yield
    finally:
        await foyer.receiver.finish()
        await foyer.inbox.stop()
        foyer.courier.stop()
        if foyer.mailer is not None and mailer is not None:
            foyer.mailer.stop()
            await mailer
        await courier


async def introduce(foyer: Foyer) -> None:
    """Commands in each language; a failure here is no reason not to open the house."""
    try:
        for locale in LOCALES:
            listed = [BotCommand(command=name, description=text) for name, text in commands(locale, staff=False)]
            await foyer.bot.set_my_commands(listed, language_code=_LANGUAGE_CODES[locale])
            if locale == "en":
                await foyer.bot.set_my_commands(listed)
    except TelegramAPIError as error:
        _log.warning("introduce.failed", error=type(error).__name__)


async def _introduced(bot: Bot, settings: Settings) -> User:
    try:
        return await bot.me()
    except TelegramUnauthorizedError:
        raise SettingsFault("FOYER_BOT_TOKEN: Telegram does not know this token; ask @BotFather for it.") from None
    except TelegramNetworkError as error:
        raise SettingsFault(f"FOYER_API_BASE: {settings.api_base} does not answer; is there a network?") from error


def _short(error: OSError | DBAPIError) -> str:
    return str(error.orig if isinstance(error, DBAPIError) else error)


def _files(settings: Settings) -> Files:
    """Raises SettingsFault for a certificate that cannot be used."""
    try:
        return Files(settings.pass_signer())
    except (OSError, ValueError) as error:
        raise SettingsFault(f"FOYER_PASS_CERTIFICATE: passes cannot be signed: {error}.") from None


def _mailer(
    settings: Settings, uow: UnitOfWork, files: Files, links: DeepLinks, clock: Clock, holder: str
) -> Mailer | None:
    server = settings.mail_server()
    if server is None:
        return None
    mailer = Mailer(uow, server, settings.mail_from, files, links, clock, holder)
    uow.on_commit.append(mailer.woken)
    return mailer


def _payments(settings: Settings, bot: Bot, uow: UnitOfWork, stack: AsyncExitStack) -> TelegramPayments:
    provider = None
    if settings.payment_api:
        provider = ProviderApi(settings.payment_api, settings.payment_token.get_secret_value())
        stack.push_async_callback(provider.close)

    async def account(person_id: int | None) -> int | None:
        if person_id is None:
            return None
        external_id = await uow.read(lambda tx: tx.people.external_id(person_id, CHANNEL))
        return int(external_id) if external_id else None

    return TelegramPayments(bot, provider, account)
