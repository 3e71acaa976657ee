"""Art for theatre, family programmes, talks, films and exhibitions."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageDraw

from bot.adapters.art_tools import Palette, Size, bezier, disc, glow, gradient, layer, mix, ring, turned


def theatre(size: Size, colours: Palette, chance: random.Random) -> Image.Image:
    """Three lights that meet on an empty stage."""
    w, h = size
    image = gradient(size, mix(colours.ground, "#000000", 0.3), colours.tones[0])
    floor = h * 0.7
    ImageDraw.Draw(image).rectangle((0, floor, w, h), mix(colours.tones[0], "#000000", 0.35))
    lamps = [(w * 0.06, 0.0), (w * 0.5, -h * 0.1), (w * 0.95, 0.0)]
    targets = [w * chance.uniform(0.58, 0.68), w * chance.uniform(0.45, 0.55), w * chance.uniform(0.3, 0.42)]
    reach = min(w, h) * 0.25
    for (x, y), target, colour in zip(lamps, targets, colours.tones[1:], strict=True):
        spot = floor + h * 0.13
        beam = [(x - 14, y), (x + 14, y), (target + reach, spot), (target - reach, spot)]
        layer(image, lambda d, p=beam: d.polygon(p, 255), colour, 0.42, blur=14)  # type: ignore[misc]
        pool = (target - reach, spot - reach * 0.26, target + reach, spot + reach * 0.26)
        layer(image, lambda d, p=pool: d.ellipse(p, 255), mix(colour, colours.paper, 0.35), 0.75, blur=6)  # type: ignore[misc]
    _masks(image, colours, chance, (w * 0.5, h * 0.45), min(w, h) * 0.19)
    return image


def _masks(image: Image.Image, colours: Palette, chance: random.Random, at: tuple[float, float], size: float) -> None:
    """Comedy and tragedy, as two discs that cover each other in part."""
    draw = ImageDraw.Draw(image)
    x, y = at
    tilt = chance.uniform(0.85, 1.0)
    for side, colour, smile in ((1, colours.tones[1], False), (-1, colours.paper, True)):
        cx, cy = x + side * size * 0.62, y + side * size * 0.16 * tilt
        disc(draw, (cx, cy), size, colour)
        for eye in (-1, 1):
            ex, ey = cx + eye * size * 0.36, cy - size * 0.18
            arc = (ex - size * 0.17, ey - size * 0.12, ex + size * 0.17, ey + size * 0.16)
            draw.arc(arc, 180 if smile else 10, 360 if smile else 170, colours.ground, round(size * 0.09))
        mouth = (
            cx - size * 0.46,
            cy - size * (0.25 if smile else -0.22),
            cx + size * 0.46,
            cy + size * (0.55 if smile else 0.8),
        )
        draw.arc(mouth, 20 if smile else 200, 160 if smile else 340, colours.ground, round(size * 0.1))


def family(size: Size, colours: Palette, chance: random.Random) -> Image.Image:
    """Hills, a sun, clouds and balloons."""
    w, h = size
    sky, sun, red, green = colours.tones
    image = gradient(size, sky, mix(sky, colours.paper, 0.8))
    draw = ImageDraw.Draw(image)
    short = min(w, h)
    centre, radius = (w * chance.uniform(0.2, 0.8), h * 0.3), short * 0.14
    for ray in range(16):
        angle = math.tau * ray / 16
        spike = [
            (centre[0] + math.cos(angle + da) * radius * r, centre[1] + math.sin(angle + da) * radius * r)
            for da, r in ((-0.09, 1.2), (0.0, 1.75), (0.09, 1.2))
        ]
        draw.polygon(spike, sun)
    disc(draw, centre, radius, sun)
    for _ in range(3):
        x, y, r = chance.uniform(0, w), chance.uniform(0.08, 0.4) * h, short * chance.uniform(0.04, 0.06)
        for dx, dy, part in ((-1.2, 0.2, 0.8), (0, -0.3, 1.15), (1.2, 0.1, 0.9), (0.2, 0.35, 1.0)):
            disc(draw, (x + dx * r, y + dy * r), r * part, colours.paper)
    for number in range(3):
        base, phase = h * (0.66 + number * 0.11), chance.uniform(0, math.tau)
        crest = [
            (x * w / 60, base + math.sin(x / 60 * math.tau * (0.7 + 0.25 * number) + phase) * h * 0.06)
            for x in range(61)
        ]
        draw.polygon(
            [*crest, (w, h), (0, h)], mix(green, colours.ground if number else colours.paper, 0.28 * abs(number - 0.8))
        )
    for colour in (red, sun, mix(red, sky, 0.55), colours.ground):
        x, y, r = chance.uniform(0.08, 0.92) * w, chance.uniform(0.3, 0.62) * h, short * chance.uniform(0.055, 0.085)
        draw.line(
            bezier([(x, y + r), (x - r, y + 2 * r), (x + r, y + 3 * r), (x, y + 4 * r)], 24),
            mix(colour, "#000000", 0.25),
            5,
        )
        draw.ellipse((x - r, y - r * 1.15, x + r, y + r * 1.15), colour)
        draw.ellipse((x - r * 0.55, y - r * 0.75, x - r * 0.15, y - r * 0.25), mix(colour, "#ffffff", 0.55))
    return image


def talk(size: Size, colours: Palette, chance: random.Random) -> Image.Image:
    """Voices: speech bubbles that overlap."""
    w, h = size
    short = min(w, h)
    image = Image.new("RGB", size, colours.paper)
    for left in range(0, w, 64):
        for top in range(0, h, 64):
            disc(ImageDraw.Draw(image), (left + 32, top + 32), 5, mix(colours.paper, colours.tones[0], 0.7))
    places = [(0.33, 0.36, 0.3), (0.66, 0.5, 0.33), (0.42, 0.74, 0.19), (0.82, 0.2, 0.13)]
    for (px, py, pr), colour in zip(places, colours.tones, strict=True):
        x, y = w * (px + chance.uniform(-0.05, 0.05)), h * (py + chance.uniform(-0.05, 0.05))
        r = short * pr
        side = 1 if px < 0.5 else -1
        tail = [
            (x - side * r * 0.75, y + r * 0.5),
            (x - side * r * 1.0, y + r * 1.2),
            (x - side * r * 0.1, y + r * 0.9),
        ]

        def bubble(
            d: ImageDraw.ImageDraw,
            at: tuple[float, float] = (x, y),
            r: float = r,
            tail: list[tuple[float, float]] = tail,
        ) -> None:
            d.ellipse((at[0] - r, at[1] - r, at[0] + r, at[1] + r), 255)
            d.polygon(tail, 255)

        layer(image, bubble, colour, 0.86)
        for line in range(3 if pr > 0.25 else 0):
            wide = r * (1.1, 0.95, 0.6)[line] * chance.uniform(0.85, 1.0)
            upper = y - r * 0.32 + line * r * 0.32
            ImageDraw.Draw(image).rounded_rectangle(
                (x - r * 0.55, upper, x - r * 0.55 + wide, upper + r * 0.12), r * 0.06, colours.paper
            )
    return image


def film(size: Size, colours: Palette, chance: random.Random) -> Image.Image:
    """The countdown before the film, on a strip with its holes."""
    w, h = size
    short = min(w, h)
    slate, gold, light, red = colours.tones
    image = gradient(size, slate, mix(slate, colours.ground, 0.7))
    centre = (w * 0.5, h * 0.5)
    glow(image, centre, max(w, h) * 0.75, light, 0.85)
    draw = ImageDraw.Draw(image)
    start = chance.uniform(-80, 20)
    r = math.hypot(w, h)
    sweep = (centre[0] - r, centre[1] - r, centre[0] + r, centre[1] + r)
    layer(image, lambda d: d.pieslice(sweep, -90, start + 140, 255), mix(gold, slate, 0.25), 0.55)
    draw.line((0, h / 2, w, h / 2), colours.ground, 6)
    draw.line((w / 2, 0, w / 2, h), colours.ground, 6)
    disc(draw, centre, short * 0.2, red)
    for radius, width in ((0.36, 12), (0.31, 8)):
        ring(draw, centre, short * radius, colours.paper, width)
    play = [
        (centre[0] - short * 0.065, centre[1] - short * 0.1),
        (centre[0] - short * 0.065, centre[1] + short * 0.1),
        (centre[0] + short * 0.115, centre[1]),
    ]
    draw.polygon(play, colours.paper)
    band = h * 0.095
    for top in (0.0, h - band):
        draw.rectangle((0, top, w, top + band), mix(colours.ground, "#000000", 0.4))
        for hole in range(int(w / (band * 0.9)) + 1):
            left = hole * band * 0.9 + band * 0.2
            draw.rounded_rectangle(
                (left, top + band * 0.28, left + band * 0.5, top + band * 0.72), band * 0.1, colours.paper
            )
    return image


def exhibition(size: Size, colours: Palette, chance: random.Random) -> Image.Image:
    """A wall of simple forms, no two neighbours alike."""
    w, h = size
    cell = min(w, h) / 4
    image = Image.new("RGB", size, colours.paper)
    draw = ImageDraw.Draw(image)
    tones = [*colours.tones, colours.ground]
    for row in range(math.ceil(h / cell)):
        for column in range(math.ceil(w / cell)):
            x, y = column * cell, row * cell
            back, front, third = chance.sample([*tones, colours.paper], 3)
            draw.rectangle((x, y, x + cell, y + cell), back)
            form = chance.randrange(6)
            if form == 0:
                cx, cy = x + cell * chance.choice((0, 1)), y + cell * chance.choice((0, 1))
                tile = Image.new("RGB", (round(cell), round(cell)), back)
                at = (cx - x, cy - y)
                disc(ImageDraw.Draw(tile), at, cell, front)
                disc(ImageDraw.Draw(tile), at, cell * 0.5, third)
                image.paste(tile, (round(x), round(y)))
            elif form == 1:
                disc(draw, (x + cell / 2, y + cell / 2), cell * 0.38, front)
                disc(draw, (x + cell / 2, y + cell / 2), cell * 0.16, third)
            elif form == 2:
                draw.polygon(
                    turned(
                        [(x, y), (x + cell, y), (x, y + cell)],
                        (x + cell / 2, y + cell / 2),
                        chance.choice((0, 90, 180, 270)),
                    ),
                    front,
                )
            elif form == 3:
                for stripe in range(0, 6, 2):
                    draw.rectangle((x, y + stripe * cell / 6, x + cell, y + (stripe + 1) * cell / 6), front)
            elif form == 4:
                turn = chance.choice((0, 90, 180, 270))
                draw.pieslice((x, y, x + cell, y + cell), turn, turn + 180, front)
                draw.pieslice(
                    (x + cell * 0.25, y + cell * 0.25, x + cell * 0.75, y + cell * 0.75), turn + 180, turn + 360, third
                )
            else:
                draw.rectangle((x + cell * 0.25, y + cell * 0.25, x + cell * 0.75, y + cell * 0.75), front)
    return image
