"""Draws tickets and party codes: an upright sheet with the words above and the code below.

The code takes half of the width, so that it is read from a phone held at arm's length; it stands on white, with its
quiet zone, whatever the art's colours are.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw

from bot.adapters.art import artwork, palette
from bot.adapters.art_tools import Palette, gradient
from bot.adapters.encoding import to_jpeg
from bot.adapters.fonts import Type, clean, fit
from bot.adapters.qr import qr_image
from bot.adapters.seat_sprites import INK, ink_on, wheelchair
from handlers.ui.pictures import Fact, PartyCode, Ribbon, RibbonTone, TicketFace

WIDTH, HEIGHT = 900, 1280  # pixels
CODE = 490  # pixels that the code may take, quiet zone within
PARTY_CODE = 600
_EDGE = 28
_LEFT, _RIGHT = 72, WIDTH - 72
_ART = 204
_TEAR = 712  # where the perforation is
_MUTED = "#646a78"
_VOID = "#b3261e"


def draw_ticket(picture: TicketFace) -> bytes:
    """900 × 1280 pixels, JPEG. Raises ValueError where the payload does not go into a code (see ``qr``)."""
    colours = palette(picture.kind, picture.seed)
    image = _sheet(picture, colours, _TEAR)
    draw = ImageDraw.Draw(image)
    if picture.party:
        _pill(draw, picture.party, (_RIGHT, _EDGE + 46), colours)
    _heading(draw, picture)
    _facts(draw, [fact for fact in picture.facts if fact.value], (520, 682))
    code = _code(picture.payload, CODE, picture.ribbon)
    image.paste(code, (_EDGE + 12 + (CODE - code.width) // 2, _TEAR + 24 + (CODE - code.height) // 2))
    _beside(image, picture, _EDGE + CODE + 30)
    _ribbon(image, picture.ribbon, (_EDGE + 12 + CODE / 2, _TEAR + 24 + CODE / 2))
    return to_jpeg(image)


def draw_party_code(picture: PartyCode) -> bytes:
    """900 × 1280 pixels, JPEG. Raises ValueError where the payload does not go into a code (see ``qr``)."""
    colours = palette(picture.kind, picture.seed)
    tear = 500
    image = _sheet(picture, colours, tear)
    draw = ImageDraw.Draw(image)
    _heading(draw, picture)
    if picture.gate and picture.gate.value:
        _pill(draw, f"{picture.gate.label} {picture.gate.value}", (_RIGHT, _EDGE + 46), colours)
    code = _code(picture.payload, PARTY_CODE, picture.ribbon)
    middle = (WIDTH / 2, tear + 6 + PARTY_CODE / 2)
    image.paste(code, (round(middle[0] - code.width / 2), round(middle[1] - code.height / 2)))
    top, width = tear + PARTY_CODE + 18, _RIGHT - _LEFT - 270
    fit(picture.count_text, width, (54, 30), bold=True).draw(draw, (_LEFT, top), INK)
    fit(picture.details, width, (30, 24)).draw(draw, (_LEFT, top + 64), _MUTED)
    fit(picture.code, 250, (38, 22), bold=True).draw(draw, (_RIGHT, top + 10), INK, "r")
    _ribbon(image, picture.ribbon, middle)
    return to_jpeg(image)


def _sheet(picture: TicketFace | PartyCode, colours: Palette, tear: int) -> Image.Image:
    """White card on the art's ground, the art at its head, the house's name upon it, a perforation below."""
    image = Image.new("RGB", (WIDTH, HEIGHT), colours.ground)
    art = artwork(picture.kind, picture.seed, WIDTH - 2 * _EDGE, _ART).copy()
    if picture.ribbon and picture.ribbon.tone is RibbonTone.VOID:
        art = art.convert("L").convert("RGB")
    shade = gradient(art.size, "#b4b4b4", "#000000").convert("L")
    art.paste("#000000", (0, 0, *art.size), shade)
    card = Image.new("RGB", (WIDTH - 2 * _EDGE, HEIGHT - 2 * _EDGE), "#ffffff")
    card.paste(art, (0, 0))
    image.paste(card, (_EDGE, _EDGE), _card_mask(card.size, tear - _EDGE))
    draw = ImageDraw.Draw(image)
    fit(picture.house, 430, (34, 24), bold=True).draw(draw, (_LEFT, _EDGE + 34), "#ffffff")
    for x in range(_EDGE + 44, WIDTH - _EDGE - 44, 26):
        draw.line((x, tear, x + 13, tear), "#c4c7ce", 3)
    return image


def _card_mask(size: tuple[int, int], tear: int) -> Image.Image:
    over = 3
    large = Image.new("L", (size[0] * over, size[1] * over), 0)
    draw = ImageDraw.Draw(large)
    draw.rounded_rectangle((0, 0, size[0] * over - 1, size[1] * over - 1), 40 * over, 255)
    for x in (0, size[0] * over):
        radius = 26 * over
        draw.ellipse((x - radius, tear * over - radius, x + radius, tear * over + radius), 0)
    return large.reduce(over)


def _heading(draw: ImageDraw.ImageDraw, picture: TicketFace | PartyCode) -> None:
    width = _RIGHT - _LEFT
    top = _EDGE + _ART + 32
    title = fit(picture.title, width, (58, 36), most=2, height=116, bold=True, leading=1.28)
    title.draw(draw, (_LEFT, top), INK)
    top += title.height + 32
    date = fit(picture.date, width, (40, 28), bold=True)
    date.draw(draw, (_LEFT, top), INK)
    fit(picture.venue, width, (32, 26)).draw(draw, (_LEFT, top + date.height + 24), _MUTED)


def _pill(draw: ImageDraw.ImageDraw, text: str, right_middle: tuple[float, float], colours: Palette) -> None:
    line = fit(text, 260, (34, 24), bold=True)
    (x, y), width = right_middle, line.width + 40
    draw.rounded_rectangle((x - width, y - 30, x, y + 30), 30, colours.paper)
    line.face.draw_centred(draw, (x - width / 2, y), line.lines[0], ink_on(colours.paper))


def _facts(draw: ImageDraw.ImageDraw, facts: Sequence[Fact], span: tuple[int, int]) -> None:
    """Cells beside each other, as wide as their words ask for, the values as large as they go."""
    if not facts:
        return
    gap, top, bottom = 28, *span
    asked = [min(max(Type(52, bold=True).width(f.value), Type(28).width(f.label), 84), 330) for f in facts]
    room = _RIGHT - _LEFT - gap * (len(facts) - 1)
    x = float(_LEFT)
    for fact, wish in zip(facts, asked, strict=True):
        width = room * wish / sum(asked)
        fit(fact.label, width, (28, 20)).draw(draw, (x, top), _MUTED)
        value = fit(fact.value, width, (80, 42), bold=True)
        if value.lines[0] != clean(fact.value):
            value = fit(fact.value, width, (46, 28), most=2, height=bottom - top - 62, bold=True, leading=1.2)
        value.draw(draw, (x, top + 46), INK)
        x += width + gap
        if fact is not facts[-1]:
            draw.line((x - gap / 2 - 4, top, x - gap / 2 - 4, bottom - 18), "#e2e4e9", 3)


def _code(payload: str, size: int, ribbon: Ribbon | None) -> Image.Image:
    void = ribbon is not None and ribbon.tone is RibbonTone.VOID
    return qr_image(payload, size, dark="#dcdcdc" if void else "#000000")


def _beside(image: Image.Image, picture: TicketFace, left: int) -> None:
    """To the right of the code: concession, what to type instead, the step-free way."""
    draw = ImageDraw.Draw(image)
    width = _RIGHT - left + 24
    top = _TEAR + 64
    concession = fit(picture.concession, width, (44, 28), most=3, height=120, bold=True)
    if concession.lines[0]:
        concession.draw(draw, (left, top), INK)
        top += concession.height + 44
    fit(picture.code, width, (42, 22), bold=True).draw(draw, (left, HEIGHT - _EDGE - 76), INK)
    if picture.step_free:
        wheelchair(image, (left + 22, top + 20), 48, "#1f5fa8")
        note = fit(picture.step_free, width, (30, 25), most=7, height=HEIGHT - _EDGE - 130 - top - 62)
        note.draw(draw, (left, top + 62), "#1f5fa8")


def _ribbon(image: Image.Image, ribbon: Ribbon | None, middle: tuple[float, float]) -> None:
    """A void ticket is struck across its code; a note lies on the art and leaves the code alone."""
    if ribbon is None:
        return
    if ribbon.tone is RibbonTone.NOTE:
        _band(image, ribbon.text, (WIDTH / 2, _EDGE + _ART - 36), WIDTH - 2 * _EDGE, "#f2b84b", 0)
    else:
        _band(image, ribbon.text, middle, 480, _VOID, 24)


def _band(image: Image.Image, text: str, middle: tuple[float, float], width: int, colour: str, degrees: int) -> None:
    high = 72 if not degrees else 120
    band = Image.new("RGBA", (width, high), colour)
    line = fit(text, width - 60, (38 if not degrees else 76, 26), bold=True)
    line.face.draw_centred(ImageDraw.Draw(band), (width / 2, high / 2), line.lines[0], ink_on(colour))
    turned = band.rotate(degrees, Image.Resampling.BICUBIC, expand=True)
    image.paste(turned, (round(middle[0] - turned.width / 2), round(middle[1] - turned.height / 2)), turned)
