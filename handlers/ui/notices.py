"""How a notice becomes messages: rendered when it is sent, in the language that the person has then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.ports import Tx
from handlers.ui.i18n import Texts
from handlers.ui.ports import Links
from handlers.ui.screen import Outgoing, Screen

#: Gives what to send, in order; nothing where there is nothing to say any more.
Renderer = Callable[[Tx, Texts, Mapping[str, Any], Links], Sequence[Outgoing]]
#: Gives what the card of a thing says now; nothing where there is nothing to say.
CardRenderer = Callable[[Tx, Texts, int], Screen | None]
