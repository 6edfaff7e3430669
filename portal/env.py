"""The environment, read once: every missing or weak secret is named, and the portal refuses to start."""

from __future__ import annotations

import base64
import binascii
import logging
import os
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


class Environment:
    """Reads ``NAME`` or the file named by ``NAME_FILE``; collects what is missing instead of failing one by one."""

    def __init__(self, values: Mapping[str, str] = os.environ) -> None:
        self.values = values
        self.problems: list[str] = []

    def text(self, name: str, default: str | None = None) -> str:
        """The value; without a default its absence is a problem reported by :meth:`refuse_if_incomplete`."""
        if path := self.values.get(f"{name}_FILE"):
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                self.problems.append(f"{name}_FILE cannot be read ({error.strerror}).")
                return ""
        value = self.values.get(name, "")
        if value:
            return value
        if default is None:
            self.problems.append(f"{name} is not set. Set it, or {name}_FILE to a file that holds it.")
            return ""
        return default

    def secret(self, name: str, *, optional: bool = False) -> str:
        """A value of at least 32 characters; anything shorter is refused."""
        value = self.text(name, "" if optional else None)
        if value and len(value) < 32:
            self.problems.append(f"{name} is too short: give at least 32 random characters.")
        return value

    def sealing_keys(self, name: str) -> dict[str, bytes]:
        """The 32 bytes of each ``name:base64`` pair by its name, in the order given: the current key first."""
        given, keys = self.text(name), dict[str, bytes]()
        for entry in given.split(",") if given else ():
            label, _, encoded = entry.strip().partition(":")
            try:
                key = base64.b64decode(encoded, validate=True)
            except binascii.Error:
                key = b""
            if label and len(key) == 32:
                keys[label] = key
            else:
                self.problems.append(
                    f"{name} must be name:base64 pairs of 32 random bytes, the current one first."
                )
                break
        return keys

    def switch(self, name: str, default: bool = False) -> bool:
        """``1``, ``true``, ``yes``, ``on`` are true; ``0``, ``false``, ``no``, ``off`` are false."""
        value = self.text(name, "on" if default else "off").lower()
        if value in {"1", "true", "yes", "on"}:
            return True
        if value not in {"0", "false", "no", "off"}:
            self.problems.append(f"{name} must be on or off.")
        return False

    def number(self, name: str, default: int) -> int:
        """A whole number that is not negative."""
        return self.numbers(name, str(default))[0]

    def numbers(self, name: str, default: str) -> list[int]:
        """Whole numbers, none of them negative, apart by spaces or commas; at least one."""
        given = self.text(name, default).replace(",", " ").split()
        if not given or not all(word.isascii() and word.isdigit() for word in given):
            self.problems.append(f"{name} must be made of whole numbers, as in {default}.")
            given = default.split()
        return [int(word) for word in given]

    def level(self, name: str, default: str) -> str:
        """How grave a line must be to be logged: a name that the standard library knows, in capitals or not."""
        given = self.text(name, default).upper()
        if given not in logging.getLevelNamesMapping():
            self.problems.append(f"{name} must be DEBUG, INFO, WARNING, ERROR or CRITICAL.")
            return default
        return given

    def networks(self, name: str, besides: str) -> list[str]:
        """Addresses and networks of machines (``10.0.0.1``, ``172.16.0.0/12``), or the one word ``besides``."""
        given = self.words(name)
        for word in given:
            try:
                if word != besides:
                    ip_network(word, strict=False)
            except ValueError:
                self.problems.append(f"{name} must be made of addresses or networks, as in 172.16.0.0/12.")
        return given

    def address(self, name: str) -> str:
        """An https address, or nothing; plain http only to this machine, as for a bridge beside the portal."""
        url = self.text(name, "")
        parts = urlsplit(url)
        local = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
        if url and not (parts.hostname and (parts.scheme == "https" or local)):
            self.problems.append(f"{name} must start with https://.")
        return url

    def words(self, name: str, default: str = "") -> list[str]:
        """A comma-separated list."""
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def database(self, name: str) -> dict[str, object]:
        """Django's ``DATABASES`` entry from ``postgresql://user:password@host:port/name``.

        ``host`` may be empty with ``?host=/socket/folder`` (libpq's own notation for a private socket).
        """
        url = self.text(name)
        parts = urlsplit(url)
        if url and parts.scheme not in {"postgres", "postgresql"}:
            self.problems.append(f"{name} must start with postgresql:// (there is one database dialect).")
        query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(query.get("host", parts.hostname or "")),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            # The same statements come again with every case and page. Sent apart from their values, the database plans one
            # that came five times only once for each connection; its locks are a session's, so no pooler shares those.
            "OPTIONS": {"connect_timeout": 5, "server_side_binding": True, "prepare_threshold": 5},
        }

    def refuse_if_incomplete(self) -> None:
        """Raise one error that lists all problems."""
        if self.problems:
            raise ImproperlyConfigured("The portal cannot start:\n  - " + "\n  - ".join(self.problems))
