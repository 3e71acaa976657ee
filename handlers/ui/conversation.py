"""What is remembered of one chat between two taps; it lives in the database and survives a restart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from handlers.ui.transitions import Standing


@dataclass(slots=True)
class Conversation:
    """``state`` names the free text that is awaited, if any; ``data`` is what the flow has gathered (JSON-able);
    ``here`` is the callback data that draws the current screen again."""

    chat_id: int
    state: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    here: str = ""
    standing: Standing = field(default_factory=Standing)
    forgotten: bool = False  # the person has asked to be erased: nothing of this is kept

    def await_text(self, state: str) -> None:
        self.state = state

    def reset(self) -> None:
        self.state = None
