"""A code that another phone scans to pay: what it is for, how much, and the code."""

from __future__ import annotations

from PIL import Image, ImageDraw

from bot.adapters.encoding import to_jpeg
from bot.adapters.fonts import fit
from bot.adapters.qr import qr_image
from bot.adapters.seat_sprites import INK
from handlers.ui.pictures import PayCode

WIDTH, HEIGHT = 800, 1000  # pixels
_CODE = 640
_MARGIN = 56
_MUTED = "#646a78"


def draw_pay_code(picture: PayCode) -> bytes:
    """800 × 1000 pixels, JPEG. Raises ValueError where the payload does not go into a code (see ``qr``)."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "#ffffff")
    draw = ImageDraw.Draw(image)
    width = WIDTH - 2 * _MARGIN
    fit(picture.title, width, (40, 26), most=2, height=100, bold=True).draw(draw, (_MARGIN, 56), INK)
    fit(picture.amount, width, (72, 40), bold=True).draw(draw, (_MARGIN, 176), INK)
    code = qr_image(picture.payload, _CODE)
    image.paste(code, ((WIDTH - code.width) // 2, 260 + (_CODE - code.height) // 2))
    fit(picture.hint, width, (36, 24)).draw(draw, (WIDTH / 2, 920), _MUTED, "m")
    return to_jpeg(image)
