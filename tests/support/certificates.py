"""A certificate authority of the tests' own, in the place of Apple's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PASSWORD = "of no use elsewhere"


@dataclass(frozen=True, slots=True)
class PassFiles:
    root: Path
    intermediate: Path
    certificate: Path
    key: Path

    def settings(self) -> dict[str, object]:
        return {
            "pass_certificate": self.certificate,
            "pass_key": self.key,
            "pass_key_password": PASSWORD,
            "pass_wwdr": self.intermediate,
            "pass_type": "pass.example.house.tickets",
            "pass_team": "ABCDE12345",
        }


def pass_files(folder: Path) -> PassFiles:
    """Root → intermediate (the part of Apple's WWDR) → the house's certificate, with its key under a password."""
    root, intermediate, own, key = _chain()
    files = PassFiles(folder / "root.pem", folder / "wwdr.cer", folder / "pass.pem", folder / "key.pem")
    files.root.write_bytes(root.public_bytes(Encoding.PEM))
    files.intermediate.write_bytes(intermediate.public_bytes(Encoding.DER))  # as Apple gives it out
    files.certificate.write_bytes(own.public_bytes(Encoding.PEM))
    encryption = BestAvailableEncryption(PASSWORD.encode())
    files.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
    return files


@cache
def _chain() -> tuple[x509.Certificate, x509.Certificate, x509.Certificate, rsa.RSAPrivateKey]:
    keys = [rsa.generate_private_key(65537, 2048) for _ in range(3)]
    names = [_name(text) for text in ("Test Root", "Test WWDR", "Pass Type ID: pass.example.house.tickets")]
    root = _signed(names[0], names[0], keys[0], keys[0], authority=True)
    intermediate = _signed(names[1], names[0], keys[1], keys[0], authority=True)
    return root, intermediate, _signed(names[2], names[1], keys[2], keys[1], authority=False), keys[2]


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _signed(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, by: rsa.RSAPrivateKey, *, authority: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return builder.sign(by, hashes.SHA256())
