"""Which file of Telegram's is which picture of ours: an upload is made once per bot."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Executable, bindparam, delete, select

from storage.base import Insert, Store, both
from storage.tables.base import UtcDateTime
from storage.tables.messaging import picture_file

_f = picture_file.c
_PURGE = delete(picture_file).where(_f.at < bindparam("before", type_=UtcDateTime))
_GET = select(_f.file_id).where(_f.bot_id == bindparam("bot_id"), _f.content_key == bindparam("content_key"))


def _put(insert: Insert) -> Executable:
    putting = insert(picture_file)
    newer = {"file_id": putting.excluded.file_id, "at": putting.excluded.at}
    return putting.on_conflict_do_update(index_elements=[_f.bot_id, _f.content_key], set_=newer)


_PUT = both(_put)


class PictureFileStore(Store):
    def get(self, bot_id: int, content_key: str) -> str | None:
        """Telegram's ``file_id``; it is good for this bot only (Bot API, "Sending files")."""
        return self._execute(_GET, {"bot_id": bot_id, "content_key": content_key}).scalar_one_or_none()

    def put(self, bot_id: int, content_key: str, file_id: str, now: datetime) -> None:
        row = {"bot_id": bot_id, "content_key": content_key, "file_id": file_id, "at": now}
        self._execute(_PUT[self._dialect], row)

    def purge(self, before: datetime) -> int:
        """Forgets files that were sent first before then; gives how many. Each state of a seat map is a picture."""
        return self._execute(_PURGE, {"before": before}).rowcount
