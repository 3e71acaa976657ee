"""Where each chat stands: the state of a dialogue that awaits text, and the message that is the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, bindparam, case, select

from storage.base import Insert, Store, both
from storage.tables.messaging import conversation

_c = conversation.c


@dataclass(frozen=True, slots=True)
class Conversation:
    """``here`` is callback data that draws the screen again; ``latest_message_id`` the newest message seen."""

    chat_id: int
    state: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    here: str = ""
    screen_message_id: int | None = None
    screen_has_picture: bool = False
    screen_at: datetime | None = None
    latest_message_id: int = 0


def _put(insert: Insert, names: Sequence[str]) -> Executable:
    putting = insert(conversation)
    latest = putting.excluded.latest_message_id
    changes: dict[str, Any] = {name: putting.excluded[name] for name in names}
    changes["latest_message_id"] = case((latest > _c.latest_message_id, latest), else_=_c.latest_message_id)
    return putting.on_conflict_do_update(index_elements=[_c.chat_id], set_=changes)


_SCREEN = ("here", "screen_message_id", "screen_has_picture", "screen_at")
_SET_STATE = both(lambda insert: _put(insert, ["state"]))
_SET_DATA = both(lambda insert: _put(insert, ["data"]))
_SET_SCREEN = both(lambda insert: _put(insert, _SCREEN))
_SET_ALL = both(lambda insert: _put(insert, ["state", "data", *_SCREEN]))
_SAW = both(lambda insert: _put(insert, []))
_GET = select(
    _c.chat_id,
    _c.state,
    _c.data,
    _c.here,
    _c.screen_message_id,
    _c.screen_has_picture,
    _c.screen_at,
    _c.latest_message_id,
).where(_c.chat_id == bindparam("chat_id"))


class ConversationStore(Store):
    def get(self, chat_id: int) -> Conversation:
        """An empty one for a chat that is not known yet."""
        row = self._execute(_GET, {"chat_id": chat_id}).first()
        return Conversation(*row) if row else Conversation(chat_id)

    def put(self, row: Conversation) -> None:
        """All of it; the newest message stays the newest."""
        self._put(_SET_ALL[self._dialect], row)

    def set_state(self, chat_id: int, state: str | None) -> None:
        self._put(_SET_STATE[self._dialect], Conversation(chat_id, state=state))

    def set_data(self, chat_id: int, data: dict[str, Any]) -> None:
        self._put(_SET_DATA[self._dialect], Conversation(chat_id, data=data))

    def set_screen(self, chat_id: int, here: str, message_id: int | None, has_picture: bool, at: datetime) -> None:
        """``message_id`` None: no message is the screen now. A screen is a message that was seen."""
        screen = Conversation(
            chat_id,
            here=here,
            screen_message_id=message_id,
            screen_has_picture=has_picture,
            screen_at=at,
            latest_message_id=message_id or 0,
        )
        self._put(_SET_SCREEN[self._dialect], screen)

    def saw_message(self, chat_id: int, message_id: int) -> None:
        """The newest message is the one with the highest number, whatever order they are told in."""
        self._put(_SAW[self._dialect], Conversation(chat_id, latest_message_id=message_id))

    def _put(self, statement: Executable, row: Conversation) -> None:
        self._execute(
            statement,
            {
                "chat_id": row.chat_id,
                "state": row.state,
                "data": row.data,
                "here": row.here,
                "screen_message_id": row.screen_message_id,
                "screen_has_picture": row.screen_has_picture,
                "screen_at": row.screen_at,
                "latest_message_id": row.latest_message_id,
            },
        )
