"""What was posted of a case: when and how, and what is left to be done about a letter that came back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from portal.look.days import in_words
from portal.staff import letter_words
from portal.staff.doors import Place
from portal.staff.post_words import PROBLEMS, WHY_RETURNED
from requests_app.letters import by_post
from requests_app.models import Case, Letter

Row = dict[str, object]


def rows(place: Place, case: Case, *, shown: bool) -> list[Row]:
    """For the page of letters by post, oldest first."""
    sent = case.letters.filter(by_post=True, status=Letter.Status.SENT).select_related("key").order_by("pk")
    letters = list(sent)
    back = [one for one in letters if one.bounced_at is not None]
    moot = by_post.moot(back)
    return [_row(place, case, one, letters, moot, shown=shown) for one in letters]


def mended(place: Place, letter: Letter, moot: frozenset[int]) -> Row:
    """What a person can do about a letter that came back and nobody has seen to; nothing about any other."""
    if letter.bounced_at is None or letter.seen_at is not None:
        return {}
    if letter.pk in moot:
        return {
            "moot": str(PROBLEMS["moot"]),
            "done_url": place.url("letter_lost", letter.case.reference, letter.pk),
        }
    if letter.kind == by_post.KIND:
        # It is laid ready by itself once its address is settled.
        return {}
    return {"again_url": place.url("post_again", letter.case.reference, letter.pk)}


def _row(
    place: Place, case: Case, letter: Letter, letters: Sequence[Letter], moot: frozenset[int], *, shown: bool
) -> Row:
    said = by_post.read(letter)["posting"]
    # A tracking number leads to the address.
    parts = (said["carrier"], said["number"] if shown or not said["number"] else "***")
    back = letter.bounced_at is not None
    return {
        "kind": letter_words.kind_words(letter),
        "day": in_words(date.fromisoformat(said["posted_on"]), "long"),
        "how": " · ".join(part for part in parts if part),
        "back": in_words(letter.bounced_at, "long") if back else "",
        "why": WHY_RETURNED.get(letter.bounce, ""),
        "url": "" if back else place.url("post_returned", case.reference, letter.pk),
        "answer_too": _answer_too(letter, letters) if letter.pk in moot else "",
    } | (mended(place, letter, moot) if place.works() else {})


def _answer_too(letter: Letter, letters: Sequence[Letter]) -> str:
    """When the answer went to the very address from which this letter came back, unless it came back as well."""
    for other in letters:
        same = other.kind == by_post.KIND and other.address_index == letter.address_index
        if same and other.bounced_at is None and (day := by_post.posted_on(other)):
            return _(
                "The answer went to this address too, on %(day)s: make sure that it arrived, or note that it came back."
            ) % {"day": in_words(day, "plain")}
    return ""
