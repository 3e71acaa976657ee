"""Pictures as bytes: what ``handlers.ui.pictures`` says, drawn, and kept in memory while there is room.

Drawing is plain computing on what it is given, so it may run in any thread; call it outside the event loop.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from bot.adapters.hall_overview import draw_hall_overview
from bot.adapters.pay_code import draw_pay_code
from bot.adapters.poster import draw_poster
from bot.adapters.seat_map import draw_seat_map
from bot.adapters.ticket_picture import draw_party_code, draw_ticket
from handlers.ui.pictures import Bars, HallOverview, PartyCode, PayCode, Picture, Poster, SeatMap, TicketFace

CACHE_BYTES = 32 * 1024 * 1024


def draw(picture: Picture) -> bytes:
    """PNG (maps) or JPEG (the rest), at most 1280 pixels on either side.

    Raises TypeError for a kind of picture that nobody draws, ValueError for a QR payload that does not go.
    """
    match picture:
        case SeatMap():
            return draw_seat_map(picture)
        case HallOverview():
            return draw_hall_overview(picture)
        case TicketFace():
            return draw_ticket(picture)
        case PartyCode():
            return draw_party_code(picture)
        case PayCode():
            return draw_pay_code(picture)
        case Poster():
            return draw_poster(picture)
        case Bars():
            # Imported when a report is first shown: matplotlib would take a tenth of every start.
            from bot.adapters.bars import draw_bars

            return draw_bars(picture)
    raise TypeError(f"nobody draws {type(picture).__name__}")


class PictureCache:
    """The bytes last used, at most ``limit`` of them in all; thread-safe. Larger single pictures are not kept."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        self._limit = limit
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    @property
    def size(self) -> int:
        """Bytes kept."""
        return self._size

    def get(self, key: str) -> bytes | None:
        with self._lock:
            data = self._kept.get(key)
            if data is not None:
                self._kept.move_to_end(key)
            return data

    def put(self, key: str, data: bytes) -> None:
        if len(data) > self._limit:
            return
        with self._lock:
            self._size += len(data) - len(self._kept.pop(key, b""))
            self._kept[key] = data
            while self._size > self._limit:
                self._size -= len(self._kept.popitem(last=False)[1])


_cache = PictureCache()


def render(picture: Picture, cache: PictureCache = _cache) -> bytes:
    """As ``draw``, each content only once while it is in the cache."""
    key = picture.content_key()
    data = cache.get(key)
    if data is None:
        data = draw(picture)
        cache.put(key, data)
    return data
