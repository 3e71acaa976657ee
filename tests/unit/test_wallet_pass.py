"""Passes for Apple Wallet: whole, hashed, signed by the house's own certificate."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs7 import load_der_pkcs7_certificates
from PIL import Image

from bot.adapters.files import Files
from bot.adapters.wallet_pass import PassSigner, load_signer
from bot.config import load
from domain.programme.model import EventKind
from handlers.ui.files import Seat, WalletPass, WalletPasses
from handlers.ui.pictures import Fact
from tests.support.certificates import PASSWORD, PassFiles, pass_files

START = datetime(2027, 3, 6, 11, 30, tzinfo=UTC)
PASS = WalletPass(
    serial="7-12",
    group="performance-3",
    house="艺厅",
    title="自新大陆",
    venue="大厅 · 江畔",
    starts_at=START,
    ends_at=START + timedelta(hours=2),
    front=(Fact("时间", "3月6日周六 19:30"), Fact("地点", "大厅 · 江畔")),
    seats=(Fact("入口", "S"), Fact("排", "3"), Fact("座", "5")),
    back=(Fact("口述码", "A3F 7K2"), Fact("无障碍通道", "")),
    seat=Seat("池座", "3", "5"),
    payload="https://t.me/FoyerDemoBot?start=T1abcdefghijklmnopqrstuvwxyz01234",
    code="A3F 7K2",
    kind=EventKind.CONCERT,
    seed="new-world",
)


@pytest.fixture
def files(tmp_path: Path) -> PassFiles:
    return pass_files(tmp_path)


@pytest.fixture
def signer(files: PassFiles) -> PassSigner:
    signer = load({}, **files.settings()).pass_signer()
    assert signer is not None
    return signer


def unpacked(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_file_is_in_the_manifest_by_its_hash(signer: PassSigner) -> None:
    made = unpacked(signer.make(WalletPasses((PASS,))))
    manifest = json.loads(made.pop("manifest.json"))
    del made["signature"]
    assert manifest == {name: hashlib.sha1(content).hexdigest() for name, content in made.items()}
    assert {"pass.json", "icon.png", "icon@2x.png", "icon@3x.png", "logo.png", "strip@2x.png"} <= set(made)


def test_openssl_finds_the_signature_good_up_to_the_root(signer: PassSigner, files: PassFiles, tmp_path: Path) -> None:
    made = unpacked(signer.make(WalletPasses((PASS,))))
    (tmp_path / "manifest.json").write_bytes(made["manifest.json"])
    (tmp_path / "signature").write_bytes(made["signature"])
    verify = ["openssl", "smime", "-verify", "-inform", "DER", "-in", "signature", "-content", "manifest.json"]
    command = [*verify, "-binary", "-CAfile", str(files.root), "-out", "/dev/null"]
    good = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert good.returncode == 0, good.stderr
    assert made["manifest.json"] not in made["signature"], "the signature is detached"
    (tmp_path / "manifest.json").write_bytes(made["manifest.json"] + b" ")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode != 0


def test_signature_carries_apples_certificate_and_the_time(signer: PassSigner) -> None:
    signature = unpacked(signer.make(WalletPasses((PASS,))))["signature"]
    assert set(load_der_pkcs7_certificates(signature)) == {signer.certificate, signer.intermediate}
    signing_time = bytes.fromhex("06092a864886f70d010905")  # 1.2.840.113549.1.9.5, RFC 2985
    assert signing_time in signature


def test_pass_says_what_the_ticket_says(signer: PassSigner) -> None:
    said: dict[str, Any] = json.loads(unpacked(signer.make(WalletPasses((PASS,))))["pass.json"])
    assert said["formatVersion"] == 1
    assert said["passTypeIdentifier"] == "pass.example.house.tickets"
    assert said["teamIdentifier"] == "ABCDE12345"
    assert said["serialNumber"] == PASS.serial
    assert said["relevantDate"] == "2027-03-06T11:30:00+00:00"
    (code,) = said["barcodes"]
    assert code == {
        "format": "PKBarcodeFormatQR",
        "message": PASS.payload,
        "messageEncoding": "iso-8859-1",
        "altText": PASS.code,
    }
    ticket = said["eventTicket"]
    assert ticket["primaryFields"] == [{"key": "event", "value": "自新大陆"}]
    assert [field["value"] for field in ticket["auxiliaryFields"]] == ["S", "3", "5"]
    assert [field["label"] for field in ticket["backFields"]] == ["口述码"], "what is empty is left out"
    assert said["semantics"]["seats"] == [{"seatSection": "池座", "seatRow": "3", "seatNumber": "5"}]


def test_pictures_have_apples_sizes(signer: PassSigner) -> None:
    made = unpacked(signer.make(WalletPasses((PASS,))))
    for scale, suffix in ((1, ""), (2, "@2x"), (3, "@3x")):
        assert Image.open(io.BytesIO(made[f"icon{suffix}.png"])).size == (29 * scale, 29 * scale)
        assert Image.open(io.BytesIO(made[f"strip{suffix}.png"])).size == (375 * scale, 98 * scale)


def test_several_are_one_bundle(signer: PassSigner) -> None:
    both = WalletPasses((PASS, replace(PASS, serial="8-13")))
    bundle = unpacked(signer.make(both))
    assert sorted(bundle) == ["ticket-1.pkpass", "ticket-2.pkpass"]
    serials = {json.loads(unpacked(content)["pass.json"])["serialNumber"] for content in bundle.values()}
    assert serials == {"7-12", "8-13"}


def test_hostile_words_stay_words(signer: PassSigner) -> None:
    hostile = replace(PASS, title='"},{"\u202e\x00' * 40, house="", front=(Fact("\n", "🎉"),))
    said = json.loads(unpacked(signer.make(WalletPasses((hostile,))))["pass.json"])
    assert "\u202e" not in said["description"]
    assert said["organizationName"] == "Foyer"


def test_nothing_makes_no_pass(signer: PassSigner) -> None:
    with pytest.raises(ValueError, match="no pass"):
        signer.make(WalletPasses(()))
    with pytest.raises(ValueError, match="certificate"):
        Files().make(WalletPasses((PASS,)))


def test_key_must_be_the_certificates_and_open(files: PassFiles, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    key = rsa.generate_private_key(65537, 2048)
    other.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(ValueError, match="not the key of"):
        load_signer(files.certificate, other, "", files.intermediate, "pass.x", "T")
    with pytest.raises(ValueError, match="password"):
        load_signer(files.certificate, files.key, "wrong", files.intermediate, "pass.x", "T")
    with pytest.raises(ValueError, match="no certificate"):
        load_signer(files.key, files.key, PASSWORD, files.intermediate, "pass.x", "T")
