"""Pictures on their way to Telegram: drawn in a thread or read from the store, once; sent again by ``file_id``."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

from bot import log
from bot.adapters.files import Files
from bot.adapters.picture_store import PictureStore
from bot.adapters.pictures import render
from handlers.ui.files import MonthBook
from handlers.ui.pictures import KeptPhoto, Picture, UploadedPoster
from handlers.ui.screen import Document
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork

_log = log.get("foyer.painter")
_REMEMBERED = 10_000
_NO_PASSES = Files()
#: A picture that is being drawn takes tens of megabytes; a rush of them waits in a row instead.
_threads = ThreadPoolExecutor(2, thread_name_prefix="painter")


class Painter:
    """``file_id``s are per bot (Bot API, "Sending files") and kept in the database by the picture's content key."""

    def __init__(self, uow: UnitOfWork, bot_id: int, store: PictureStore, files: Files = _NO_PASSES) -> None:
        self._uow = uow
        self._bot_id = bot_id
        self._store = store
        self._files = files
        self._lost: set[str] = set()
        self._file_ids: OrderedDict[str, str] = OrderedDict()

    async def file_id(self, picture: Picture) -> str | None:
        if isinstance(picture, KeptPhoto):
            return picture.file_id
        key = picture.content_key()
        known = self._file_ids.get(key)
        if known is None:
            known = await self._uow.read(lambda tx: tx.picture_files.get(self._bot_id, key))
            if known is not None:
                self._remember(key, known)
        return known

    async def draw(self, picture: Picture) -> bytes:
        """The bytes. An uploaded poster that the store has lost is replaced by the one made for its event."""
        return await asyncio.get_running_loop().run_in_executor(_threads, self._draw, picture)

    async def content(self, document: Document) -> bytes:
        """A document's bytes."""
        content = document.content
        if isinstance(content, MonthBook):
            # Imported when a month is first exported: spreadsheets would take a twentieth of every start.
            from bot.books import make_book

            return await make_book(self._uow, content)
        return await asyncio.get_running_loop().run_in_executor(_threads, self._files.make, content)

    def _draw(self, picture: Picture) -> bytes:
        if not isinstance(picture, UploadedPoster):
            return render(picture)
        key = picture.content_key()
        uploaded = self._store.get(picture.content)
        if uploaded is None:
            _log.error("poster.lost", picture=picture.content)
            self._lost.add(key)
            return render(picture.instead)
        self._lost.discard(key)
        return uploaded

    async def sent(self, picture: Picture, file_id: str) -> None:
        key = picture.content_key()
        if isinstance(picture, KeptPhoto) or self._file_ids.get(key) == file_id or key in self._lost:
            return  # what went out instead of a lost poster must not become that poster

        def work(tx: StorageTx) -> None:
            tx.picture_files.put(self._bot_id, key, file_id, tx.now)

        await self._uow.write(work)
        self._remember(key, file_id)

    def _remember(self, key: str, file_id: str) -> None:
        self._file_ids[key] = file_id
        if len(self._file_ids) > _REMEMBERED:
            self._file_ids.popitem(last=False)
