"""A processor as OpenDSR 2.0 describes it: discovery, requests, status, signed answers and callbacks; and its bad days."""

from __future__ import annotations

import base64
import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOST = "localhost"


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """Signs certificates; whoever trusts it trusts them."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = self._builder("Authority", "Authority", self.key.public_key(), 365)
        builder = builder.add_extension(x509.BasicConstraints(True, 0), True).add_extension(usage, True)
        ski = x509.SubjectKeyIdentifier.from_public_key(self.key.public_key())
        self.certificate = builder.add_extension(ski, False).sign(self.key, hashes.SHA256())

    def issue(self, key: Any, host: str = HOST, days: int = 30) -> bytes:
        builder = self._builder(host, "Authority", key.public_key(), days)
        ski = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), False)
        builder = builder.add_extension(x509.BasicConstraints(False, None), True).add_extension(ski, False)
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        signed = builder.add_extension(usage, False).sign(self.key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM)

    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def _builder(self, subject: str, issuer: str, key: Any, days: int) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder().subject_name(_name(subject)).issuer_name(_name(issuer))
        builder = builder.public_key(key).serial_number(x509.random_serial_number())
        start = now - timedelta(days=90)
        return builder.not_valid_before(start).not_valid_after(now + timedelta(days=days))


class Double:
    """The processor's state, and what is wrong with it today."""

    def __init__(self, authority: Authority, *, elliptic: bool = False) -> None:
        self.key: Any = (
            ec.generate_private_key(ec.SECP256R1()) if elliptic else rsa.generate_private_key(65537, 2048)
        )
        self.certificate = authority.issue(self.key)
        self.requests: dict[str, dict[str, Any]] = {}
        self.status = "in_progress"
        self.people: list[dict[str, Any]] = []
        """What it really holds; its own look-up shows it."""
        self.types = ["access", "erasure", "portability"]
        self.signs = True
        self.posts = 0
        self.dies_after_taking = False
        self.recalls = 0
        self.keeps_its_word = True
        self.silent = False
        self.promised = datetime.now(UTC) + timedelta(days=20)
        self.file = b'{"of": "Dana"}'

    def sign(self, body: bytes) -> str:
        if isinstance(self.key, rsa.RSAPrivateKey):
            return base64.b64encode(self.key.sign(body, padding.PKCS1v15(), hashes.SHA256())).decode()
        return base64.b64encode(self.key.sign(body, ec.ECDSA(hashes.SHA256()))).decode()

    def standing(self, number: str) -> dict[str, Any]:
        told = {
            "controller_id": "mimap", "subject_request_id": number, "request_status": self.status,
            "expected_completion_time": self.promised.isoformat(), "api_version": "2.0",
        }  # fmt: skip
        if self.status == "completed" and self.requests[number]["subject_request_type"] != "erasure":
            told |= {"results_url": f"http://{HOST}:{self.port}/v2/results/{number}.json", "results_count": 1}
        return told

    def callback(self, number: str, **changed: Any) -> tuple[bytes, dict[str, str]]:
        """Body and headers of what it would post to us."""
        url = self.requests[number]["status_callback_urls"][0]
        body = json.dumps(self.standing(number) | {"status_callback_url": url} | changed).encode()
        return body, {"X-OpenDSR-Processor-Domain": HOST, "X-OpenDSR-Signature": self.sign(body)}

    def start(self) -> None:
        self.server = ThreadingHTTPServer((HOST, 0), _Handler)
        self.server.double = self  # type: ignore[attr-defined]
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, *words: Any) -> None:
        pass

    @property
    def double(self) -> Double:
        return self.server.double  # type: ignore[attr-defined]

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if self.double.signs:
            self.send_header("X-OpenDSR-Processor-Domain", HOST)
            self.send_header("X-OpenDSR-Signature", self.double.sign(body))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        double, path = self.double, self.path.partition("?")[0]
        if double.silent:
            self.close_connection = True
            return
        number = path.rpartition("/")[2].removesuffix(".json")
        if path == "/v2/discovery":
            told = {
                "api_version": "2.0",
                "supported_identities": [{"identity_type": "email", "identity_format": "sha256"}],
                "supported_subject_request_types": double.types,
                "processor_certificate": f"http://{HOST}:{double.port}/cert.pem",
            }
            self._say(200, json.dumps(told).encode())
        elif path == "/cert.pem":
            self._say(200, double.certificate)
        elif path == "/people":
            self._say(200, json.dumps(double.people).encode())
        elif path.startswith("/v2/results/"):
            self._say(200, double.file)
        elif number in double.requests:
            self._say(200, json.dumps(double.standing(number)).encode())
        else:
            self._say(404, b'{"error": {"code": 404, "message": "unknown", "errors": []}}')

    def do_DELETE(self) -> None:
        self.double.recalls += 1
        if self.double.status != "pending":
            return self._say(400, b'{"error": {"code": 400, "message": "begun", "errors": []}}')
        self.double.status = "cancelled" if self.double.keeps_its_word else "pending"
        return self._say(202, b"{}")

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        asked = json.loads(raw)
        self.double.posts += 1
        number = asked["subject_request_id"]
        needed = ("regulation", "subject_request_type", "submitted_time", "subject_identities")
        if any(not asked.get(key) for key in needed):
            return self._say(400, b'{"error": {"code": 400, "message": "incomplete", "errors": []}}')
        self.double.requests[number] = asked
        if self.double.dies_after_taking:
            self.double.dies_after_taking = False
            return self.close_connection and None
        told = {
            "controller_id": "mimap", "subject_request_id": number,
            "received_time": datetime.now(UTC).isoformat(),
            "expected_completion_time": self.double.promised.isoformat(),
            "encoded_request": base64.b64encode(raw).decode(),
        }  # fmt: skip
        return self._say(201, json.dumps(told).encode())
