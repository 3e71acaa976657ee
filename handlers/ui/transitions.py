"""The transition table of screens: what to do with the message that stands there when a new screen is to be shown.

What Telegram allows (Bot API, "Updating messages"): a text can become a text or a picture, a picture can become
another picture; a picture cannot become a text. A message older than 48 h is not deleted and is better not edited:
nobody looks up there.

====================  ===================  ====================================
standing              wanted               then
====================  ===================  ====================================
none                  any                  send
not the last, or old  any                  take its keyboard off, send
text, last            text                 edit the text
text, last            picture              edit the media
picture, last         picture              edit the media
picture, last         text                 send, delete the old one
====================  ===================  ====================================
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TOO_OLD = timedelta(hours=48)


class Transition(StrEnum):
    SEND = "send"
    STRIP_AND_SEND = "strip_and_send"
    EDIT_TEXT = "edit_text"
    EDIT_MEDIA = "edit_media"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Standing:
    """The screen that stands in a chat. ``latest_message_id`` is the last message of either side."""

    message_id: int | None = None
    has_picture: bool = False
    since: datetime | None = None
    latest_message_id: int = 0


def transition(standing: Standing, wants_picture: bool, now: datetime) -> Transition:
    if standing.message_id is None or standing.since is None:
        return Transition.SEND
    if standing.latest_message_id > standing.message_id or now - standing.since >= TOO_OLD:
        return Transition.STRIP_AND_SEND
    if wants_picture:
        return Transition.EDIT_MEDIA
    return Transition.REPLACE if standing.has_picture else Transition.EDIT_TEXT
