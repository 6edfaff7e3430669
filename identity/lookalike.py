"""Addresses that look like others: letters borrowed from another script, wide forms, digits for letters.

An address is always kept and compared exactly as written. What is found here
only tells staff that a reader could take it for another one. Unicode's
confusables come from the package confusable-homoglyphs (UTS 39).
"""

from __future__ import annotations

import unicodedata
from itertools import product

import idna
from confusable_homoglyphs import categories, confusables

MOST = 16
_SWAPS = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("5", "s"))
"""What looks alike within plain Latin letters, in the order in which it is undone."""


def is_strange(address: str) -> bool:
    """Whether it mixes scripts, hides them in an encoded domain, or uses forms that only look like letters."""
    shown = readable(address)
    if shown != unicodedata.normalize("NFKC", shown):
        return True
    return any(
        confusables.is_dangerous(word) or (_is_foreign(word) and _plain(word).isascii())
        for word in shown.replace("@", ".").split(".")
    )


def readable(address: str) -> str:
    """As a mail program shows it: an encoded domain in its own letters (RFC 5891)."""
    local, at, domain = address.strip().rpartition("@")
    try:
        domain = idna.decode(domain) if "xn--" in domain.lower() else domain
    except idna.IDNAError:
        return address.strip()
    return f"{local}{at}{domain}"


def resembled(address: str) -> tuple[str, ...]:
    """Plain addresses a reader could take this one for, at most :data:`MOST`, itself not among them."""
    shown = readable(address).casefold()
    plain = _plain(unicodedata.normalize("NFKC", shown))
    found = {plain: None}
    places = [(old, new) for old, new in _SWAPS if old in plain][:4]
    for chosen in product((False, True), repeat=len(places)):
        variant = plain
        for (old, new), undo in zip(places, chosen, strict=True):
            variant = variant.replace(old, new) if undo else variant
        found[variant] = None
    own = {address.strip().casefold(), shown}
    return tuple(one for one in found if one not in own and one.isascii())[:MOST]


def _is_foreign(word: str) -> bool:
    return any(not sign.isascii() and categories.alias(sign) != "LATIN" for sign in word)


def _plain(text: str) -> str:
    """Each sign of another script as the Latin one it looks like, if there is one."""
    return "".join(_latin(sign) for sign in text)


def _latin(sign: str) -> str:
    bare = unicodedata.normalize("NFKD", sign)[0]
    if bare.isascii():
        return bare
    found = confusables.is_confusable(sign, preferred_aliases=[])
    alike = [one["c"] for hit in found or () for one in hit["homoglyphs"]]
    return next((one.casefold() for one in alike if len(one) == 1 and one.isascii() and one.isalnum()), sign)
