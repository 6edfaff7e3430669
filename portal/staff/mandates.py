"""By what authority somebody acts for another, as the case file shows it: who, as what, what was shown, what is open."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from identity.models import Mandate
from portal.look.days import in_words, moment_in_words
from portal.staff import identity_words, reveal, words
from portal.staff.contents import Contents
from portal.staff.doors import Place
from portal.staff.story import DOUBTS
from requests_app import law
from requests_app.lifecycle import NOT_IDENTIFIED
from requests_app.models import Case
from requests_app.verification import acting, needs, representative

Row = dict[str, object]


def panel(request: HttpRequest, place: Place, case: Case, contents: Contents) -> Row | None:
    """Everything ``staff/authority_panel.html`` prints; ``None`` where somebody asks for themselves."""
    if not acting.acts(case):
        return None
    known = contents.authority
    lang, grant, held = words.page_language(), acting.authority_of(case), known.claim
    told = reveal.told_of(case)
    works = place.works() and told is not None and bool(representative.verifying(case, known))
    decided = held is not None and held.status in (Mandate.Status.ACCEPTED, Mandate.Status.DENIED)
    return {
        "named": acting.capacity_of(case).named.in_(lang),
        "rule": _cited(grant.citation, grant.confirmed),
        "who": reveal.who_acts(request, case),
        "shown": [_with_icon(_shown_row(place, case, ask, contents, works)) for ask in _asks(known)],
        "person": _with_icon(_person_row(case, grant, held, told.candidates if told else [])),
        "never": [f"{limit.words.in_(lang)} ({law.cite_in(limit.citation, lang)})" for limit in grant.never],
        "checks": [_check(question, held) for question in representative.checklist(case, known).values()]
        if works and not decided
        else [],
        "may_send_on": grant.answer_to == "person",
        "doubts": list(DOUBTS.items()),
        "by_hand": [(ask.key, ask.words.in_(lang)) for ask in representative.may_show(case, known)]
        if works
        else [],
        "gives_up": works and place.may(case, NOT_IDENTIFIED),
        "works": works and not decided,
    }


def need_rows(case: Case, contents: Contents) -> list[Row]:
    """What is still needed and why, for the panel of what is missing."""
    lang, rows = words.page_language(), []
    for need in needs.needs_of(case, contents.authority, contents.doubts):
        cited = "; ".join(_cited(reason.rule, reason.confirmed) for reason in need.reasons)
        met = identity_words.METHODS.get(need.met_by, need.met_by)
        state = "ok" if need.met else "failed" if need.code == "denied" else "open"
        rows.append(
            {
                "title": need.words.in_(lang),
                "detail": " · ".join(part for part in (str(met), cited) if part),
                "state": state,
                "url": "" if need.met else "#authority",
                "link": _("See"),
            }
        )
    return rows or [{"title": _("Identity: no proof may be asked"), "state": "ok"}]


def fact_rows(case: Case) -> list[tuple[str, object]]:
    """How the person came into the systems, and a minor's age group; neither names anybody."""
    told, lang = reveal.told_of(case), words.page_language()
    if told is None:
        return []
    regime = law.regime(case.regime, case.received_on)
    rows: list[tuple[str, object]] = []
    if relation := regime.relation(told.details.get("relation", "")):
        rows.append((_("Came to us"), relation.title.in_(lang)))
    if age := told.representative.get("age"):
        rows.append((_("Age of the child"), acting.capacity_of(case).age(age).words.in_(lang)))
    return rows


ICONS = {"ok": "done", "open": "warning", "failed": "stop", "half": "half"}


def _with_icon(row: Row) -> Row:
    return row | {"icon": ICONS[str(row["state"])]}


def _asks(known: acting.Known) -> list[law.Ask]:
    """What is required, for all cases of the submission; what was shown in its place stands in its row."""
    found: dict[str, law.Ask] = {}
    for sister in known.sisters:
        for ask in acting.authority_of(sister).required:
            found.setdefault(ask.key, ask)
    return list(found.values())


def _shown_row(place: Place, case: Case, ask: law.Ask, contents: Contents, works: bool) -> Row:
    lang = words.page_language()
    grant = acting.authority_of(case)
    keys = {ask.key} | {other.key for other in grant.asks if other.instead_of == ask.key}
    pieces, held = [piece for piece in contents.shown if piece.kind in keys], contents.authority.claim
    had = bool(held and keys & set(held.shown))
    accepted = held is not None and held.status == Mandate.Status.ACCEPTED
    return {
        "title": ask.words.in_(lang),
        "rule": _cited(ask.citation, ask.confirmed),
        "state": "ok" if accepted else "half" if had else "open",
        "said": _("accepted") if accepted else _("shown") if had else _("not shown yet"),
        "pieces": [
            {
                "at": moment_in_words(piece.kept_at, "short"),
                "kind": {"application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG"}[
                    piece.content_type
                ],
                "gone": in_words(piece.destroyed_at) if piece.destroyed_at else "",
                "url": place.url("authority_paper", case.reference, piece.public_id)
                if works and piece.destroyed_at is None
                else "",
            }
            for piece in pieces
        ],
    }


def _person_row(
    case: Case, grant: law.Authority, held: Mandate | None, on_record: list[tuple[str, str]]
) -> Row:
    if held is not None and held.status == Mandate.Status.DENIED:
        return {"title": _("The person acted for said no. Nothing may be released."), "state": "failed"}
    if grant.person == "is_left_alone":
        return {"title": _("The person acted for is left alone: nothing is asked of them."), "state": "ok"}
    if held is not None and held.confirmed_at:
        day = in_words(held.confirmed_at)
        return {"title": _("The person acted for said yes on %(day)s.") % {"day": day}, "state": "ok"}
    if not on_record:
        return {"title": _("No system holds the address given for the person."), "state": "open"}
    if grant.person == "confirms":
        return {
            "title": _("The person was asked at an address on record and has not answered yet."),
            "state": "open",
        }
    return {"title": _("The person was told at an address on record, and has not said no."), "state": "ok"}


def _check(question: law.Question, held: Mandate | None) -> Row:
    answered = held.checks.get(question.key) if held else None
    return {
        "name": f"check.{question.key}",
        "kind": "radio",
        "label": question.words.in_(words.page_language()),
        "choices": [("yes", _("Yes")), ("no", _("No"))],
        "value": {True: "yes", False: "no"}.get(answered, "") if answered is not None else "",
    }


def _cited(citation: str, confirmed: bool) -> str:
    cited = law.cite_in(citation, words.page_language())
    return cited if confirmed else _("%(cited)s, to be confirmed by counsel") % {"cited": cited}
