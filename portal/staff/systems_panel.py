"""What each system did and said: the panel of the case file, which is asked for anew while anything is at work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from portal.look.days import moment_in_words, page_language
from portal.staff import progress, recipients, texts, trouble_words, words
from portal.staff.doors import Place, staff_page
from requests_app import law, worklist
from requests_app.decision import determine
from requests_app.fulfilment import checkpoint, rounds, tasks_by_hand
from requests_app.lifecycle import SEND_LETTER_BACK, State
from requests_app.models import Case, CaseEvent, Holding, Work
from requests_app.register.inventory import System
from requests_app.response import naming
from requests_app.response.steps import waits_for_a_look

Row = dict[str, object]
DID = {
    Work.Operation.SEARCH: later("Searched"),
    Work.Operation.ACCESS: later("Read"),
    Work.Operation.DELETE: later("Erased and read back"),
    Work.Operation.CORRECT: later("Corrected and read back"),
    Work.Operation.SET: later("Set and read back"),
    Work.Operation.LIFT: later("Set back and read back"),
}
BY_HAND = {
    "done": later("Done by hand; nothing was read back"),
    "not_found": later("Nothing is there, says whoever looks after it"),
    "processor": later("Done, says the processor"),
    "processor_kept": later("Done, says the processor, but for what it is to keep"),
    "processor_none": later("Nothing is there, says the processor"),
}
"""What others say that they did, by the answer."""
NOTES = {
    "masked_not_null": later("a column could not be emptied, so what stood there was replaced"),
    "link_kept": later("a reference to another row had to stay"),
    "kept_for_reference": later("rows that others refer to were emptied, not deleted"),
    "kept_shared": later("rows that belong to somebody else as well were left alone"),
    "kept_joint": later("of rows that name somebody else too, only what names this person was taken out"),
    "key_kept": later("a key that tells who it is had to stay, as rows are known by it"),
}
"""What an erasure left otherwise than its rule says, and why."""
OFTEN, SELDOM = 3, 30
"""Seconds until the panel asks again: where something is at work now, and where the next try is further off."""
NOW = timedelta(minutes=1)
FAR = timedelta(hours=2)
"""What is put off longer than any retry, as while an account cools off, is not waited for on an open page."""


@staff_page(unattended=True)
def show(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """The panel alone, for the page that has it open; ``state`` is the one that page was drawn in."""
    works = list(case.works.defer("sealed").order_by("pk"))
    held = list(case.holdings.order_by("pk"))
    context = panel(place, case, works, held, next(iter(texts.counted(case)), None))
    # Where the whole panel is replaced, the rest of the page is still as old as it was.
    drawn = request.GET.get("state", case.state)
    drawn = drawn if drawn in tuple(State) else case.state
    moved = drawn != case.state
    context |= {"place": place, "case": {"reference": case.reference, "state": drawn}, "moved": moved}
    return render(request, "staff/systems_panel.html", context)


def panel(
    place: Place, case: Case, works: list[Work], held: list[Holding], counts: Mapping[str, int] | None,
    chain: list[CaseEvent] | None = None,
) -> Row:  # fmt: skip
    """What the panel prints; ``counts`` of the texts that people read before a copy leaves.

    ``chain``: the case's journal, where a page has read it anyway.
    """
    seen = [progress.Seen(one.case_id, one.system, one.operation, one.round, one.status) for one in works]
    return {
        "systems": lines(place, works, held, kinds=tasks_by_hand.asks_whether_held(case)),
        "system_states": progress.states(place.controller, case, seen),
        "asks_again": pace(case, works, chain),
        "recipients": recipients.rows(place, case, works),
        "texts": texts.row(place, case, counts),
        "names_others": place.works() and waits_for_a_look(case) is not None,
        "may_take_back": place.may(case, SEND_LETTER_BACK) and determine.is_shown(case),
    }


def pace(case: Case, works: list[Work], chain: list[CaseEvent] | None = None) -> int | None:
    """After how many seconds the panel may say something else; ``None`` where only a person moves anything."""
    now = timezone.now()
    ahead = [
        one.next_try_at - now
        for one in works
        if one.next_try_at
        and one.status != Work.Status.CONFIRMED
        and (case.state in {State.ASSESSING, State.FULFILLING} or one.operation == Work.Operation.LIFT)
    ]
    if ahead:
        return OFTEN if min(ahead) < NOW else SELDOM if min(ahead) < FAR else None
    if case.state not in {State.ASSESSING, State.FULFILLING}:
        return None
    if case.waits_for not in {"", "systems"}:
        return None
    # Approved or taken up a moment ago: the work is opened by the next worker.
    round_ = rounds.round_of(case, chain) if case.state == State.FULFILLING else 1
    searching = case.state == State.ASSESSING
    opened = any(
        one.round >= round_ and (one.operation == Work.Operation.SEARCH) == searching for one in works
    )
    return None if opened else OFTEN


def lines(place: Place, works: list[Work], held: list[Holding], *, kinds: bool) -> list[Row]:
    """One for each system of the inventory, by the newest work for it.

    ``kinds``: whether a person is asked only which kinds of data it holds.
    """
    newest: dict[str, Work] = {}
    for work in works:
        newest[work.system] = work
    whole, known = newest.get("*"), place.controller.inventory.systems
    # One row may stand in several holdings, and is one row all the same.
    told = {one["system"]: one["count"] for one in (whole.result.get("systems", ()) if whole else ())}
    found = {holding.system: told[holding.system] for holding in held if holding.system in told}
    # What was approved in a system that the inventory describes no longer waits there to be carried out.
    gone = [
        key for key, work in newest.items() if key not in known and work.trouble.endswith(checkpoint.LEFT)
    ]
    rows = []
    for key in (*known, *gone):
        work = newest.get(key) or whole
        task = work.pk if work and _is_task(work) and place.works() else None
        rows.append(
            {
                "key": key,
                "title": words.system_title(place.controller, key),
                "detail": _told(place, work, key) + (_file_words(work, known[key]) if key in known else ""),
                "notes": _notes(place, work, key),
                "state": _state(work, key),
                "side": ngettext("%(n)s row", "%(n)s rows", found[key]) % {"n": found[key]}
                if key in found
                else "",
                "task": task,
                "kinds": _kinds(place, key, task) if kinds and task else None,
                "again": work.pk
                if work and _state(work, key) == "failed" and not _is_task(work) and place.works()
                else None,
            }
        )
    return rows


def _kinds(place: Place, key: str, task: int) -> Row:
    return {
        "name": "held", "id": f"id_held_{task}", "kind": "checkboxes",
        "label": _("What of this is held about this person?"),
        "choices": tasks_by_hand.kinds(place.slug, key, words.page_language()),
    }  # fmt: skip


def _notes(place: Place, work: Work | None, key: str) -> list[str]:
    """What could not be treated as its rule says, by collection; as :class:`requests_app.systems.plan.Note` has it."""
    system = place.controller.inventory.systems.get(key)
    collections = system.collections if system else {}
    found = []
    for note in work.result.get("notes", ()) if work else ():
        name, _colon, why = note.partition(":")
        if why in NOTES:
            title = (
                place.controller.text(collections[name].title, words.page_language())
                if name in collections
                else name
            )
            found.append(_("%(table)s: %(note)s") % {"table": title, "note": NOTES[why]})
    return found


def _file_words(work: Work | None, system: System) -> str:
    """That nothing looked for other people in what was sent, where only a person can and none is asked to."""
    ending = str(work.result.get("ending", "")) if work and work.result.get("file") else None
    if ending is None or naming.is_text(ending) or system.redact_files:
        return ""
    return " · " + _("a file that cannot be searched for other people: look before it leaves")


def _is_task(work: Work) -> bool:
    """Whether a person is to do it, and has not said that it is done."""
    return work.next_try_at is None and work.attempts == 0 and work.status != Work.Status.CONFIRMED


def _state(work: Work | None, key: str) -> str:
    if work is None or _waits_for_another(work, key):
        return "waiting"
    untouched = "hand" if work.attempts else "waiting"
    return {Work.Status.CONFIRMED: "done", Work.Status.FAILED: "failed"}.get(work.status, untouched)


def _waits_for_another(work: Work, key: str) -> bool:
    """Whether the search failed in other systems only; it is one search, and is made again in all."""
    return work.status == Work.Status.FAILED and key not in work.result.get("silent", {key: ""})


def _told(place: Place, work: Work | None, key: str) -> str:
    if work is None:
        return _("Not asked yet")
    if work.status == Work.Status.CONFIRMED and work.confirmed_at:
        told = f"{_done(work)} · {moment_in_words(work.confirmed_at, 'short')}"
        if since := work.result.get("came_since"):
            rows = ngettext("%(n)s row came since the approval", "%(n)s rows came since the approval", since)
            return f"{told} · {rows % {'n': since}}"
        return told
    if _waits_for_another(work, key):
        return _("Searched again once every system answers")
    if work.status == Work.Status.FAILED:
        return f"{_why(place, work, key)} · {_what_next(work)}"
    if whom := work.result.get(worklist.WAITS_FOR):
        titles = (str(words.system_title(place.controller, other)) for other in whom)
        between = law.LISTING.in_(page_language())
        return _("Waits until these are done: %(systems)s") % {"systems": between.join(titles)}
    if work.next_try_at is None and work.operation == Work.Operation.LIFT and work.started_at is None:
        # Nobody was written to, as nobody is named: whoever works the case sees to it.
        return _("To be set back by hand; then note it here")
    if work.next_try_at is None:
        return _("A person was asked to do it")
    if work.attempts and work.started_at:
        return _("At work since %(moment)s") % {"moment": moment_in_words(work.started_at, "short")}
    return _("Waiting for its turn")


def _done(work: Work) -> str:
    """What was done, and whether it was read back: nobody read back what a person or a processor did."""
    if work.result.get("overtaken"):
        return _("Laid down: the decision it rests on holds no longer")
    if by_hand := str(work.result.get("by_hand", "")):
        return str(BY_HAND.get(by_hand, BY_HAND["done"]))
    return str(DID[work.operation])


def _why(place: Place, work: Work, key: str) -> str:
    if silent := work.result.get("silent"):
        return trouble_words.of_reason(silent[key]) or trouble_words.of_work(work.trouble.partition(":")[0])
    told = trouble_words.of_work(work.trouble)
    through = work.trouble.partition(": ")[2].partition(": ")[0]
    if through in place.controller.inventory.systems and through != key:
        # It is found by what stands there, so that is where to look.
        return f"{words.system_title(place.controller, through)}: {told}"
    return told


def _what_next(work: Work) -> str:
    if work.next_try_at is None and work.trouble.endswith(checkpoint.LEFT):
        return _("Then try again.")
    if work.next_try_at is None and work.trouble in tasks_by_hand.STOPPED:
        return _("It goes on by itself once that has ended")
    if work.next_try_at is None:
        return _("A person must act: put it right there or here, then try again.") if work.attempts else _(
            "A person must act: settle it with whoever looks after it, then note it here."
        )  # fmt: skip
    return _("next try %(moment)s") % {"moment": moment_in_words(work.next_try_at, "short")}
