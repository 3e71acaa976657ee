"""``foyer run`` with pictures that were drawn beforehand, as those of ``bare_bot`` were: all the rest is left."""

from __future__ import annotations

import sys

from bot.adapters import pictures
from bot.cli import main
from handlers.ui.pictures import Picture
from tests.benchmarks.bench_pictures import zone

_READY = pictures.draw(zone(250, 25))


def _draw(picture: Picture) -> bytes:
    return _READY


if __name__ == "__main__":
    pictures.draw = _draw
    sys.argv = ["foyer", "run"]
    main()
