"""What may be done with a case now, and for everything else the reason why not."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.staff import late_words, words
from portal.staff.contents import Contents
from portal.staff.doors import Place
from requests_app import law, permits, rules
from requests_app.decision import determine, more_time
from requests_app.decision.duplicates import ANSWERED
from requests_app.lifecycle import (
    APPROVE,
    ASK_MORE_PROOF,
    MARK_DUPLICATE,
    OPEN,
    PROPOSE,
    SEND_LETTER_BACK,
    SET_ASIDE,
    SUPPLEMENT,
    UNMARK_DUPLICATE,
    Move,
    State,
)
from requests_app.models import Case
from requests_app.permits import Act
from requests_app.verification import asking

Row = dict[str, object]


def rows(place: Place, case: Case, held: Contents, *, doubted: bool) -> list[Row]:
    """One line for every act that a person may take on a case, here the same as in a list."""
    decided = [
        _move(place, case, PROPOSE, _("Decide"), "decide"),
        _move(place, case, APPROVE, _("Second approval"), "approve"),
    ]
    if case.own_motion:
        aside = _move(place, case, SET_ASIDE, _("Set it aside"), "case", "#aside")
        return [*decided, aside, _shut(_("Write, ask for proof, take more time"), _("Nobody asked."))]
    return [
        *decided,
        _take_back(place, case),
        _by_post(place, case),
        _more_time(place, case, held),
        _pause(case),
        _more_proof(place, case, doubted),
        _duplicate(place, case),
        _split(place, case),
        _supplement(place, case),
    ]


def late(place: Place, case: Case) -> list[tuple[str, object]]:
    """The reasons to choose from where an answer is late and this person may say why."""
    may = not case.own_motion and place.may_do(permits.CLOCK) and more_time.is_late(case)
    return list(late_words.LATE_REASONS.items()) if may else []


def _move(place: Place, case: Case, move: Move, title: str, address: str, anchor: str = "") -> Row:
    if place.may(case, move):
        return _open(title, place.url(address, case.reference) + anchor)
    return _shut(title, why_not(place, case, move))


def _take_back(place: Place, case: Case) -> Row:
    title = _("Take the answer back")
    if place.may(case, SEND_LETTER_BACK) and not determine.is_shown(case):
        return _shut(title, _("Identity was not shown"))
    return _move(place, case, SEND_LETTER_BACK, title, "case", "#systems")


def why_not(place: Place, case: Case, move: Move) -> str:
    """Why this person cannot make a move now."""
    act = permits.of_move(move)
    if State(case.state) not in move.sources:
        return _("Not while the case is here: %(state)s") % {"state": words.STATES[State(case.state)]}
    if not place.may_do(act):
        return _another_role(act)
    if move.another_person and case.proposed_by_id == place.desk.user.pk:
        return _("You proposed it; a second person must approve")
    return _("Your own case is colleagues’ work")


def _another_role(act: Act) -> str:
    roles = words.listed(str(words.ROLES.get(role, role)) for role in sorted(act.who))
    return _("Another role’s: %(roles)s") % {"roles": roles}


def _by_post(place: Place, case: Case) -> Row:
    title = _("Letters by post")
    if not place.works():
        return _shut(title, str(late_words.WHY_NOT["not_your_move"]))
    if case.state == State.ARCHIVED:
        return _shut(
            title, _("Not while the case is here: %(state)s") % {"state": words.STATES[State(case.state)]}
        )
    return _open(title, place.url("post", case.reference))


def _more_time(place: Place, case: Case, held: Contents) -> Row:
    title = _("More time")
    if not place.may_do(permits.CLOCK):
        return _shut(title, str(late_words.WHY_NOT["not_your_move"]))
    if why := more_time.why_not(case, chain=held.chain, under=held.calendars):
        return _shut(title, str(late_words.WHY_NOT[why]))
    return _open(title, place.url("more_time", case.reference))


def _pause(case: Case) -> Row:
    """No statute here stops its clock, and each says so in its own words."""
    lang = words.page_language()
    told = [m.regime.pause.words.in_(lang) for m in rules.matches(case) if m.regime.pause]
    return _shut(_("Stop the clock"), " ".join(dict.fromkeys(told)) or _("These rules know no pause."))


def _more_proof(place: Place, case: Case, doubted: bool) -> Row:
    title = _("Ask for more proof")
    if case.standard == law.Level.NONE:
        return _shut(title, _("For this right no proof may be asked."))
    if case.state != State.VERIFYING and not place.may(case, ASK_MORE_PROOF):
        return _shut(title, why_not(place, case, ASK_MORE_PROOF))
    if not place.works():
        return _shut(title, str(late_words.WHY_NOT["not_your_move"]))
    if not asking.askable(case, doubted=doubted):
        return _shut(title, _("Everything that may be asked was asked."))
    return _open(title, f"{place.url('identity', case.reference)}#acts")


def _duplicate(place: Place, case: Case) -> Row:
    if case.duplicate_of_id is not None:
        title = _("Take it out again: no duplicate")
        if place.may(case, UNMARK_DUPLICATE):
            return _open(title, f"{place.url('case', case.reference)}#apart")
        return _shut(title, why_not(place, case, UNMARK_DUPLICATE))
    title = _("Join a duplicate")
    if place.may(case, MARK_DUPLICATE):
        return _open(title, place.url("twins", case.reference))
    return _shut(title, why_not(place, case, MARK_DUPLICATE))


def _split(place: Place, case: Case) -> Row:
    title = _("Split the request")
    if not place.may_do(permits.SPLIT):
        return _shut(title, _another_role(permits.SPLIT))
    if State(case.state) not in OPEN or case.key.wrapped is None:
        return _shut(
            title, _("Not while the case is here: %(state)s") % {"state": words.STATES[State(case.state)]}
        )
    return _open(title, place.url("split", case.reference))


def may_supplement(place: Place, case: Case) -> bool:
    """Whether what was answered may be added to, here and by this person."""
    return place.may(case, SUPPLEMENT) and case.outcome in ANSWERED


def _supplement(place: Place, case: Case) -> Row:
    title = _("Add to the answer")
    if may_supplement(place, case):
        return _open(title, f"{place.url('case', case.reference)}#supplement")
    if place.may(case, SUPPLEMENT):
        return _shut(title, _("Only an answer given to somebody identified can be added to."))
    return _shut(title, why_not(place, case, SUPPLEMENT))


def _open(title: str, url: str) -> Row:
    return {"title": title, "icon": "next", "url": url, "link": _("Open")}


def _shut(title: str, why: str) -> Row:
    return {"title": title, "detail": why, "icon": "lock"}
