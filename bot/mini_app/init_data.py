"""What Telegram says of whoever opens a page, and whether it was Telegram that said it."""

from __future__ import annotations

from datetime import datetime, timedelta

from aiogram.utils.web_app import WebAppUser, safe_parse_webapp_init_data

from domain.errors import SignedOut

#: A page is opened and signed in at once; older words may have been overheard.
FRESH = timedelta(minutes=5)
#: Clocks differ a little.
_AHEAD = timedelta(minutes=1)


def check_init_data(init_data: str, bot_token: str, now: datetime) -> WebAppUser:
    """The person behind ``Telegram.WebApp.initData``. Raises SignedOut.

    Bot API, "Validating data received via the Mini App": HMAC-SHA-256 under a key made of the bot's token, compared in
    constant time by aiogram.
    """
    try:
        data = safe_parse_webapp_init_data(bot_token, init_data)
    except (ValueError, TypeError):  # not signed by Telegram; no form at all (pydantic's errors are ValueErrors)
        raise SignedOut from None
    if data.user is None or data.user.is_bot or not -_AHEAD <= now - data.auth_date <= FRESH:
        raise SignedOut
    return data.user
