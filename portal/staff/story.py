"""What happened to a case, told in sentences: each journal event, each message, each letter, newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from django.utils.translation import gettext as _

from identity.models import User
from portal.look.days import in_words, moment_in_words
from portal.staff import (
    identity_words,
    late_words,
    letter_words,
    own_motion_words,
    restriction_words,
    reveal,
    splitting,
    trouble_words,
    words,
)
from portal.staff.contents import Contents
from portal.staff.doors import Place
from portal.staff.post_words import WHY_RETURNED
from portal.staff.story_words import (
    ABOUT_PAPER,
    ACCOUNT_SIGNS,
    BACK_REASONS,
    CONCEALED,
    DAYS_MOVED,
    DOUBTS,
    FILTERED,
    JOINED,
    RECOUNT_REASONS,
    SENTENCES,
)
from requests_app import journal, law, publishing
from requests_app.decision import more_time
from requests_app.fulfilment import lifting
from requests_app.intake import logged, split
from requests_app.letters import brought_back, conversation, trouble
from requests_app.models import Case, CaseEvent, Message
from requests_app.subject import Subject

LATEST = 200


def tell(
    place: Place, case: Case, held: Contents, told: Subject | None, shown: bool, only: str = "all"
) -> list[dict[str, object]]:
    """The newest two hundred events as steps of a timeline; no statement."""
    found = _newest(case, held, only)
    messages = {one.pk: one for one in held.messages}
    names = names_of(found, held.known)
    steps = []
    for event in found:
        step = _step(place, event, names, messages, told, shown)
        if "mentions" in event.references:
            step["detail"] = _told(place, event, names, held)
        steps.append(step)
    return steps


def _told(place: Place, event: CaseEvent, names: dict[str, str], held: Contents) -> str:
    """Which colleagues a note was to reach; to whoever wrote it, whether each has seen it."""
    people = [
        (str(number), names[str(number)]) for number in event.references["mentions"] if str(number) in names
    ]
    if event.by_ref != str(place.desk.user.pk):
        return _("Told: %(names)s") % {"names": _list(name for _number, name in people)}
    note = event.references.get("message")
    seen_at = {str(one.user_id): one.seen_at for one in held.mentions if one.message_id == note}
    said = [
        _("%(name)s, seen %(moment)s") % {"name": name, "moment": moment_in_words(seen, "short")}
        if (seen := seen_at.get(number))
        else _("%(name)s, not seen yet") % {"name": name}
        for number, name in people
    ]
    return _("Told: %(names)s") % {"names": law.SEMICOLON.in_(words.page_language()).join(said)}


def _newest(case: Case, held: Contents, only: str) -> list[CaseEvent]:
    wanted = FILTERED.get(only)
    return [event for event in reversed(held.chain) if wanted is None or event.name in wanted][:LATEST]


def names_of(events: Iterable[CaseEvent], known: Iterable[User] = ()) -> dict[str, str]:
    """Names of the staff that events speak of, by number; one query where somebody is not ``known`` already."""
    names = {str(user.pk): str(user) for user in known}
    wanted = [number for number in journal.staff_in(events) if str(number) not in names]
    return names | (
        {str(user.pk): str(user) for user in User.objects.filter(pk__in=wanted)} if wanted else {}
    )


def _step(
    place: Place,
    event: CaseEvent,
    names: dict[str, str],
    messages: dict[int, Message],
    told: Subject | None,
    shown: bool,
) -> dict[str, object]:
    _words, icon = SENTENCES.get(event.name, ("", "paper"))
    known = event.references
    step: dict[str, object] = {
        "title": sentence(place, event, names),
        "at": event.at,
        "icon": icon,
        "detail": _opened(_detail(place, event)),
    }
    message = messages.get(known["message"]) if isinstance(known.get("message"), int) else None
    if message is not None:
        said = conversation.read(message)
        text = "\n\n".join(part for part in (said.get("subject", ""), said["text"]) if part)
        text = reveal.masked_in(text, told, shown)
        if message.kind == Message.Kind.NOTE:
            step["note"] = text
        else:
            step["reply"] = text
            mine = message.kind == Message.Kind.REPLY
            step["reply_from"] = _("From us") if mine else _("From the requester")
    return step


def sentence(place: Place, event: CaseEvent, names: dict[str, str]) -> str:
    """One event in words; ``names`` as :func:`names_of` gives them."""
    told, _icon = SENTENCES.get(event.name, (event.name.replace("_", " ").capitalize(), "paper"))
    known = event.references
    values = {
        "who": names.get(event.by_ref) or _by(event),
        "to": names.get(str(known.get("to", "")), ""),
        "system": words.system_title(place.controller, str(known.get("system", ""))),
        "role": words.ROLES.get(str(known.get("role", "")), ""),
    }
    return str(told) % values if "%(" in str(told) else str(told)


def _by(event: CaseEvent) -> str:
    kinds: dict[str, Callable[[], str]] = {
        "pipeline": lambda: _("The portal"),
        "requester": lambda: _("The requester"),
        "person": lambda: _("The person concerned"),
    }
    return kinds.get(event.by_kind, lambda: _("Staff"))()


def _opened(text: str) -> str:
    """It follows a full stop."""
    return text[:1].upper() + text[1:]


def _detail(place: Place, event: CaseEvent) -> str:
    known, parts = event.references, []
    if event.name == "revealed":
        parts.append(str(reveal.REASONS.get(event.reason, event.reason)))
    elif event.name == publishing.RECOUNTED:
        parts += _recounted(event)
    elif event.name == more_time.TAKEN or (event.name in JOINED and "due_before" in known):
        parts.append(str(DAYS_MOVED["due"]) % _days(known, "due"))
        parts.append(str(DAYS_MOVED["last"]) % _days(known, "last"))
    elif event.name == logged.LOGGED and event.reason:
        parts.append(str(late_words.LOGGED_LATE.get(event.reason, event.reason)))
    elif event.name == more_time.LATE:
        parts.append(str(late_words.LATE_REASONS.get(event.reason, event.reason)))
    elif event.name == "account_stopped":
        parts.append(str(ACCOUNT_SIGNS.get(event.reason, event.reason)))
    elif event.name == journal.OPENED_OF_OWN_MOTION:
        parts += _of_own_motion(event)
    elif event.name in {"system_failed", "system_unreachable"} and not {"no_json", "no_index"} & known.keys():
        parts += filter(None, [trouble_words.of_reason(str(known.get("reason", "")))])
    elif event.name == lifting.ASKED:
        parts.append(str(restriction_words.REASONS.get(event.reason, event.reason)))
    elif event.name in {split.SPLIT_OFF, split.SPLIT_FROM}:
        parts.append(str(splitting.REASONS.get(event.reason, event.reason)))
    elif event.name == "set_aside":
        parts.append(str(own_motion_words.SET_ASIDE.get(event.reason, event.reason)))
    elif event.name == "send_back":
        parts.append(str(BACK_REASONS.get(event.reason, event.reason)))
    elif event.name == "mandate_doubted":
        parts.append(str(DOUBTS.get(event.reason, event.reason)))
    if "on_record" in known and not known["on_record"]:
        parts.append(_("no address on record"))
    elif event.name.startswith("doubt_"):
        parts.append(str(identity_words.DOUBTS.get(event.reason, event.reason)))
    if "channel" in known:
        parts.append(str(words.CHANNELS.get(known["channel"], known["channel"])))
    if "standard" in known:
        standard = words.STANDARDS.get(known["standard"], known["standard"])
        parts.append(_("standard: %(standard)s") % {"standard": standard})
    if "methods" in known:
        parts.append(_list(str(identity_words.METHODS.get(method, method)) for method in known["methods"]))
    if event.name in ABOUT_PAPER and "kind" in known:
        parts.append(str(letter_words.KINDS.get(known["kind"], known["kind"])))
    if event.name == brought_back.RETURNED:
        parts.append(str(WHY_RETURNED.get(event.reason, event.reason)))
    if event.name == trouble.SEEN_TO and event.reason == trouble.MOOT:
        parts.append(_("it had nothing left to say"))
    if "returned_on" in known:
        parts.append(_("came back on %(day)s") % {"day": in_words(date.fromisoformat(known["returned_on"]))})
    if "posted_on" in known:
        parts.append(_("posted on %(day)s") % {"day": in_words(date.fromisoformat(known["posted_on"]))})
    if "no_json" in known:
        parts.append(_("holds text that is no JSON: %(places)s") % {"places": _list(known["no_json"])})
    if "no_index" in known:
        parts.append(_("no index leads to %(places)s") % {"places": _list(known["no_index"])})
    if "places" in known:
        parts.append(_list(known["places"]))
    for system, kinds in _concealed(known.get("concealed", ())).items():
        title = words.system_title(place.controller, system)
        parts.append(_("the file of %(system)s carries %(kinds)s") % {"system": title, "kinds": _list(kinds)})
    if "rows" in known:
        parts.append(_("%(n)s rows") % {"n": known["rows"]})
    if "digest" in known and "evidence" in known:
        parts.append(f"{known['evidence'].partition('.')[0]} · {known['digest'][:12]}")
    if "case" in known:
        parts.append(str(known["case"]))
    if "review_on" in known:
        parts.append(
            _("to be reviewed on %(day)s") % {"day": in_words(date.fromisoformat(known["review_on"]))}
        )
    if "content_until" in known:
        day = in_words(date.fromisoformat(known["content_until"]))
        parts.append(_("content on %(day)s") % {"day": day})
    return " · ".join(parts)


def _concealed(told: Iterable[tuple[str, str, int]]) -> dict[str, list[str]]:
    """By system, what its file carries and does not show, in words."""
    found: dict[str, list[str]] = {}
    for system, kind, times in told:
        what = str(CONCEALED.get(kind, kind))
        found.setdefault(system, []).append(f"{what} ({times})" if times > 1 else what)
    return found


def _of_own_motion(event: CaseEvent) -> Iterator[str]:
    """What gave rise to it, when it was found, and what it rests on."""
    known, lang = event.references, words.page_language()
    yield str(own_motion_words.CAUSES.get(event.reason, event.reason))
    yield _("found on %(day)s") % {"day": in_words(date.fromisoformat(known["found_on"]))}
    yield law.cite_in(known["basis"], lang) if known["basis_code"] else _("Our own decision")


def _recounted(event: CaseEvent) -> Iterator[str]:
    """Why, and every date that is another one now."""
    known = event.references
    yield str(RECOUNT_REASONS.get(event.reason, event.reason))
    for name, sentence in DAYS_MOVED.items():
        if known[f"{name}_before"] != known[f"{name}_after"]:
            yield str(sentence) % _days(known, name)
    if known["due_before"] == known["due_after"]:
        yield _("our day stays %(day)s") % {"day": in_words(date.fromisoformat(known["due_after"]))}
    if known["provisional_before"] and not known["provisional_after"]:
        yield _("no longer provisional")
    yield f"{known['calendar_before']} → {known['calendar_after']}"


def _days(known: Mapping[str, str | None], name: str) -> dict[str, str]:
    """One date before and after, in words."""
    both = {side: known[f"{name}_{side}"] for side in ("before", "after")}
    return {side: in_words(date.fromisoformat(day)) if day else "–" for side, day in both.items()}


def _list(parts: Iterable[str]) -> str:
    return ", ".join(parts)
