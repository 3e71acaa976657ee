"""The page as a test sees it: its phones by position, their parts by role or class."""

from __future__ import annotations

from typing import Any

import aiohttp
from playwright.async_api import Locator, Page

from .bot import JsonObject, ScriptedBot
from .messenger import Messenger

AUDIENCE, SECOND_AUDIENCE, STAFF, MANAGER = 1001, 1002, 2001, 3001
PEOPLE: list[JsonObject] = [
    {"id": AUDIENCE, "first_name": "Lin", "last_name": "Mei", "language_code": "en"},
    {"id": SECOND_AUDIENCE, "first_name": "Greta", "language_code": "en", "username": "greta_k"},
    {"id": STAFF, "first_name": "Omar", "language_code": "en"},
    {"id": MANAGER, "first_name": "Vera", "language_code": "en"},
]


class Phone:
    """One of the three phones."""

    def __init__(self, page: Page, index: int) -> None:
        self.page = page
        self.element = page.locator(".phone").nth(index)
        self.log = self.element.get_by_role("log")
        self.messages = self.log.locator("article")
        self.input = self.element.locator(".compose-input")
        self.sheet = self.element.locator(".sheet")

    def button(self, name: str) -> Locator:
        """A button on this phone by its whole name; the newest when there are several."""
        return self.element.get_by_role("button", name=name, exact=True).last

    async def write(self, text: str) -> None:
        """Type and send."""
        await self.input.fill(text)
        await self.input.press("Enter")


class Desk:
    """The open page with the bot and the people's calls behind it."""

    def __init__(self, page: Page, bot: ScriptedBot, session: aiohttp.ClientSession, messenger: Messenger) -> None:
        self.page = page
        self.bot = bot
        self.messenger = messenger
        self.address = messenger.address
        self.username = messenger.profile.username
        self.payment_token = messenger.profile.payment_tokens[0]
        self._session = session
        self.audience, self.staff, self.manager = (Phone(page, index) for index in range(3))

    async def open(self, query: str = f"?phones={AUDIENCE},{STAFF},{MANAGER}") -> None:
        """Load the page and wait until the phones show their chats."""
        await self.page.goto(f"{self.address}/{query}")
        await self.page.locator("main[aria-busy=false]").wait_for()

    async def client(self, call: str, body: JsonObject | None = None, **query: Any) -> Any:
        """One call of the people's side, POST with a body, else GET. Raises AssertionError when it is refused."""
        url = f"{self.address}/client/{call}"
        request = self._session.post(url, json=body) if body is not None else self._session.get(url, params=query)
        async with request as response:
            answer = await response.json()
        assert answer["ok"], f"{call}: {answer}"
        return answer["result"]

    async def start(self, *users: int) -> None:
        """These people have written to the bot, so that it may write to them."""
        for user in users:
            await self.client("start", {"user": user, "payload": ""})
            assert (await self.bot.next("message"))["text"] == "/start"
