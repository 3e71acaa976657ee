"""Art for concerts, operas, dance, jazz and festivals."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageDraw

from bot.adapters.art_tools import Palette, Size, between, bezier, box, disc, glow, gradient, layer, mix, ring, turned


def concert(size: Size, colours: Palette, chance: random.Random) -> Image.Image:
    """A rising disc and strings that swing before it."""
    w, h = size
    calm, mid, warm, bright = colours.tones
    image = gradient(size, colours.ground, mix(calm, mid, 0.5))
    centre = (w * chance.uniform(0.35, 0.65), h * chance.uniform(0.36, 0.5))
    radius = min(w, h) * chance.uniform(0.24, 0.3)
    glow(image, centre, radius * 3.2, warm, 0.8)
    disc(ImageDraw.Draw(image), centre, radius, mix(bright, colours.paper, 0.25))
    draw = ImageDraw.Draw(image)
    lines = 46
    turns, phase = chance.uniform(1.1, 1.9), chance.uniform(0, math.tau)
    for line in range(lines):
        part = line / (lines - 1)
        points = []
        for step in range(161):
            x = step / 160
            swell = math.sin(math.pi * x) ** 1.5
            swing = math.sin(math.tau * turns * x + phase + part * 2.4) + 0.4 * math.sin(math.tau * 3 * x - part * 4)
            points.append((x * w, h * (0.5 + part * 0.42) + swell * swing * h * 0.13))
        colour = mix(mix(mid, warm, part), bright, max(0.0, 1 - 2.2 * part))
        draw.line(points, colour, round(3 + 5 * (1 - part)), joint="curve")
    return image


def opera(size: Size, colours: Palette, chance: random.Random) -> Image.Image:
    """A curtain drawn aside before golden light."""
    w, h = size
    dark, red, _, gold = colours.tones
    image = gradient(size, mix(colours.ground, dark, 0.3), mix(gold, red, 0.45))
    centre = (w * chance.uniform(0.45, 0.55), h * 0.52)
    glow(image, centre, min(w, h) * 0.8, gold, 1.0)
    disc(ImageDraw.Draw(image), centre, min(w, h) * 0.19, mix(gold, colours.paper, 0.75))
    for side in (0, 1):
        folds = _folds(size, colours, chance)
        mask = Image.new("L", size)
        inner, waist = w * chance.uniform(0.46, 0.5), w * chance.uniform(0.1, 0.14)
        edge = bezier([(inner, 0), (inner * 0.98, h * 0.42), (waist * 1.1, h * 0.5), (waist, h * 0.7)])
        edge += bezier([(waist, h * 0.7), (waist * 1.5, h * 0.8), (w * 0.2, h * 0.9), (w * 0.22, h)])
        shape = [(0.0, 0.0), *edge, (0.0, float(h))]
        if side:
            shape = [(w - x, y) for x, y in shape]
            edge = [(w - x, y) for x, y in edge]
        ImageDraw.Draw(mask).polygon(shape, 255)
        layer(image, lambda d, line=edge: d.line(line, 255, 60), "#000000", 0.5, blur=40)  # type: ignore[misc]
        image.paste(folds, (0, 0), mask)
        ImageDraw.Draw(image).line(edge, gold, 10, joint="curve")
    layer(image, lambda d: d.rectangle((0, 0, w, h * 0.05), 255), "#000000", 0.5, blur=30)
    return image


def _folds(size: Size, colours: Palette, chance: random.Random) -> Image.Image:
    dark, red, bright, _ = colours.tones
    strip = Image.new("RGB", (240, 1))
    waves = [(chance.uniform(9, 12), chance.uniform(0, 6)), (chance.uniform(21, 27), chance.uniform(0, 6))]
    for x in range(240):
        level = sum(math.sin(math.tau * n * x / 240 + p) / (i + 1.4) for i, (n, p) in enumerate(waves))
        shade = mix(colours.ground, red, 0.55 + level * 0.4) if level < 0 else mix(red, bright, min(1.0, level * 0.8))
        strip.putpixel((x, 0), tuple(int(mix(shade, dark, 0.2)[i : i + 2], 16) for i in (1, 3, 5)))
    return strip.resize(size, Image.Resampling.BICUBIC)


def dance(size: Size, colours: Palette, chance: random.Random) -> Image.Image:
    """Ribbons in the air, each of many fine threads."""
    w, h = size
    calm, *loud = colours.tones
    image = gradient(size, colours.ground, calm)
    glow(image, (w * 0.55, h * 0.5), min(w, h) * 0.75, mix(calm, loud[0], 0.45), 0.7)
    draw = ImageDraw.Draw(image)
    for number, colour in enumerate(loud):
        start, end = chance.uniform(0.1, 0.9), chance.uniform(0.1, 0.9)

        def path(shift: float, start: float = start, end: float = end) -> list[tuple[float, float]]:
            return bezier(
                [
                    (-0.1 * w, h * (start + shift)),
                    (w * chance.uniform(0.15, 0.6), h * chance.uniform(-0.5, 0.5)),
                    (w * chance.uniform(0.35, 0.85), h * chance.uniform(0.5, 1.5)),
                    (1.1 * w, h * (end - shift)),
                ],
                90,
            )

        first, last = path(-0.08), path(0.1)
        threads = 70
        for thread in range(threads):
            part = thread / (threads - 1)
            tone = mix(mix(colour, colours.paper, 0.5 * part), calm, 0.35 * (1 - part) if number else 0.1)
            draw.line(between(first, last, part), tone, 4)
    return image


def jazz(size: Size, colours: Palette, chance: random.Random) -> Image.Image:
    """Cut paper in the manner of old record sleeves, with a keyboard across."""
    w, h = size
    short = min(w, h)
    image = Image.new("RGB", size, colours.paper)
    teal, red, gold, ink = colours.tones
    for colour, count in ((gold, 2), (teal, 3), (red, 2)):
        for _ in range(count):
            x, y = chance.uniform(0, w * 0.8), chance.uniform(-0.1 * h, h * 0.75)
            shape = turned(
                box(x, y, short * chance.uniform(0.2, 0.5), short * chance.uniform(0.25, 0.6)),
                (x, y),
                chance.uniform(-25, 25),
            )
            layer(image, lambda d, p=shape: d.polygon(p, 255), colour, 0.88)  # type: ignore[misc]
    draw = ImageDraw.Draw(image)
    centre = (w * chance.uniform(0.3, 0.7), h * chance.uniform(0.28, 0.4))
    disc(draw, centre, short * 0.26, ink)
    for groove in range(5):
        ring(draw, centre, short * (0.25 - groove * 0.028), mix(ink, colours.paper, 0.25), 3)
    disc(draw, centre, short * 0.095, red)
    disc(draw, centre, short * 0.02, colours.paper)
    angle, about = chance.uniform(-14, -7), (w * 0.5, h * 0.75)
    key, top, deep = w * 1.3 / 22, h * 0.68, h * 0.3
    for number in range(22):
        left = -0.15 * w + number * key
        draw.polygon(turned(box(left + 3, top, key - 6, deep), about, angle), mix(colours.paper, "#ffffff", 0.6), ink)
    for number in range(21):
        if number % 7 not in (2, 6):
            left = -0.15 * w + (number + 0.68) * key
            draw.polygon(turned(box(left, top, key * 0.64, deep * 0.62), about, angle), ink)
    return image


def festival(size: Size, colours: Palette, chance: random.Random) -> Image.Image:
    """Arches of colour and confetti."""
    w, h = size
    image = gradient(size, mix(colours.tones[3], colours.ground, 0.35), colours.ground)
    draw = ImageDraw.Draw(image)
    short = min(w, h)
    for x, y, radius in (
        (w * chance.uniform(0.25, 0.4), h * 1.02, 0.82),
        (w * chance.uniform(0.7, 0.9), h * 1.05, 0.6),
    ):
        for band in range(6):
            tone = [*colours.tones[:3], colours.paper][band % 4]
            disc(draw, (x, y), short * radius * (1 - band * 0.155), tone)
        disc(draw, (x, y), short * radius * 0.08, colours.ground)
    for _ in range(90):
        left, top, r = chance.uniform(0, w), h * chance.random() ** 1.6 * 0.8, short * chance.uniform(0.006, 0.014)
        tone = chance.choice([*colours.tones[:3], colours.paper])
        if chance.random() < 0.5:
            disc(draw, (left, top), r, tone)
        else:
            draw.polygon(turned(box(left, top, r * 3, r * 1.2), (left, top), chance.uniform(0, 180)), tone)
    return image
