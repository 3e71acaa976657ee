"""Mini Apps: the address under which a person's phone opens one, with what the messenger says of them.

core.telegram.org/bots/webapps, "Validating data received via the Mini App"; core.telegram.org/api/bots/webapps for the
address's fragment.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from urllib.parse import urlencode

from aiohttp import web

from .people import Impossible, Phones, words
from .wire import Json
from .world import Bot, Person

VERSION = "9.0"
"""Of the Mini App interface that the page offers: `Telegram.WebApp.version`."""


class WebApps:
    """Opening them."""

    def __init__(self, phones: Phones, clock: Callable[[], float]) -> None:
        self._phones = phones
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """The call."""
        return [web.post("/client/web_app", self._phones.answering(self._open))]

    def _open(self, body: Json) -> Json:
        bot, chat = self._phones.chat(body)
        url = words(body, "url")
        if "#" in url:
            raise Impossible("url has a fragment of its own; the messenger needs that place.")
        query_id = f"AAF{self._phones.world.number(bot, 'web_app'):09d}"
        data = init_data(bot, chat.person, query_id, self._clock())
        theme = body.get("theme") if isinstance(body.get("theme"), dict) else {}
        fragment = {
            "tgWebAppData": data,
            "tgWebAppVersion": VERSION,
            "tgWebAppPlatform": "android",
            "tgWebAppThemeParams": json.dumps(theme, separators=(",", ":")),
        }
        return {"url": f"{url}#{urlencode(fragment)}", "init_data": data}


def init_data(bot: Bot, person: Person, query_id: str, now: float) -> str:
    """`Telegram.WebApp.initData`, signed with the bot's token. Ed25519's `signature` for third parties is left out."""
    user = {name: value for name, value in person.as_user().items() if name != "is_bot"}
    fields = {
        "query_id": query_id,
        "user": json.dumps(user | {"allows_write_to_pm": True}, ensure_ascii=False, separators=(",", ":")),
        "auth_date": str(int(now)),
    }
    checked = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    secret = hmac.new(b"WebAppData", bot.token.encode(), hashlib.sha256).digest()
    return urlencode(fields | {"hash": hmac.new(secret, checked.encode(), hashlib.sha256).hexdigest()})
