"""Tickets for Apple Wallet: a signed ZIP (Apple, "Wallet Passes", "Creating the source for a pass").

``manifest.json`` holds the SHA-1 of every file: the format asks for that one. ``signature`` is a detached PKCS #7
signature of the manifest with the time of signing, by the house's own certificate, with Apple's intermediate
certificate (WWDR) inside.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from PIL import Image

from bot.adapters.art import artwork, palette
from bot.adapters.fonts import clean
from bot.adapters.seat_sprites import ink_on
from domain.programme.model import EventKind
from handlers.ui.files import WalletPass, WalletPasses
from handlers.ui.pictures import Fact

PASS = "application/vnd.apple.pkpass"
BUNDLE = "application/vnd.apple.pkpasses"
_ICON, _STRIP = 29, (375, 98)  # points; a point is one to three pixels
_LOGO_MOST = 40


@dataclass(frozen=True)
class PassSigner:
    """A house's certificate for passes. Make it by ``load_signer``."""

    certificate: x509.Certificate
    key: RSAPrivateKey | EllipticCurvePrivateKey
    intermediate: x509.Certificate
    pass_type: str
    team: str

    def make(self, wallet: WalletPasses) -> bytes:
        """A pass, or of several a bundle. Raises ValueError for none."""
        made = [self._pass(one) for one in wallet.passes]
        if not made:
            raise ValueError("no pass to make")
        if len(made) == 1:
            return made[0]
        return _zipped({f"ticket-{number}.pkpass": content for number, content in enumerate(made, start=1)})

    def _pass(self, one: WalletPass) -> bytes:
        described = json.dumps(self._described(one), ensure_ascii=False, sort_keys=True).encode()
        files = {"pass.json": described, **_images(one.kind, one.seed)}
        hashed = {name: hashlib.sha1(content).hexdigest() for name, content in files.items()}
        manifest = json.dumps(hashed, sort_keys=True).encode()
        return _zipped({**files, "manifest.json": manifest, "signature": self._signature(manifest)})

    def _signature(self, manifest: bytes) -> bytes:
        builder = PKCS7SignatureBuilder().set_data(manifest).add_signer(self.certificate, self.key, hashes.SHA256())
        options = [PKCS7Options.DetachedSignature, PKCS7Options.Binary]
        return builder.add_certificate(self.intermediate).sign(Encoding.DER, options)

    def _described(self, one: WalletPass) -> Mapping[str, Any]:
        colours = palette(one.kind, one.seed)
        ink = _rgb(ink_on(colours.ground))
        code = {"format": "PKBarcodeFormatQR", "message": one.payload, "messageEncoding": "iso-8859-1"}
        return {
            "formatVersion": 1,
            "passTypeIdentifier": self.pass_type,
            "teamIdentifier": self.team,
            "serialNumber": one.serial,
            "groupingIdentifier": one.group,
            "organizationName": clean(one.house) or "Foyer",
            "logoText": clean(one.house)[:_LOGO_MOST],
            "description": clean(one.title),
            "relevantDate": one.starts_at.isoformat(timespec="seconds"),
            "expirationDate": one.ends_at.isoformat(timespec="seconds"),
            "sharingProhibited": True,  # a ticket is handed on in the chat, so that the old code dies
            "barcodes": [{**code, "altText": one.code}],
            "backgroundColor": _rgb(colours.ground),
            "foregroundColor": ink,
            "labelColor": ink,
            "eventTicket": {
                "primaryFields": [{"key": "event", "value": clean(one.title)}],
                "secondaryFields": _fields("front", one.front),
                "auxiliaryFields": _fields("seat", one.seats),
                "backFields": _fields("back", one.back),
            },
            "semantics": {
                "eventName": clean(one.title),
                "venueName": clean(one.venue),
                "eventStartDate": one.starts_at.isoformat(timespec="seconds"),
                "eventEndDate": one.ends_at.isoformat(timespec="seconds"),
                "seats": [
                    {
                        "seatSection": clean(one.seat.section),
                        "seatRow": clean(one.seat.row),
                        "seatNumber": clean(one.seat.number),
                    }
                ],
            },
        }


def load_signer(
    certificate: Path, key: Path, password: str, intermediate: Path, pass_type: str, team: str
) -> PassSigner:
    """From PEM files (Apple's intermediate may be DER, as Apple gives it out). Raises OSError, ValueError with what is
    wrong with which file."""
    own = _certificate(certificate)
    try:
        private = load_pem_private_key(key.read_bytes(), password.encode() or None)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{key} is no private key in PEM that this password opens") from error
    if not isinstance(private, RSAPrivateKey | EllipticCurvePrivateKey):
        raise ValueError(f"{key} is no RSA or EC key")
    if private.public_key() != own.public_key():
        raise ValueError(f"{key} is not the key of {certificate}")
    return PassSigner(own, private, _certificate(intermediate), pass_type, team)


def _certificate(path: Path) -> x509.Certificate:
    raw = path.read_bytes()
    try:
        return x509.load_pem_x509_certificate(raw) if b"-----BEGIN" in raw else x509.load_der_x509_certificate(raw)
    except ValueError as error:
        raise ValueError(f"{path} is no certificate") from error


def _fields(prefix: str, facts: Sequence[Fact]) -> list[dict[str, str]]:
    return [
        {"key": f"{prefix}{number}", "label": clean(fact.label), "value": clean(fact.value)}
        for number, fact in enumerate(facts)
        if fact.value
    ]


@lru_cache(maxsize=16)
def _images(kind: EventKind, seed: str) -> Mapping[str, bytes]:
    images = {}
    for scale in (1, 2, 3):
        suffix = "" if scale == 1 else f"@{scale}x"
        icon = artwork(kind, seed, _ICON * 9, _ICON * 9).resize((_ICON * scale,) * 2, Image.Resampling.LANCZOS)
        strip = artwork(kind, seed, _STRIP[0] * scale, _STRIP[1] * scale)
        images[f"icon{suffix}.png"] = _png(icon)
        images[f"logo{suffix}.png"] = _png(icon)
        images[f"strip{suffix}.png"] = _png(strip)
    return images


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.convert("RGB").quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def _rgb(colour: str) -> str:
    return f"rgb({int(colour[1:3], 16)}, {int(colour[3:5], 16)}, {int(colour[5:7], 16)})"


def _zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return out.getvalue()
