"""Makes mails in other wrappings than MIME, as programs make them: TNEF, S/MIME, PGP, uuencode."""

from __future__ import annotations

import base64
import binascii
import datetime
import struct
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from tests.intake.letters_by_post import ASK, CHINESE, letter, several

PDF = b"%PDF-1.7 a contract"


def tnef(
    *, body: str = "", unicode_body: str = "", html: str = "", files: dict[str, bytes] | None = None
) -> bytes:
    """A ``winmail.dat`` with a body of either kind and files."""
    found = struct.pack("<IH", 0x223E9F78, 1) + _attribute(1, 0x00069007, struct.pack("<II", 936, 0))
    if body:
        found += _attribute(1, 0x0002800C, body.encode("gb18030") + b"\0")
    properties = []
    if unicode_body:
        properties.append((0x1F, 0x1000, unicode_body.encode("utf-16-le") + b"\0\0"))
    if html:
        properties.append((0x102, 0x1013, html.encode()))
    if properties:
        # One fixed property first, one named one after it: both must be stepped over.
        packed = struct.pack("<I", len(properties) + 2) + struct.pack("<HHI", 0x3, 0x0E07, 1)
        packed += struct.pack("<HH16sII", 0x3, 0x8001, b"g" * 16, 1, 4) + b"a\0\0\0"
        packed += struct.pack("<I", 7)
        for kind, number, value in properties:
            packed += struct.pack("<HHII", kind, number, 1, len(value)) + value + b"\0" * (-len(value) % 4)
        found += _attribute(1, 0x00069003, packed)
    for name, content in (files or {}).items():
        found += _attribute(2, 0x00069002, b"\0" * 14) + _attribute(2, 0x00018010, name.encode() + b"\0")
        found += _attribute(2, 0x0006800F, content)
    return found


def _attribute(level: int, number: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def in_tnef(stream: bytes, **more: str) -> bytes:
    """A mail whose only content is a ``winmail.dat``."""
    kind, body = several([
        ('Content-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64\n'
         'Content-Disposition: attachment; filename="winmail.dat"', base64.encodebytes(stream).decode()),
    ])  # fmt: skip
    return letter(body, kind=kind, **more)


@cache
def _signer() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Dana")])
    now = datetime.datetime(2026, 1, 1)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(3650))
    return made.sign(key, hashes.SHA256()), key


def signed(text: str, *, opaque: bool) -> bytes:
    """S/MIME as a mail program makes it: the words inside the envelope, or beside their signature."""
    inner = f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()
    certificate, key = _signer()
    builder = pkcs7.PKCS7SignatureBuilder().set_data(inner).add_signer(certificate, key, hashes.SHA256())
    options = [pkcs7.PKCS7Options.Binary]
    if opaque:
        der = builder.sign(serialization.Encoding.DER, options)
        return letter(
            base64.encodebytes(der), kind='application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"',
            more="Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=smime.p7m",
        )  # fmt: skip
    der = builder.sign(serialization.Encoding.DER, [*options, pkcs7.PKCS7Options.DetachedSignature])
    kind, body = several(
        [("Content-Type: text/plain; charset=utf-8", text),
         ("Content-Type: application/pkcs7-signature; name=smime.p7s\nContent-Transfer-Encoding: base64",
          base64.encodebytes(der).decode())],
        kind='multipart/signed; protocol="application/pkcs7-signature"',
    )  # fmt: skip
    return letter(body, kind=kind)


def uuencoded(name: str, content: bytes) -> str:
    """Lines as ``uuencode`` writes them."""
    lines = [binascii.b2a_uu(content[at : at + 45]).decode() for at in range(0, len(content), 45)]
    return f"begin 644 {name}\n{''.join(lines)}`\nend\n"


