"""What every letter says: the blocks a statute requires for a right and an outcome, and each mail with invented data."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from portal.front import LANGUAGE_NAMES
from portal.look.days import page_language
from portal.staff import letter_words, words
from portal.staff.doors import Place, page, staff_page
from portal.staff.settings_pages import Section
from requests_app import law, owed, permits
from requests_app.letters import drafts, invented
from requests_app.letters.text import day_in
from requests_app.lifecycle import Outcome

KINDS = {
    "answered_elsewhere": later("Answered to the person"),
    "address_notice": later("To the address on record: another one was given"),
    "date_moved": later("Our date moved"),
    "policy_news": later("The policy changed"),
    "saved": later("A saved form"),
    "task": later("To whoever looks after a system"),
    "text_acknowledgement": later("Text message: acknowledgement"),
    "text_address_notice": later("Text message: another address was given"),
    "text_answer": later("Text message: the answer is there"),
    "text_code": later("Text message: code"),
    "text_reminder": later("Text message: reminder"),
}


@staff_page(act=permits.SEE_SETTINGS)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """One right, outcome and language at a time; one query, for the published calendars."""
    controller, lang = place.controller, page_language()
    offered = {right.code: right for right in controller.rights}
    chosen = offered.get(request.GET.get("right", "")) or controller.rights[0]
    outcome = request.GET.get("outcome", "")
    outcome = outcome if outcome in invented.OUTCOMES else invented.OUTCOMES[1]
    tongue = request.GET.get("letter", "")
    tongue = tongue if tongue in controller.languages else controller.languages[0]
    kinds = invented.kinds()
    kind = request.GET.get("kind", "") if request.GET.get("kind", "") in kinds else ""
    regime = law.regime(chosen.regime, place.today)
    right = regime.right(chosen.code)
    dates = owed.dates(regime, right.code, place.now)
    blocks = regime.required_blocks(right.code, outcome)
    table = Section(
        _("What it must say"),
        [_("Words"), _("Basis")],
        [
            [
                block.words.in_(lang),
                " · ".join([law.cite_in(block.citation, lang), *([] if block.confirmed else [_("to be confirmed by counsel")])]),
            ]
            for block in blocks
        ],
        f"requests_app/law/regimes/ ({regime.code}, {regime.version})",
    )  # fmt: skip
    known = {
        "right": right.title.in_(tongue), "reference": invented.REFERENCE,
        "received": day_in(dates.received_on, tongue),
    }  # fmt: skip
    replies = Section(
        _("Drafts of replies"),
        [_("Kind"), _("Released by a second person"), _("Words to begin with")],
        [
            [
                one.title.in_(lang),
                _("yes") if drafts.second_person_for(controller, one.code) else _("no"),
                drafts.words_of(one, controller, regime.code, tongue, known),
            ]
            for one in drafts.kinds().values()
        ],
        "requests_app/letters/replies/, controller.toml [replies]",
    )
    context = {
        "replies": replies,
        "rights": [(code, law.regime(one.regime, place.today).right(code).title.in_(lang)) for code, one in offered.items()],
        "right": chosen.code,
        "outcomes": [(code, words.OUTCOMES[Outcome(code)]) for code in invented.OUTCOMES],
        "outcome": outcome,
        "tongues": [(code, LANGUAGE_NAMES.get(code, code)) for code in controller.languages],
        "tongue": tongue,
        "kinds": [(one, KINDS.get(one) or letter_words.KINDS.get(one, one)) for one in kinds],
        "kind": kind,
        "blocks": table,
        "letter": None if kind else invented.answer(controller, regime, right, outcome, tongue, place.now, dates),
        "mail": invented.mail(controller, kind, tongue, right, dates) if kind else None,
        "source": f"templates/emails/{kind}.txt" if kind else "",
    }  # fmt: skip
    return page(request, place, "settings_letters", context)
