"""The private page of whoever looks after a system: what is to be done there, for whom, and what came of it."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_http_methods

from portal.look.days import page_language
from portal.public.doors import of_controller
from portal.public.forms import CodeForm, Question
from portal.public.limits import TYPING, limited
from portal.public.page import keeps_calm, page
from requests_app import access, journal, subject
from requests_app.fulfilment import asked_by_hand, tasks_by_hand
from requests_app.fulfilment import steps as fulfilment
from requests_app.fulfilment.asked_by_hand import CATEGORIES
from requests_app.models import Case, Task, Work

OPENED = "tasks"
LARGEST = 25 * 1024 * 1024
BY = journal.By("system_owner")


class NumberForm(CodeForm):
    """The number from the mail."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Number from the e-mail")
        self.fields["code"].help_text = ""


HEADINGS = {
    Work.Operation.ACCESS: later("Look up what %(system)s holds about this person"),
    CATEGORIES: later("Say what kinds of information %(system)s holds about this person"),
    Work.Operation.DELETE: later("Delete what %(system)s holds about this person"),
    Work.Operation.CORRECT: later("Put right what %(system)s holds about this person"),
    Work.Operation.SET: later("Make what this person asked for hold in %(system)s"),
    Work.Operation.LIFT: later("Let this be used again in %(system)s: a restriction has ended"),
}
"""What whoever looks after the system has to do there."""
GRANTED = {
    Work.Operation.ACCESS: later("send it"),
    Work.Operation.DELETE: later("delete it"),
    Work.Operation.CORRECT: later("put it right"),
    Work.Operation.SET: later("do it"),
}
DONE = {
    Work.Operation.ACCESS: later("Found: I send it below"),
    CATEGORIES: later("Some of it is held"),
}
WRONG, RIGHT = later("It says: %(was)s"), later("Right is: %(to)s")
HOW = {
    "annotated": later("Note this beside it: %(to)s"),
    "deleted": later("Delete this: %(was)s"),
}


class AnswerForm(Question):
    """Done, nothing found, or why it cannot be done."""

    answer = forms.ChoiceField(
        label=later("What came of it?"),
        widget=forms.RadioSelect,
        choices=[
            (Task.Answer.DONE.value, later("Done")),
            (Task.Answer.NOT_FOUND.value, later("Nothing about this person found")),
            (Task.Answer.EXCEPTION.value, later("It cannot be done, or only in part")),
        ],
        error_messages={
            "required": later("Say what came of it"),
            "invalid_choice": later("Say what came of it"),
        },
    )
    held = forms.MultipleChoiceField(
        label=later("What of this is held about this person?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": later("Choose what is held"),
            "invalid_choice": later("Choose what is held"),
        },
    )
    upload = forms.FileField(
        label=later("What you found, as one file"),
        help_text=later("It goes into the copy for the person. Several files: as one ZIP, at most 25 MB."),
        error_messages={"required": later("Choose the file with what you found")},
    )
    note = forms.CharField(
        label=later("Anything we must know"),
        help_text=later("If it cannot be done, or only in part: why, and what is left."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": "4"}),
        error_messages={"required": later("Say why it cannot be done, and what is left")},
    )

    def __init__(self, *args: object, doing: str, kinds: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        (done, said), *others = AnswerForm.base_fields["answer"].choices
        self.fields["answer"].choices = [(done, DONE.get(doing, said)), *others]
        if doing == CATEGORIES:
            self.fields["held"].choices = kinds
        else:
            del self.fields["held"]
        if doing != Work.Operation.ACCESS:
            del self.fields["upload"]
        # Whoever says that something is there says what; and why, whoever says that it cannot be done.
        answer = self.data.get("answer")
        for name in {"held", "upload"} & self.fields.keys():
            self.fields[name].required = not self.is_bound or answer == Task.Answer.DONE
        self.fields["note"].required = answer == Task.Answer.EXCEPTION

    def clean_upload(self) -> object:
        """Not larger than a mail would carry."""
        upload = self.cleaned_data["upload"]
        if upload is not None and upload.size > LARGEST:
            raise forms.ValidationError(_("Choose a file of at most 25 MB"))
        return upload


@require_http_methods(["GET", "HEAD", "POST"])
@of_controller
@limited(TYPING)
@keeps_calm
def task(request: HttpRequest, token: str) -> HttpResponse:
    """Nothing is shown before the number from the mail is typed: a link scanner has only the link."""
    try:
        asked = access.task_by_link(request.controller.slug, token)
    except access.NoSuchCase:
        raise Http404 from None
    case, here = asked.work.case, reverse("public:task", args=[request.controller.slug, token])
    if not tasks_by_hand.is_open(case, asked):
        return page(request, "task_over", {"reference": case.reference, "answered": bool(asked.answer)})
    if asked.link_hash not in request.session.get(OPENED, []):
        form = NumberForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            if tasks_by_hand.open_by_number(case, asked, form.cleaned_data["code"]):
                request.session.cycle_key()
                request.session[OPENED] = [*request.session.get(OPENED, []), asked.link_hash]
                return HttpResponseRedirect(here)
            form.add_error(
                "code",
                _("This is not the number from our newest e-mail")
                if asked.wrong_numbers < tasks_by_hand.WRONG_NUMBERS - 1
                else _("Too many wrong numbers. Our next e-mail about this brings a new one"),
            )
        heading = _("Open this task")
        lead = _("Type the number that stands in the e-mail with this link.")
        return page(
            request,
            "question",
            {"form": form, "single": None, "heading": heading, "lead": lead, "back_url": "", "whys": []},
        )
    what = asked_by_hand.what_is_asked(case, asked.work, page_language())
    kinds = tasks_by_hand.kinds(case.controller, asked.work.system, page_language())
    form = AnswerForm(request.POST or None, request.FILES or None, doing=what.doing, kinds=kinds)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data.get("upload")
        fulfilment.task_answered(
            asked,
            form.cleaned_data["answer"],
            by=BY,
            note=form.cleaned_data["note"],
            upload=tasks_by_hand.Upload(given.name, given.chunks()) if given else None,
            held=form.cleaned_data.get("held", ()),
        )
        return HttpResponseRedirect(here)
    context = {
        "form": form,
        "task": asked,
        "stopped": asked.work.trouble in tasks_by_hand.STOPPED,
        "reference": case.reference,
        "heading": HEADINGS[what.doing] % {"system": what.system},
        "rows": _rows(case, what),
        "settings": what.settings,
        "decided": [(title, _verb(what.doing, choice)) for title, choice in what.decided],
    }
    return page(request, "task", context)


def _rows(case: Case, what: asked_by_hand.Asked) -> list[dict[str, object]]:
    """Whom it is about, for which right, and what is wrong where something is to be put right."""
    told = subject.read(case)
    known = [value for _kind, value in told.proved or [("", told.email), ("", told.phone)]]
    rows: list[dict[str, object]] = [
        {"term": _("Person"), "value": "\n".join(part for part in (told.name, *known) if part)},
        {"term": _("Our own motion") if case.own_motion else _("They asked"), "value": what.right},
    ]
    for one in what.corrections:
        ways = [HOW[one.how]] if one.how in HOW else [WRONG] * bool(one.was) + [RIGHT] * bool(one.to)
        said = "\n".join(str(way) % {"was": one.was, "to": one.to} for way in ways)
        rows.append({"term": one.title or _("What is wrong"), "value": said})
    return rows


def _verb(doing: str, choice: str) -> str:
    verbs = {"grant": GRANTED.get(doing, ""), "retain": _("keep it"), "withhold": _("leave it out")}
    return str(verbs.get(choice, ""))
