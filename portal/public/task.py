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
from requests_app.fulfilment import steps as fulfilment
from requests_app.fulfilment import tasks_by_hand
from requests_app.models import Task, Work

OPENED = "tasks"
LARGEST = 25 * 1024 * 1024
BY = journal.By("system_owner")


class NumberForm(CodeForm):
    """The number from the mail."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Number from the e-mail")
        self.fields["code"].help_text = ""


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
    note = forms.CharField(
        label=later("Anything we must know"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": "4"}),
    )
    upload = forms.FileField(label=later("What you found, as one file"), required=False)

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
        return page(request, "task_over", {"reference": case.reference})
    if asked.link_hash not in request.session.get(OPENED, []):
        form = NumberForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            if tasks_by_hand.open_by_number(case, asked, form.cleaned_data["code"]):
                request.session.cycle_key()
                request.session[OPENED] = [*request.session.get(OPENED, []), asked.link_hash]
                return HttpResponseRedirect(here)
            form.add_error("code", _("This is not the number from our newest e-mail"))
        heading = _("Open this task")
        lead = _("Type the number that stands in the e-mail with this link.")
        return page(
            request,
            "question",
            {"form": form, "single": None, "heading": heading, "lead": lead, "back_url": "", "whys": []},
        )
    form = AnswerForm(request.POST or None, request.FILES or None)
    whether = tasks_by_hand.asks_whether_held(case)
    if asked.work.operation != Work.Operation.ACCESS or whether:
        del form.fields["upload"]
    if whether:
        (done, _done), *others = AnswerForm.base_fields["answer"].choices
        form.fields["answer"].choices = [(done, _("Some of it is held")), *others]
        # Only whoever says that something is held must say what.
        form.fields["held"].required = not form.is_bound or form.data.get("answer") == done
        form.fields["held"].choices = tasks_by_hand.kinds(case.controller, asked.work.system, page_language())
    else:
        del form.fields["held"]
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
    told = subject.read(case)
    what = tasks_by_hand.what_is_asked(case, asked.work)
    verbs = {"grant": _("do it"), "retain": _("keep"), "withhold": _("leave out")}
    context = {
        "form": form,
        "task": asked,
        "stopped": asked.work.trouble in tasks_by_hand.STOPPED,
        "reference": case.reference,
        "right": what["right"],
        "system": what["system"],
        "who": [
            part
            for part in (told.name, *(value for _kind, value in told.proved or [("", told.email)]))
            if part
        ],
        "decided": [(title, verbs.get(choice, "")) for title, choice in what["decided"]],
    }
    return page(request, "task", context)
