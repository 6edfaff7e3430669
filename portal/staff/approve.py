"""The second person: sees exactly what will happen, signs for its digest, or sends it back."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from portal.front import LANGUAGE_NAMES
from portal.look.days import in_words, moment_in_words
from portal.staff import (
    casefile,
    decide,
    head,
    ledger,
    own_motion_words,
    restriction_words,
    story_words,
    words,
)
from portal.staff.doors import Place, page, refused, staff_page, to_case
from requests_app import law, permits
from requests_app.decision import determine, hold
from requests_app.decision.advice import Advice, advise, left_register
from requests_app.decision.determine import Choice, NotAllowed
from requests_app.journal import IllegalMove
from requests_app.letters import correspond
from requests_app.lifecycle import APPROVE, SEND_BACK
from requests_app.models import Case
from requests_app.response import compose

Row = dict[str, object]


@staff_page("GET", "POST", works=True)
def approve(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """Show the proposal; whoever may not approve it is told why."""
    if case.state not in APPROVE.sources:
        return refused(request, place) if request.method == "POST" else to_case(place, case)
    if request.method != "POST":
        return _render(request, place, case)
    if request.POST.get("act") == "send_back":
        return _send_back(request, place, case)
    return sign(request, slug=place.slug, reference=case.reference)


@staff_page("POST", act=permits.of_move(APPROVE))
def sign(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """Approve; a password or second factor must have been given within five minutes."""
    try:
        begun = determine.approve(
            case,
            by=place.desk.user,
            seen_digest=request.POST.get("digest", ""),
            typed_reference=request.POST.get("reference", ""),
        )
    except NotAllowed as refusal:
        return _render(request, place, case, refusal.problems)
    except IllegalMove:
        return _render(request, place, case, [("", "changed")])
    messages.success(
        request,
        _("Approved: the systems are told now.") if begun else _("Approved; another role must approve too."),
    )
    return to_case(place, case)


def _send_back(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    reason, text = request.POST.get("reason", ""), request.POST.get("note", "").strip()
    if reason not in story_words.BACK_REASONS:
        return _render(request, place, case, [("reason", "reason")], typed={"note": text})
    try:
        determine.send_back(case, by=place.desk.user, reason=reason)
    except (NotAllowed, IllegalMove):
        return _render(request, place, case, [("", "not_your_move")], typed={"note": text})
    if text:
        correspond.write_note(case, by=place.desk.user, text=text)
    messages.success(request, _("Sent back to be decided again."))
    return to_case(place, case)


def why_not(place: Place, case: Case) -> str:
    """Why this person may not approve; empty when they may."""
    if place.may(case, APPROVE):
        outstanding = determine.roles_outstanding(case)
        if set(outstanding) & place.desk.roles[place.slug]:
            return ""
        roles = words.listed(str(words.ROLES.get(role, role)) for role in outstanding)
        return _("It now waits for another role: %(roles)s.") % {"roles": roles}
    if case.proposed_by_id == place.desk.user.pk:
        return _(
            "You proposed this. A second person must approve it, so that no one erases or releases data alone."
        )
    return _("Your role does not approve. A privacy lead or counsel must.")


def _render(
    request: HttpRequest,
    place: Place,
    case: Case,
    found: Iterable[tuple[str, str]] = (),
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    found = list(found)
    _regime, right = words.rules_of(case)
    erases = right.erases
    advice = [one for one in advise(case) if one.holding.found]
    goes = [one for one in advice if one.determination and one.determination.choice == Choice.GRANT]
    stays = [one for one in advice if one not in goes]
    lost = left_register(case)
    blocked = why_not(place, case) or (_("It cannot be approved as it is: send it back.") if lost else "")
    texts = decide.MESSAGES | {"reason": _("Choose why you send it back.")}
    anchors = {"reference": "#id_reference", "reason": "#id_reason"}
    errors = {field: str(texts[key]) for field, key in found}
    context = head.head(request, place, case, _("Second approval")) | {
        "tools": [],
        "problems": [{"text": texts[key], "href": anchors.get(field, "")} for field, key in found],
        "counted": casefile.clock_panel(case, place),
        "as_of": moment_in_words(place.now),
        "our_date": _("our date %(day)s") % {"day": in_words(case.due_on)},
        "figures": _figures(case, goes, stays, erases),
        "in_words": right.in_words,
        "goes_title": _("What goes") if erases else _("What is given"),
        "goes": _goes(place, goes, erases),
        "stays": _stays(place, stays),
        "stays_title": _("What stays, and why") if erases else _("What is withheld, and why"),
        "checks": [*restriction_words.checks(case), *_checks(place, case, stays)],
        "blocked": blocked,
        "may_send_back": place.may(case, SEND_BACK),
        "erases": erases,
        "key_rows": [("y", _("to the approval; Enter approves")), ("/", _("search")), ("?", _("keys"))],
        "left_register": lost,
        "letter": None if case.own_motion or lost else compose.preview(case),
        "own": own_motion_words.panel(request, place, case),
        "letter_side": LANGUAGE_NAMES.get(case.language, case.language),
        "digest": (digest := determine.digest(case)),
        "digest_words": " ".join(digest[start : start + 4] for start in range(0, len(digest), 4)),
        "sign_title": _("Nobody can undo this once the first system has started")
        if erases
        else _("The systems are told when you sign")
        if case.own_motion
        else _("What is handed over cannot be called back"),
        "approve_words": _("Approve the erasure")
        if erases
        else _("Approve it")
        if case.own_motion
        else _("Approve the answer"),
        "reference_field": {
            "name": "reference", "kind": "text", "label": _("Type the reference to sign for this preview"),
            "errors": errors.get("reference", ""),
            "attrs": {"autocomplete": "off", "placeholder": case.spaced_reference, "spellcheck": "false"},
        },
        "reason_field": {
            "name": "reason", "kind": "select", "label": _("To send it back: why?"), "required": False,
            "choices": list(story_words.BACK_REASONS.items()), "errors": errors.get("reason", ""),
        },
        "note_field": {
            "name": "note", "kind": "text", "label": _("A note to whoever decides"), "required": False,
            "value": (typed or {}).get("note", ""),
        },
    }  # fmt: skip
    return page(request, place, "approve", context, status=400 if found else 200)


def _figures(case: Case, goes: list[Advice], stays: list[Advice], erases: bool) -> list[Row]:
    going, staying = (sum(one.holding.found for one in part) for part in (goes, stays))
    systems = {one.declared.system for one in (*goes, *stays)}
    return [
        {"figure": going + staying, "words": _("rows found")},
        {"figure": going, "words": _("rows to erase") if erases else _("rows to give"), "goes": erases},
        {
            "figure": staying,
            "words": _("rows stay, each with a ground") if erases else _("rows withheld, each with a ground"),
        },
        {"figure": len(systems), "words": ngettext("system concerned", "systems concerned", len(systems))},
    ]


def _goes(place: Place, goes: list[Advice], erases: bool) -> dict[str, object]:
    how = {
        "delete": pgettext("erase rule", "Delete, then read back"),
        "null": pgettext("erase rule", "Blank the fields"),
        "mask": pgettext("erase rule", "Mask"),
        "keep": pgettext("erase rule", "Keep and restrict"),
    }
    return {
        "columns": [
            {"title": _("Holding")}, {"title": _("System and collection")}, {"title": _("How")},
            {"title": _("Rows"), "num": True},
        ],
        "rows": [
            [
                ledger.title(place, one), ledger.where(place, one),
                how.get(one.declared.erase, one.declared.erase) if erases else _("Copy in full"),
                one.holding.found,
            ]
            for one in goes
        ],
    }  # fmt: skip


def _stays(place: Place, stays: list[Advice]) -> dict[str, object]:
    lang = words.page_language()
    rows = []
    for one in stays:
        used = next(
            (e for e in one.exemptions if one.determination and e.code == one.determination.exemption), None
        )
        ground = ""
        if used:
            named = one.answers.get(f"{used.code}.law", "")
            doubt = "" if used.confirmed else _("to be confirmed by counsel")
            parts = (law.cite_in(used.citation, lang), used.title.in_(lang), named, doubt)
            ground = " · ".join(part for part in parts if part)
        until = one.determination.until if one.determination else None
        end = in_words(until, "plain") if until else _("no date")
        rows.append([ledger.title(place, one), one.holding.found, ground, end])
    return {
        "columns": [
            {"title": _("Holding")}, {"title": _("Rows"), "num": True}, {"title": _("Ground")},
            {"title": _("Until")},
        ],
        "rows": rows,
    }  # fmt: skip


def _checks(place: Place, case: Case, stays: list[Advice]) -> list[Row]:
    own = case.proposed_by_id == place.desk.user.pk
    by = _("Proposed by %(who)s") % {"who": case.proposed_by}
    holds = hold.in_force(case)
    doubts = [
        e for one in stays for e in one.exemptions
        if one.determination and e.code == one.determination.exemption and not e.confirmed
    ]  # fmt: skip
    given = [
        {"title": _("%(who)s approved as %(role)s") % {"who": a.by, "role": words.ROLES.get(a.role, a.role)},
         "detail": moment_in_words(a.approved_at), "state": "ok"}
        for a in case.approvals.filter(void=False).select_related("by").order_by("pk")
    ]  # fmt: skip
    needed = words.listed(str(words.ROLES.get(role, role)) for role in determine.roles_outstanding(case))
    rows: list[Row] = [
        {"title": _("You proposed this yourself") if own else _("You did not propose this"), "detail": by,
         "state": "failed" if own else "ok"},
        *given,
        {"title": _("Still to approve: %(roles)s") % {"roles": needed or "–"}, "state": "open" if needed else "ok"},
        {"title": _("A legal hold is in force") if holds else _("No legal hold"),
         "detail": _("Checked again inside each erasure"), "state": "failed" if holds else "ok"},
    ]  # fmt: skip
    if case.after:
        rows.append(
            {
                "title": _("Copy first: %(reference)s") % {"reference": case.after.spaced_reference},
                "state": "ok",
            }
        )
    if doubts:
        rows.append(
            {"title": _("A ground is not confirmed by counsel"), "detail": doubts[0].title, "state": "open"}
        )
    return rows