PGP_SIGNED = f"""-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA512

{ASK}
- -- Dana

-----BEGIN PGP SIGNATURE-----

iQEzBAEBCgAdFiEE
=abcd
-----END PGP SIGNATURE-----
"""
PGP_SEALED = "-----BEGIN PGP MESSAGE-----\n\nhQEMA7uQ\n=abcd\n-----END PGP MESSAGE-----\n"
_ENCRYPTED = several(
    [
        ("Content-Type: application/pgp-encrypted", "Version: 1"),
        ("Content-Type: application/octet-stream", PGP_SEALED),
    ],
    kind='multipart/encrypted; protocol="application/pgp-encrypted"',
)
_FORWARDED = several([
    ("Content-Type: message/rfc822", f"From: dana@example.com\nSubject: My data\n\n{ASK}"),
])  # fmt: skip
_TWICE_FORWARDED = several([
    ("Content-Type: message/rfc822",
     f"From: ana@example.com\nContent-Type: message/rfc822\n\nFrom: dana@example.com\n\n{ASK}"),
])  # fmt: skip

READABLE: dict[str, tuple[bytes, str]] = {
    "TNEF, body in a code page": (in_tnef(tnef(body=CHINESE)), CHINESE),
    "TNEF, body in Unicode": (in_tnef(tnef(unicode_body=CHINESE)), CHINESE),
    "TNEF, body in HTML": (in_tnef(tnef(html=f"<p>{ASK}</p>")), ASK),
    "S/MIME, words in the envelope": (signed(CHINESE, opaque=True), CHINESE),
    "S/MIME, signature beside": (signed(ASK, opaque=False), ASK),
    "PGP, signed": (letter(PGP_SIGNED), f"{ASK}\n-- Dana"),
    "uuencode below the words": (letter(f"{ASK}\n\n{uuencoded('a.pdf', PDF)}"), ASK),
    "a word that begins like uuencode": (letter("begin 644 things at once\n" + ASK), ASK),
}
"""Name: the mail, and what its text holds."""

WITH_FILES: dict[str, tuple[bytes, list[tuple[str, str, int]]]] = {
    "TNEF": (in_tnef(tnef(body=ASK, files={"a.pdf": PDF})), [("a.pdf", "application/pdf", len(PDF))]),
    "uuencode": (letter(f"{ASK}\n\n{uuencoded('a.txt', PDF * 9)}"), [("a.txt", "application/pdf", len(PDF) * 9)]),
    "two in uuencode": (
        letter(f"{uuencoded('a', b'MZ')}\n{ASK}\n{uuencoded('b', b'<svg/>')}"),
        [("a", "application/x-msdownload", 2), ("b", "image/svg+xml", 6)]),
    "named against its content": (
        letter(several([("Content-Type: image/png; name=a.png", "MZ program")])[1], kind='multipart/mixed; boundary="b0"'),
        [("a.png", "application/x-msdownload", 10)]),
}  # fmt: skip
"""Name: the mail; name, type by content and size of each file."""

ENCRYPTED: dict[str, bytes] = {
    "PGP/MIME": letter(_ENCRYPTED[1], kind=_ENCRYPTED[0]),
    "PGP in the text": letter(PGP_SEALED),
    "S/MIME": letter(
        base64.encodebytes(b"\x30\x03\x02\x01\x00"), kind="application/pkcs7-mime; smime-type=enveloped-data",
        more="Content-Transfer-Encoding: base64"),
}  # fmt: skip

FORWARDED: dict[str, bytes] = {
    "as a whole": letter(_FORWARDED[1], kind=_FORWARDED[0]),
    "twice": letter(_TWICE_FORWARDED[1], kind=_TWICE_FORWARDED[0]),
}

BROKEN: dict[str, bytes] = {
    **{f"TNEF cut at {n}": in_tnef(tnef(body=ASK, unicode_body=CHINESE, files={"a": PDF})[:n]) for n in range(3, 160, 13)},
    "TNEF of rubbish": in_tnef(struct.pack("<IH", 0x223E9F78, 1) + b"\xff" * 500),
    "S/MIME of rubbish": letter(base64.encodebytes(b"\x30\x80" * 400), kind="application/pkcs7-mime; smime-type=signed-data",
                                more="Content-Transfer-Encoding: base64"),
    "uuencode without end": letter("begin 644 a\n" + "M" * 90 + "\n" * 50_000),
    "PGP without end": letter("-----BEGIN PGP SIGNED MESSAGE-----\n\n" + "x\n" * 50_000),
}  # fmt: skip
