"""Posters for events that bring none: words on the left, generated art on the right."""

from __future__ import annotations

from PIL import Image, ImageDraw

from bot.adapters.art import artwork, palette
from bot.adapters.art_tools import mix
from bot.adapters.encoding import to_jpeg
from bot.adapters.fonts import fit
from handlers.ui.pictures import Poster

WIDTH, HEIGHT = 1280, 720  # pixels
_PANEL = 560
_MARGIN = 56
_TITLE_TOP = 168


def draw_poster(picture: Poster) -> bytes:
    """1280 × 720 pixels, JPEG."""
    colours = palette(picture.kind, picture.seed)
    image = Image.new("RGB", (WIDTH, HEIGHT), colours.ground)
    image.paste(artwork(picture.kind, picture.seed, WIDTH - _PANEL, HEIGHT), (_PANEL, 0))
    draw = ImageDraw.Draw(image)
    accent = mix(colours.tones[2], colours.paper, 0.35)
    width = _PANEL - 2 * _MARGIN
    fit(picture.kind_text, width, (34, 26), bold=True).draw(draw, (_MARGIN, 64), accent)
    draw.rectangle((_MARGIN, 112, _MARGIN + 72, 119), accent)
    date = fit(picture.date_line, width, (38, 28), most=2, bold=True)
    house = fit(picture.house, width, (30, 24))
    house_top = HEIGHT - 62 - house.height
    date_top = house_top - 30 - date.height
    house.draw(draw, (_MARGIN, house_top), mix(colours.paper, colours.ground, 0.3))
    date.draw(draw, (_MARGIN, date_top), colours.paper)
    room = date_top - 60 - _TITLE_TOP
    title = fit(picture.title, width, (108, 38), most=5, height=room, bold=True, serif=True, leading=1.3)
    title.draw(draw, (_MARGIN, _TITLE_TOP), "#ffffff")
    return to_jpeg(image)
