"""Where each chat stands: the state of a dialogue that awaits text, and the message that is the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, bindparam, case, select

from domain.people.model import AccountSeen, Actor
from storage.base import Insert, Store, both
from storage.repositories.people import BY_ACCOUNT, behind_account
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


_ALL = ("state", "data", "here", "screen_message_id", "screen_has_picture", "screen_at")
_SET_ALL = both(lambda insert: _put(insert, _ALL))
_SAW = both(lambda insert: _put(insert, []))
_ROW = (
    _c.chat_id,
    _c.state,
    _c.data,
    _c.here,
    _c.screen_message_id,
    _c.screen_has_picture,
    _c.screen_at,
    _c.latest_message_id,
)
_OF_CHAT = _c.chat_id == bindparam("chat_id")
_GET = select(*_ROW).where(_OF_CHAT)
_WITH_ACTOR = BY_ACCOUNT.add_columns(*_ROW).outerjoin(conversation, _OF_CHAT)


class ConversationStore(Store):
    def get(self, chat_id: int) -> Conversation:
        """An empty one for a chat that is not known yet."""
        row = self._execute(_GET, {"chat_id": chat_id}).first()
        return Conversation(*row) if row else Conversation(chat_id)

    def with_actor(
        self, chat_id: int, channel: str, external_id: str
    ) -> tuple[Actor, AccountSeen, Conversation] | None:
        """Who writes, and where their chat stands, in one read; None for an account that is not known."""
        binds = {"chat_id": chat_id, "channel": channel, "external_id": external_id}
        rows = self._execute(_WITH_ACTOR, binds).all()
        if not rows:
            return None
        known = rows[0][-len(_ROW) :]
        conversation = Conversation(*known) if known[0] is not None else Conversation(chat_id)
        return *behind_account(channel, external_id, rows), conversation

    def put(self, row: Conversation) -> None:
        """All of it; the newest message stays the newest."""
        self._put(_SET_ALL[self._dialect], row)

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
