"""What is missing before a case can be decided, or left to see to once it is closed, each with the way there."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.look.days import in_words
from portal.staff import identity, identity_words, ledger, letter_words, mandates, words
from portal.staff.contents import Contents
from portal.staff.doors import Place
from requests_app import law, permits
from requests_app.decision import suggest
from requests_app.decision.advice import advise
from requests_app.letters import by_post
from requests_app.lifecycle import BEFORE_APPROVAL, PROPOSE
from requests_app.models import Case, Work
from requests_app.verification import acting, steps

Row = dict[str, object]


def rows(place: Place, case: Case, held: Contents) -> list[Row]:
    """Open questions, what stands against it, identity and holds; what is settled already stands there as settled.

    Once it is closed nothing is to be decided: what is left is a letter that came back, and a doubt that stands.
    """
    if case.closed_at is not None:
        return [*_came_back(place, case, held), *identity.line(place, case, held.doubts)]
    found: list[Row] = []
    if place.may(case, PROPOSE):
        url = place.url("decide", case.reference)
        if not case.preview_digest:
            found.append({"title": _("The systems have not all answered yet"), "state": "open"})
        undecided = suggest.undecided(advise(case, held.holdings, held.full))
        spoken_against = [a for a in undecided if a.assessment.grounds or a.assessment.open_questions]
        if plain := len(undecided) - len(spoken_against):
            title = ngettext(
                "%(n)s holding that nothing speaks against",
                "%(n)s holdings that nothing speaks against",
                plain,
            ) % {"n": plain}
            found.append({"title": title, "state": "open", "url": url, "link": _("Decide")})
        for advice in spoken_against:
            title = place.controller.text(advice.declared.title, words.page_language())
            anchor = f"{url}#holding-{advice.holding.holding_key}"
            if not advice.assessment.open_questions:
                detail = ledger.ground_line(advice.assessment.grounds[0], words.page_language())
                found.append(
                    {"title": title, "detail": detail, "state": "open", "url": anchor, "link": _("Decide")}
                )
            for question in advice.assessment.open_questions:
                asked = question.words.in_(words.page_language())
                cited = law.cite_in(question.citation, words.page_language())
                detail = " · ".join(part for part in (title, cited) if part)
                found.append(
                    {"title": asked, "detail": detail, "state": "open", "url": anchor, "link": _("Answer")}
                )
    found += _nobody_told(place, case, held)
    found += _came_back(place, case, held)
    found += _conditions(place, held.works)
    if acting.acts(case):
        found += mandates.need_rows(case, held)
    else:
        see = {"url": place.url("identity", case.reference), "link": _("See")}
        sees = place.may_do(permits.READ_PAPERS) and not case.own_motion
        found.append(_identity(case) | (see if sees else {}))
    found += identity.line(place, case, held.doubts)
    if held.holds:
        found.append(
            {
                "title": _("Legal hold: nothing may be erased"),
                "state": "failed",
                "url": "#hold",
                "link": _("See"),
            }
        )
    else:
        found.append(
            {"title": _("No legal hold"), "detail": _("Checked again inside each erasure"), "state": "ok"}
        )
    return found


def _nobody_told(place: Place, case: Case, held: Contents) -> list[Row]:
    """Nobody could be told that we have it, and nothing has changed since."""
    names = [one.name for one in held.chain if one.name in (steps.NOBODY_TOLD, *steps.ADDRESS_KNOWN)]
    if case.state not in BEFORE_APPROVAL or case.acknowledged_at or names[-1:] != [steps.NOBODY_TOLD]:
        return []
    return [
        {
            "title": _("No address is known: nobody could be told that we have it"),
            "detail": _("Ask for one where they are known, or find it on record."), "state": "open",
            "url": place.url("post", case.reference), "link": _("Set a postal address"),
        }
    ]  # fmt: skip


def _came_back(place: Place, case: Case, held: Contents) -> list[Row]:
    """Letters that the post brought back and nobody has seen to: one that has to arrive comes before one that need not."""
    back = [one for one in held.letters if one.by_post and one.bounced_at and not one.seen_at]
    if not back:
        return []
    moot = by_post.moot(back)
    first = min(back, key=lambda one: one.pk in moot)
    told, link = _("The post brought a letter back: correct the address"), _("Correct")
    if first.pk in moot:
        told, link = _("The post brought a letter back that has nothing left to say"), _("See")
    url = place.url("post", case.reference)
    return [
        {"title": told, "detail": letter_words.kind_words(first), "state": "open", "url": url, "link": link}
    ]


def _conditions(place: Place, works: list[Work]) -> list[Row]:
    """What must hold before an account is closed, each with what the newest search found."""
    searches = [work for work in works if work.operation == Work.Operation.SEARCH]
    newest = min(searches, key=lambda work: (-work.round, work.pk), default=None)
    counts = newest.result.get("conditions", {}) if newest else {}
    lang, rows = words.page_language(), []
    for system in place.controller.inventory.systems.values():
        for condition in system.conditions:
            if condition.key in counts:
                n = counts[condition.key]
                told = ngettext("%(n)s record stands against it", "%(n)s records stand against it", n)
                rows.append(
                    {
                        "title": place.controller.text(condition.title, lang),
                        "detail": told % {"n": n} if n else _("Holds, as of the search"),
                        "state": "open" if n else "ok",
                    }
                )
    return rows


def _identity(case: Case) -> Row:
    if case.own_motion:
        return {"title": _("Identity: nobody asked, so nobody is verified"), "state": "ok"}
    standard = words.STANDARDS.get(case.standard, case.standard)
    methods = ", ".join(str(identity_words.METHODS.get(method, method)) for method in case.methods)
    if case.identified_at:
        title = _("Identity: %(standard)s, settled %(day)s") % {
            "standard": standard,
            "day": in_words(case.identified_at),
        }
        return {"title": title, "detail": methods, "state": "ok"}
    if case.standard == law.Level.NONE:
        return {"title": _("Identity: no proof may be asked"), "state": "ok"}
    title = _("Identity: %(standard)s is needed") % {"standard": standard or "–"}
    return {"title": title, "detail": methods or _("Nothing shown yet"), "state": "open"}


def words_of(rows: list[Row]) -> str:
    """How many of them are open."""
    waiting = sum(row["state"] == "open" for row in rows)
    return _("%(open)s of %(all)s open") % {"open": waiting, "all": len(rows)}
