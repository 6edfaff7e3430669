"""What else stands in a request becomes a case of its own; and taking that back."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from portal.look.days import in_words, page_language
from portal.staff import head, which_part, words
from portal.staff.contents import Contents
from portal.staff.doors import Place, page, refused, staff_page, to_case
from requests_app import law, permits
from requests_app.intake import split
from requests_app.journal import IllegalMove
from requests_app.lifecycle import UNSPLIT
from requests_app.models import Case

WHY_NOT = {
    "not_your_move": later("This step needs another role."),
    "nobody_asked": later("Nobody asked."),
    "over": later("Only a request that is open can be split. What came since is written down by itself."),
    "whose": later("Choose whom it is about."),
    "rights": later("Choose what it asks for."),
    "asked_already": later("This person has a case for that from the same request already."),
    "nobody_may": later("These rules let nobody ask for that for somebody else in this way."),
    "part": which_part.NOT_CHOSEN,
    "who": later("Enter a name or an e-mail address."),
    "email": later("Enter an e-mail address like name@example.org, or leave it empty."),
    "same_address": later("This is the address of the person of this case."),
    "own": later("Your own request is split off by a colleague."),
    "postal_lines": later("At most five lines of 44 letters or 22 Hanzi fit the envelope’s window."),
    "no_writer": later("Whoever wrote gave no e-mail address, so nobody could be asked to show authority."),
}
REASONS = {split.SAME: later("of the same person"), split.ANOTHER: later("of another person")}
TYPED = {"whose": 20, "part": 40, "name": 200, "email": 254, "postal": 500, "capacity": 20}
"""What the form asks beside the rights, and how long an answer may be."""
ANCHORS = {"rights": "id_rights_0", "part": "id_part_0", "whose": "id_whose_0"}


@staff_page("GET", "POST", act=permits.SPLIT, asked=True)
def show(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """The form; what it opens counts from the day this request came."""
    typed = {name: request.POST.get(name, "").strip()[:longest] for name, longest in TYPED.items()}
    if request.method != "POST":
        return _render(request, place, case, typed)
    if typed["whose"] not in REASONS:
        return _render(request, place, case, typed, [("whose", "whose")])
    another = typed["whose"] == split.ANOTHER
    found = split.Found(
        rights=tuple(dict.fromkeys(request.POST.getlist("rights"))),
        part=typed["part"],
        another=another,
        **{name: typed[name] for name in ("name", "email", "postal")} if another else {},
        capacity=typed["capacity"] if another and typed["capacity"] in split.capacities(case) else law.SELF,
    )
    try:
        opened = split.split(case, found, by=place.desk.user)
    except split.NotSplit as refusal:
        return _render(request, place, case, typed, refusal.problems)
    told = ngettext(
        "%(new)s is open, counted from the same day.",
        "%(new)s are open, counted from the same day.",
        len(opened.cases),
    )
    messages.success(request, told % {"new": _listed(opened.cases)})
    return redirect(place.url("case", opened.cases[0].reference))


@staff_page("POST", act=permits.of_move(UNSPLIT))
def undo(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """It was one request after all."""
    try:
        first = split.undo(case, by=place.desk.user)
    except (split.NotSplit, IllegalMove):
        return refused(request, place)
    told = _("%(closed)s is closed: it was opened by mistake. %(first)s goes on.")
    messages.success(request, told % {"closed": case.spaced_reference, "first": first.spaced_reference})
    return to_case(place, first)


def panel(place: Place, case: Case, held: Contents) -> dict[str, object]:
    """For the case file: what came in the same request, and where this case was split off, its undoing."""
    begun = held.newest(split.SPLIT_FROM)
    return {
        "together": [_line(place, case, one) for one in held.together],
        "split_from": {
            "reference": begun.references["case"],
            "url": place.url("case", begun.references["case"]),
            "whose": REASONS.get(begun.reason, ""),
            "may_undo": place.may(case, UNSPLIT)
            and split.is_undecided(
                case,
                proposed=held.newest("propose") is not None,
                choices=(one.determination.choice for one in held.holdings if hasattr(one, "determination")),
            ),
        }
        if begun
        else None,
    }  # fmt: skip


def _line(place: Place, case: Case, other: Case) -> dict[str, object]:
    state = words.OUTCOMES.get(other.outcome) if other.outcome else words.STATES.get(other.state)
    same = other.submission_id == case.submission_id or (
        bool(case.subject_index) and other.subject_index == case.subject_index
    )
    return {
        "reference": other.reference,
        "url": place.url("case", other.reference),
        "right": words.rules_of(other)[1].title,
        "state": str(state or other.state),
        "whose": REASONS[split.SAME if same else split.ANOTHER],
    }


def _listed(cases: Iterable[Case]) -> str:
    return law.LISTING.in_(page_language()).join(case.spaced_reference for case in cases)


def _render(
    request: HttpRequest,
    place: Place,
    case: Case,
    typed: dict[str, str],
    found: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    lang, found = page_language(), found or []
    errors = {field: str(WHY_NOT[key]) for field, key in found}

    def field(name: str, kind: str, label: str, hint: str = "", **more: object) -> dict[str, object]:
        known: dict[str, object] = {"name": name, "kind": kind, "label": label, "hint": hint}
        return known | {"value": typed.get(name, ""), "errors": errors.get(name, "")} | more

    rights = [
        (right.code, law.regime(right.regime, case.received_on).right(right.code).title.in_(lang))
        for right in place.controller.rights
    ]
    why = split.why_not(case, by=place.desk.user)
    context = head.head(request, place, case, _("Split the request")) | {
        "problems": [
            {"text": str(WHY_NOT[key]), "href": f"#{ANCHORS.get(field, f'id_{field}')}" if field else ""}
            for field, key in found
        ],
        "why_not": WHY_NOT[why] if why else "",
        "day": in_words(case.received_at),
        "original_url": place.url("original", case.reference),
        "fields": [
            field(
                "whose", "radio", _("Whom is it about?"),
                choices=[
                    (split.SAME, _("The person of this case, who asks for something else too")),
                    (split.ANOTHER, _("Somebody else")),
                ],
            ),
            field("rights", "checkboxes", _("What does it ask for?"), choices=rights, value=request.POST.getlist("rights")),
            which_part.field(place, typed["part"], errors.get("part", "")),
        ],
        "of_another": [
            field("name", "text", _("Name"), required=False, maxlength=200, autocomplete="off"),
            field("email", "email", _("E-mail address, if one was given"), required=False, maxlength=254, autocomplete="off"),
            field(
                "postal", "textarea", _("Postal address, if one was given"),
                _("Without the name, as it stands on an envelope, at most five lines."), required=False, rows=3,
                maxlength=500,
            ),
            field(
                "capacity", "select", _("Who asks for them?"),
                choices=[
                    {"value": law.SELF, "label": _("They ask themselves"), "keep": True},
                    *(
                        (code, _("Whoever wrote, as %(capacity)s") % {"capacity": one.named.in_(lang)})
                        for code, one in split.capacities(case).items()
                    ),
                ], required=False, value=typed["capacity"] or law.SELF,
            ),
        ],
    }  # fmt: skip
    return page(request, place, "split", context, status=400 if found else 200)
