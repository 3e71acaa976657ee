"""``foyer migrate``."""

from __future__ import annotations

import asyncio

from sqlalchemy.exc import DBAPIError

from bot.config import Settings, SettingsFault
from storage.migrate import upgrade


async def migrate(settings: Settings) -> None:
    """Raises SettingsFault where the database does not answer."""
    try:
        await asyncio.to_thread(settings.database_folder.mkdir, parents=True, exist_ok=True)
        await upgrade(settings.database)
    except (OSError, DBAPIError) as error:
        raise SettingsFault(away(error)) from error


def away(error: OSError | DBAPIError) -> str:
    """One sentence that names the setting."""
    why = error.orig if isinstance(error, DBAPIError) else error
    return f"FOYER_DATABASE_URL: the database does not answer: {why}"
