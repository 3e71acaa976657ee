"""Pictures on their way to Telegram: drawn in a thread, once; sent again by their ``file_id``."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from bot.adapters.pictures import render
from handlers.ui.pictures import Picture
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork

_REMEMBERED = 10_000


class Painter:
    """``file_id``s are per bot (Bot API, "Sending files") and kept in the database by the picture's content key."""

    def __init__(self, uow: UnitOfWork, bot_id: int) -> None:
        self._uow = uow
        self._bot_id = bot_id
        self._file_ids: OrderedDict[str, str] = OrderedDict()

    async def file_id(self, picture: Picture) -> str | None:
        key = picture.content_key()
        known = self._file_ids.get(key)
        if known is None:
            known = await self._uow.read(lambda tx: tx.picture_files.get(self._bot_id, key))
            if known is not None:
                self._remember(key, known)
        return known

    async def draw(self, picture: Picture) -> bytes:
        return await asyncio.to_thread(render, picture)

    async def sent(self, picture: Picture, file_id: str) -> None:
        key = picture.content_key()
        if self._file_ids.get(key) == file_id:
            return

        def work(tx: StorageTx) -> None:
            tx.picture_files.put(self._bot_id, key, file_id, tx.now)

        await self._uow.write(work)
        self._remember(key, file_id)

    def _remember(self, key: str, file_id: str) -> None:
        self._file_ids[key] = file_id
        if len(self._file_ids) > _REMEMBERED:
            self._file_ids.popitem(last=False)
