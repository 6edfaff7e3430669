"""A pack: the directory that describes one controller, read into a ``Controller``."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic import Field as Key

from .controller import (
    AccountSignIn,
    Brand,
    Controller,
    CookieCategory,
    Mailbox,
    OutsideRoute,
    PolicyVersion,
    Replies,
    RightOffered,
)
from .datasets import read_inventory
from .problem import UnreadablePack, explain_validation


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class BrandKeys(_Strict):
    """``[brand]``"""

    brand: str
    brand_dark: str
    brand_mark: str
    logo: str


class MailboxKeys(_Strict):
    """``[[mailboxes]]``"""

    address: str
    imap_secret: str = ""


class AlsoKeys(_Strict):
    """``[[rights.also]]``"""

    regime: str
    code: str


class RightKeys(_Strict):
    """``[[rights]]``"""

    code: str
    regime: str
    also: list[AlsoKeys] = Key(default_factory=list)
    listed: bool = True


class RouteKeys(_Strict):
    """``[[outside_routes]]``"""

    title: dict[str, str]
    detail: dict[str, str]
    citation: str = ""
    url: str = Key(default="", pattern=r"https://[^\s]+|")


class PolicyKeys(_Strict):
    """``[[policies]]``; the file is ``policy/<published_on>.<language>.md``"""

    published_on: date
    language: str
    translation: bool = False
    note: dict[str, str] = Key(default_factory=dict)
    changes: dict[str, str] = Key(default_factory=dict)


class AccountKeys(_Strict):
    """``[account]``"""

    issuer: str
    client_id: str
    secret: str
    title: dict[str, str]
    identities: dict[str, str] = Key(default_factory=dict)
    stop_claims: list[str] = Key(default_factory=list)


class CategoryKeys(_Strict):
    """``[[cookies.categories]]``"""

    code: str = Key(pattern=r"[a-z][a-z_]{0,39}")
    title: dict[str, str]
    detail: dict[str, str]
    shares: bool = False


class CookieKeys(_Strict):
    """``[cookies]``"""

    sites: list[str] = Key(default_factory=list)
    categories: list[CategoryKeys] = Key(default_factory=list)


class SecurityKeys(_Strict):
    """``[security]``"""

    contacts: list[str] = Key(default_factory=list)
    policy: str = ""


class ReplyKeys(_Strict):
    """``[replies]``"""

    second_person: list[str] = Key(default_factory=list)
    drafts: dict[str, dict[str, str]] = Key(default_factory=dict)


class ControllerKeys(_Strict):
    """The whole of ``controller.toml``."""

    name: dict[str, str]
    legal_name: dict[str, str]
    address: dict[str, str]
    zone: str
    languages: list[str] = Key(min_length=1)
    hosts: list[str] = Key(default_factory=list)
    mail_from: str
    calling_code: str = Key(default="", pattern=r"[1-9]\d{0,2}|")
    regimes: list[str]
    switches: dict[str, Any] = Key(default_factory=dict)
    brand: BrandKeys
    mailboxes: list[MailboxKeys] = Key(default_factory=list)
    rights: list[RightKeys]
    outside_routes: list[RouteKeys] = Key(default_factory=list)
    policies: list[PolicyKeys] = Key(min_length=1)
    account: AccountKeys | None = None
    children: dict[str, str] = Key(default_factory=dict)
    cookies: CookieKeys = Key(default_factory=CookieKeys)
    security: SecurityKeys = Key(default_factory=SecurityKeys)
    replies: ReplyKeys = Key(default_factory=ReplyKeys)


def read_packs(path: Path) -> tuple[Controller, ...]:
    """Every pack in that directory, by slug."""
    return tuple(read_pack(pack) for pack in find_packs(path))


def find_packs(path: Path) -> tuple[Path, ...]:
    """The directories below that hold a ``controller.toml``, by name."""
    if not path.is_dir():
        raise UnreadablePack(
            path, "There is no such directory.", "Point PORTAL_CONTROLLERS at the directory of packs."
        )
    return tuple(sorted(toml.parent for toml in path.glob("*/controller.toml")))


def read_pack(directory: Path) -> Controller:
    """The controller this directory describes; its name is the slug."""
    file = directory / "controller.toml"
    keys = _controller_keys(file)
    return Controller(
        slug=directory.name,
        directory=directory,
        name=keys.name,
        legal_name=keys.legal_name,
        address=keys.address,
        zone=keys.zone,
        languages=tuple(keys.languages),
        hosts=tuple(keys.hosts),
        mailboxes=tuple(Mailbox(**m.model_dump()) for m in keys.mailboxes),
        mail_from=keys.mail_from,
        regimes=tuple(keys.regimes),
        rights=_rights(keys.rights, listed=True),
        unlisted=_rights(keys.rights, listed=False),
        outside_routes=tuple(OutsideRoute(**r.model_dump()) for r in keys.outside_routes),
        brand=Brand(
            brand=keys.brand.brand,
            brand_dark=keys.brand.brand_dark,
            brand_mark=keys.brand.brand_mark,
            logo=directory / keys.brand.logo,
        ),
        policies=tuple(
            PolicyVersion(
                published_on=p.published_on,
                language=p.language,
                path=directory / "policy" / f"{p.published_on.isoformat()}.{p.language}.md",
                translation=p.translation,
                note=p.note,
                changes=p.changes,
            )
            for p in keys.policies
        ),
        inventory=read_inventory(directory / "inventory.yml"),
        switches=keys.switches,
        account=_account(keys.account) if keys.account else None,
        calling_code=keys.calling_code,
        children=keys.children,
        sites=tuple(keys.cookies.sites),
        cookie_categories=tuple(CookieCategory(**c.model_dump()) for c in keys.cookies.categories),
        security_contacts=tuple(keys.security.contacts),
        security_policy=keys.security.policy,
        replies=Replies(frozenset(keys.replies.second_person), keys.replies.drafts),
    )


def _rights(keys: list[RightKeys], *, listed: bool) -> tuple[RightOffered, ...]:
    return tuple(
        RightOffered(key.code, key.regime, tuple((also.regime, also.code) for also in key.also))
        for key in keys
        if key.listed is listed
    )


def _account(keys: AccountKeys) -> AccountSignIn:
    return AccountSignIn(**keys.model_dump() | {"stop_claims": tuple(keys.stop_claims)})


def _controller_keys(file: Path) -> ControllerKeys:
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UnreadablePack(file, "The file is missing.", "Every pack needs one.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadablePack(file, f"This is not readable TOML: {error}.", "Correct the file.") from None
    try:
        return ControllerKeys.model_validate(raw)
    except ValidationError as error:
        raise UnreadablePack(file, explain_validation(error), "Correct these keys.") from None
