"""Figures as bars, drawn by matplotlib without a display. Plain computing: call it outside the event loop."""

from __future__ import annotations

import io
from threading import Lock

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from bot.adapters.fonts import clean, font_file
from handlers.ui.pictures import Bars

_INK, _BAR, _MARK, _PALE = "#2b2b33", "#2f6f73", "#c8553d", "#e6e3dc"
_WIDTH = 8.0  # inches at 110 dots
#: matplotlib's fonts and caches are the process's own; two threads do not draw at once.
_one = Lock()


def draw_bars(picture: Bars) -> bytes:
    """PNG."""
    with _one:
        return _draw(picture)


def _draw(picture: Bars) -> bytes:
    font = FontProperties(fname=str(font_file("sans")))
    count = max(1, len(picture.bars))
    figure = Figure(figsize=(_WIDTH, 1.7 + 0.62 * count), dpi=110, facecolor="white")
    axes = figure.add_axes((0.30, 0.75 / (1.7 + 0.62 * count), 0.52, 0.62 * count / (1.7 + 0.62 * count)))
    for row, bar in enumerate(picture.bars):
        axes.barh(row, 100, height=0.52, color=_PALE)
        axes.barh(row, max(0.0, min(100.0, bar.value)), height=0.52, color=_BAR)
        if bar.before is not None:
            axes.plot([bar.before, bar.before], [row - 0.36, row + 0.36], color=_MARK, linewidth=3)
        axes.text(-3, row, clean(bar.label), ha="right", va="center", fontproperties=font, fontsize=13, color=_INK)
        axes.text(103, row, clean(bar.note), ha="left", va="center", fontproperties=font, fontsize=12, color=_INK)
    axes.set_xlim(0, 100)
    axes.set_ylim(count - 0.5, -0.5)
    axes.axis("off")
    height = figure.get_size_inches()[1]
    figure.text(0.03, 1 - 0.38 / height, clean(picture.title), fontproperties=font, fontsize=17, color=_INK)
    figure.text(0.03, 1 - 0.70 / height, clean(picture.subtitle), fontproperties=font, fontsize=12, color="#666666")
    if any(bar.before is not None for bar in picture.bars):
        figure.text(0.30, 0.25 / height, "▎", fontsize=13, color=_MARK)
        figure.text(0.325, 0.25 / height, clean(picture.legend), fontproperties=font, fontsize=11, color="#666666")
    target = io.BytesIO()
    figure.savefig(target, format="png")
    return target.getvalue()
