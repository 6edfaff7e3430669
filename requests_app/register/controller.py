"""Who answers: one controller as its pack of files describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from .inventory import Inventory, Wording


@dataclass(frozen=True)
class Brand:
    """Colours as ``#rrggbb`` and the mark; contrast is checked when the pack is read."""

    brand: str
    brand_dark: str
    brand_mark: str
    logo: Path
    """SVG file; drawn beside the name, never carrying text of its own."""


@dataclass(frozen=True)
class Mailbox:
    """An address the policy names, and where its mail is fetched."""

    address: str
    imap_secret: str
    """Environment variable holding ``imaps://user:password@host/INBOX``; unset or empty: not polled."""


@dataclass(frozen=True)
class PolicyVersion:
    """One published version of the privacy policy in one language."""

    published_on: date
    language: str
    path: Path
    translation: bool
    """True when the controller published it in another language only."""
    note: Wording = field(default_factory=dict)
    """What a reader must know about this text before reading it, such as that it is undated."""
    changes: Wording = field(default_factory=dict)
    """What differs from the version before; empty in the first."""

    def read(self) -> str:
        """The Markdown text."""
        return self.path.read_text(encoding="utf-8")


@dataclass(frozen=True)
class RightOffered:
    """A right this controller offers, in the order the home page lists it."""

    code: str
    regime: str
    also: tuple[tuple[str, str], ...] = ()
    """Other statutes that match the same request, as pairs of a regime and what it calls the right."""


@dataclass(frozen=True)
class OutsideRoute:
    """Where a person may complain outside the controller."""

    title: Wording
    detail: Wording
    citation: str
    url: str = ""


@dataclass(frozen=True)
class AccountSignIn:
    """Where the controller's own customers sign in (OpenID Connect), and what a sign-in there proves."""

    issuer: str
    """Its address, or the environment variable that holds it; a variable unset or empty: not offered."""
    client_id: str
    secret: str
    """Name of the environment variable that holds the client secret; never the secret itself."""
    title: Wording
    identities: Mapping[str, str]
    """Kind of identifier in the inventory, and the claim that carries it: ``customer_id`` by ``sub``."""
    stop_claims: tuple[str, ...] = ()
    """Claims that are true of an account which the controller suspects of fraud (11 CCR 7061(b))."""


@dataclass(frozen=True)
class CookieCategory:
    """What the controller's own sites keep in a browser beyond what they need to work."""

    code: str
    title: Wording
    detail: Wording
    shares: bool = False
    """Whether others receive what is kept: then a browser's signal switches it off (11 CCR 7025)."""


@dataclass(frozen=True)
class Replies:
    """How the company writes to requesters besides its answers."""

    second_person: frozenset[str] = frozenset()
    """Kinds of replies that a second person releases; ``own_words`` are those without a draft, ``all`` is every one."""
    drafts: Mapping[str, Wording] = field(default_factory=dict)
    """By kind: words to begin with instead of those that ship."""


@dataclass(frozen=True)
class Controller:
    """The organisation that answers."""

    slug: str
    name: Wording
    legal_name: Wording
    address: Wording
    """Postal address; its words are empty where the controller has named none."""
    zone: str
    """IANA zone in which staff read the clock."""
    languages: tuple[str, ...]
    """First is the default."""
    hosts: tuple[str, ...]
    mailboxes: tuple[Mailbox, ...]
    mail_from: str
    """The bare address letters come from."""
    regimes: tuple[str, ...]
    rights: tuple[RightOffered, ...]
    outside_routes: tuple[OutsideRoute, ...]
    brand: Brand
    policies: tuple[PolicyVersion, ...]
    inventory: Inventory
    switches: Mapping[str, object]
    unlisted: tuple[RightOffered, ...] = ()
    """Rights nobody chooses from a list: a browser's signal, and what undoes an earlier choice."""
    account: AccountSignIn | None = None
    calling_code: str = ""
    """Country calling code of its customers' mobile numbers, without the plus; empty: nobody is asked for a number."""
    children: Wording = field(default_factory=dict)
    """What the policy promises about children, in plain words."""
    sites: tuple[str, ...] = ()
    """Origins of its own sites (``https://www.example.com``), which may ask for a visitor's choices."""
    cookie_categories: tuple[CookieCategory, ...] = ()
    security_contacts: tuple[str, ...] = ()
    """Where to report a weakness, as URIs, best first; empty: the first mailbox (RFC 9116)."""
    security_policy: str = ""
    """The address of the rules for whoever looks for weaknesses."""
    replies: Replies = field(default_factory=Replies)
    directory: Path = Path()
    """Where its pack lies."""

    def text(self, wording: Wording, language: str) -> str:
        """``wording`` in ``language``, else in the controller's first language, else English."""
        return wording.get(language) or wording.get(self.languages[0]) or wording["en"]

    def system_title(self, key: str, language: str) -> str:
        """A system's name, or its key when the inventory no longer has it."""
        system = self.inventory.systems.get(key)
        return self.text(system.title, language) if system else key

    def holding_title(self, key: str, language: str) -> str:
        """What a holding is called, or its key when the inventory no longer has it."""
        try:
            return self.text(self.inventory.holding(key).title, language)
        except KeyError:
            return key

    def policy(self, language: str) -> PolicyVersion:
        """The newest version in that language, else the newest in any."""
        newest = sorted(self.policies, key=lambda p: p.published_on)
        return next((p for p in reversed(newest) if p.language == language), newest[-1])

    def offers(self, code: str) -> bool:
        """Whether the right is one a requester may ask for here."""
        return any(right.code == code for right in self.rights)

    def heeds(self, code: str) -> bool:
        """Whether the right is one that begins elsewhere than in a list."""
        return any(right.code == code for right in self.unlisted)
