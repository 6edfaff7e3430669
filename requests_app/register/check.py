"""Whether a pack can be trusted to answer from: every mistake, with the file and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from requests_app import law

from . import contrast
from .check_inventory import check_inventory
from .check_words import check_words
from .controller import Controller, RightOffered
from .pack import find_packs, read_pack
from .problem import Problem, UnreadablePack

LANGUAGES = frozenset({"en", "zh-Hans"})
"""Languages whose words stand in the code; each other has a catalogue."""

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
_ADDRESS = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+")


def check_packs(path: Path) -> tuple[Problem, ...]:
    """Every mistake in every pack of the directory, and the clashes between them; empty when all is well."""
    problems: list[Problem] = []
    readable: list[Controller] = []
    try:
        packs = find_packs(path)
    except UnreadablePack as error:
        return (Problem("", error.file, error.what, error.remedy),)
    for pack in packs:
        try:
            readable.append(read_pack(pack))
        except UnreadablePack as error:
            problems.append(Problem(pack.name, error.file, error.what, error.remedy))
    for controller in readable:
        problems.extend(check(controller))
    problems.extend(check_clashes(readable))
    return tuple(problems)


def check(controller: Controller) -> tuple[Problem, ...]:
    """Every mistake in one pack."""
    toml = controller.directory / "controller.toml"
    found = [
        Problem(controller.slug, toml, what, remedy)
        for rule in (
            _languages,
            _zone,
            _words,
            _rights,
            _mailboxes,
            _account,
            _security,
            _cookies,
            _brand,
            _days,
        )
        for what, remedy in rule(controller)
    ]
    found += [Problem(controller.slug, file, what, remedy) for file, what, remedy in _policies(controller)]
    inventory = controller.directory / "inventory.yml"
    found += [
        Problem(controller.slug, inventory, what, remedy)
        for what, remedy in check_inventory(controller.inventory, controller.languages)
    ]
    return tuple(found)


def check_clashes(controllers: Iterable[Controller]) -> tuple[Problem, ...]:
    """What two controllers both claim although only one of them can answer there."""
    controllers = tuple(controllers)
    claims: tuple[tuple[str, Callable[[Controller], Iterable[str]]], ...] = (
        ("mailbox", lambda c: (m.address.casefold() for m in c.mailboxes)),
        ("host", lambda c: (h.casefold() for h in c.hosts)),
        ("system secret", lambda c: (s.secret for s in c.inventory.systems.values() if s.secret)),
        ("system", lambda c: c.inventory.systems),
    )
    problems = []
    for kind, claimed in claims:
        holders: dict[str, list[Controller]] = {}
        for controller in controllers:
            for value in sorted(set(claimed(controller))):
                holders.setdefault(value, []).append(controller)
        problems += [
            Problem(
                ", ".join(c.slug for c in clashing),
                clashing[-1].directory
                / ("inventory.yml" if kind.startswith("system") else "controller.toml"),
                f"The {kind} {value} is claimed by {' and '.join(c.slug for c in clashing)}.",
                "Leave it to one of them.",
            )
            for value, clashing in holders.items()
            if len(clashing) > 1
        ]
    return tuple(problems)


Found = Iterator[tuple[str, str]]


def _languages(controller: Controller) -> Found:
    spoken = LANGUAGES | law.known_languages()
    for language in controller.languages:
        if language not in spoken:
            yield (
                f"The language {language} is not one the portal speaks.",
                f"Use {' or '.join(sorted(spoken))}, or add its catalogue.",
            )


def _zone(controller: Controller) -> Found:
    try:
        ZoneInfo(controller.zone)
    except (KeyError, ValueError, OSError):
        yield f"There is no time zone {controller.zone}.", "Use an IANA name such as Asia/Shanghai."


def _words(controller: Controller) -> Found:
    yield from check_words(controller.directory / "controller.toml", controller.languages)


def _rights(controller: Controller) -> Found:
    if not controller.rights:
        yield "No right is offered.", "List at least one under [[rights]]."
    for right in (*controller.rights, *controller.unlisted):
        if right.regime not in controller.regimes:
            yield (
                f"The right {right.code} belongs to {right.regime}, which is not among the regimes.",
                "Add the regime to `regimes` or take the right away.",
            )
        yield from _also(controller, right)
    yield from _switched(controller)


def _switched(controller: Controller) -> Found:
    """Rights that only some controllers owe: offered where their switch is on, and nowhere else."""
    offered = {(right.regime, right.code) for right in (*controller.rights, *controller.unlisted)}
    known = (regime for regime in law.REGIMES if regime.code in controller.regimes)
    for code, right in ((regime.code, right) for regime in known for right in regime.rights.values()):
        if right.switch:
            on = bool(controller.switches.get(right.switch))
            if not on and (code, right.code) in offered:
                yield (
                    f"The right {right.code} is offered, and the switch {right.switch} it hangs on is off.",
                    f"Set `{right.switch} = true` under [switches], or take the right away.",
                )
            elif on and (code, right.code) not in offered:
                yield (
                    f"The switch {right.switch} is on, and the right {right.code} is not offered.",
                    "List it under [[rights]], or switch it off.",
                )


def _also(controller: Controller, right: RightOffered) -> Found:
    """Where two statutes match one request, both must know it as the same thing."""
    own = _known(right.regime, right.code)
    for regime, code in right.also:
        other = _known(regime, code)
        if regime not in controller.regimes or regime == right.regime:
            yield (
                f"The right {right.code} also names {regime}, which is not another of the regimes.",
                "Add the regime to `regimes`, or take it from the right's `also`.",
            )
        elif other is None:
            yield f"There is no right {code} in {regime}.", "Name one that `manage.py law` lists there."
        elif own is not None and other.operation != own.operation:
            yield (
                f"{right.code} asks for {own.operation}, {code} of {regime} for {other.operation}.",
                "Name the right that asks for the same.",
            )


def _known(regime: str, code: str) -> law.Right | None:
    try:
        return law.regime(regime).rights.get(code)
    except KeyError:
        return None


def _mailboxes(controller: Controller) -> Found:
    if not _ADDRESS.fullmatch(controller.mail_from):
        yield f"mail_from is {controller.mail_from}, which is no bare address.", "Write it as name@host."
    addresses = [m.address.casefold() for m in controller.mailboxes]
    for address in sorted(set(addresses)):
        if not _ADDRESS.fullmatch(address):
            yield f"The mailbox {address} is no address.", "Write it as name@host."
        if addresses.count(address) > 1:
            yield f"The mailbox {address} stands there twice.", "Remove one."


def _days(controller: Controller) -> Found:
    for name in ("cooling_off_days", "backups_overwritten_after_days"):
        value = controller.switches.get(name, 1)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            yield f"The switch {name} is no number of days.", "Give a whole number above 0, or leave it out."


def _account(controller: Controller) -> Found:
    account = controller.account
    if account is None:
        return
    if not account.issuer.startswith("https://") and not _VARIABLE.fullmatch(account.issuer):
        yield (
            f"The issuer {account.issuer} is neither an https address nor the name of a variable.",
            "Write what the provider's tokens name as `iss`.",
        )
    if not _VARIABLE.fullmatch(account.secret):
        yield (
            "The account's secret is no name of a variable.",
            "Name the variable; keep the secret out of files.",
        )
    kinds = {f.identity for c in controller.inventory.collections() for f in c.fields.values()} - {None}
    for kind in account.identities:
        if kind == "email":
            yield "The account maps email.", "Leave it out: it counts when the provider says it is verified."
        elif kind not in kinds:
            yield (
                f"The account maps {kind}, which no field of the inventory holds.",
                "Use an identity of the inventory.",
            )


def _security(controller: Controller) -> Found:
    for address in (*controller.security_contacts, controller.security_policy):
        if address and not re.fullmatch(r"(mailto:|https://|tel:)[^\s]+", address):
            yield f"The security address {address} is no URI.", "Begin it with mailto:, https:// or tel:."


def _cookies(controller: Controller) -> Found:
    for site in controller.sites:
        if not re.fullmatch(r"https://[a-z0-9.-]+(:\d+)?", site):
            yield f"The site {site} is no origin.", "Write it as https://host, without a path."
    codes = [category.code for category in controller.cookie_categories]
    for category in controller.cookie_categories:
        if codes.count(category.code) > 1:
            yield f"The cookie category {category.code} stands there twice.", "Remove one."


def _brand(controller: Controller) -> Found:
    brand = controller.brand
    colours = {"brand": brand.brand, "brand_dark": brand.brand_dark, "brand_mark": brand.brand_mark}
    unwritten = {name for name, colour in colours.items() if not contrast.is_colour(colour)}
    for name in sorted(unwritten):
        yield f"{name} is {colours[name]}, which is no colour.", "Write it as #rrggbb."
    for name, ground, words in (
        ("brand", contrast.LIGHT_GROUND, "on the white page, and white text on it"),
        ("brand_dark", contrast.DARK_GROUND, "on the dark page"),
        ("brand_dark", contrast.TEXT_ON_DARK_ACT, "under the dark text of a button"),
    ):
        if name in unwritten:
            continue
        ratio = contrast.contrast(colours[name], ground)
        if ratio < contrast.LEAST:
            yield (
                f"{name} {colours[name]} has a contrast of {ratio:.1f} {words}.",
                f"Choose a colour that reaches {contrast.LEAST}.",
            )
    if not brand.logo.is_file():
        yield f"The logo {brand.logo.name} is missing.", "Put an SVG file there."
    elif "<text" in (drawing := brand.logo.read_text(encoding="utf-8")) or "<script" in drawing:
        yield f"The logo {brand.logo.name} carries text or script.", "Draw shapes only."


def _policies(controller: Controller) -> Iterator[tuple[Path, str, str]]:
    toml = controller.directory / "controller.toml"
    for policy in controller.policies:
        if not policy.path.is_file():
            yield policy.path, "The policy is listed but its file is missing.", "Add the file."
        elif not policy.read().strip():
            yield policy.path, "The policy is empty.", "Put its whole text there."
    first = min((policy.published_on for policy in controller.policies), default=None)
    for policy in controller.policies:
        if policy.published_on != first and "en" not in policy.changes:
            yield (
                toml,
                f"The policy of {policy.published_on} does not say what changed.",
                "Add [policies.changes] in plain words.",
            )
    listed = {policy.path for policy in controller.policies}
    for file in sorted((controller.directory / "policy").glob("*.md")):
        if file not in listed:
            yield file, "This policy is in no [[policies]] entry.", "List it in controller.toml."
    if controller.policies and all(policy.translation for policy in controller.policies):
        yield toml, "Every policy is marked as a translation.", "Add the text the controller published."
