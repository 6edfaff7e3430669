"""What is still needed to show who is asking, and why; and the ways to do it when no code arrives."""

from __future__ import annotations

import contextlib
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from identity import evidence
from portal.look.days import in_words
from portal.public.doors import of_sender, visits
from portal.public.limits import TYPING, WRITING, limited
from portal.public.page import keeps_calm, page
from portal.public.proof_forms import SIGNED, DocumentForm, FactsForm
from portal.public.statement import statement
from requests_app import law, lifecycle
from requests_app.models import Case
from requests_app.verification import account, documents, facts, need, needs
from requests_app.verification import steps as verification

NOT_KEPT = {
    "empty": later("This file is empty. Choose another"),
    "too_large": later("Choose a file of at most 8 MB"),
    "not_a_document": later("Choose a JPEG or PNG picture"),
    "too_many_pixels": later("Choose a smaller picture"),
    "too_many": later("We have enough files. A person looks at them first"),
}


@require_safe
@of_sender
@keeps_calm
def proof(request: HttpRequest, case: Case) -> HttpResponse:
    """Everything this request needs, met or not, each with its reason and the way to it."""
    if case.state != lifecycle.State.VERIFYING:
        return HttpResponseRedirect(_back(request, case))
    return page(
        request,
        "proof",
        {
            "reference": case.reference,
            "rows": [_row(request, one) for one in needs.needs_of(case)],
            "ways": _account_way(request, case) + _ways(case),
            "busy": _busy(case),
            "used_up": not facts.tries_left(case),
            "answer_by": in_words(case.due_on, "long"),
            "back_url": _back(request, case),
            "whys": _whys(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_sender
@limited(TYPING)
@keeps_calm
def tell(request: HttpRequest, case: Case) -> HttpResponse:
    """Facts to compare; the page answers alike whatever we hold, and nobody learns which of them fitted."""
    here = reverse("public:proof", args=[case.controller, case.reference])
    if case.state != lifecycle.State.VERIFYING or not facts.may_give(case):
        return HttpResponseRedirect(here)
    signs = verification.needs_declaration(case)
    wanted = _wanted(case)
    form = FactsForm(
        request.POST if request.method == "POST" else None,
        asked=[(path, _title(request, field), _hint(field.match)) for path, _c, field in facts.askable(case)],
        wanted=wanted,
        signs=signs,
    )
    if request.method == "POST" and form.is_valid():
        signed = f"{statement(case)} {form.cleaned_data[SIGNED]}" if signs else ""
        # The tries may have run out in another window; the page it leads to says so.
        with contextlib.suppress(facts.NotAsked):
            facts.give(case, form.told(), signed=signed)
        return HttpResponseRedirect(here)
    return page(
        request,
        "facts",
        {
            "form": form,
            "facts": [form[name] for name in form.paths],
            "signed": form[SIGNED] if signs else None,
            "statement": statement(case) if signs else "",
            "lead": ngettext(
                "Fill in at least %(n)s of these, whichever you have at hand.",
                "Fill in at least %(n)s of these, whichever you have at hand.",
                wanted,
            )
            % {"n": wanted},
            "tries": ngettext("%(n)s try left", "%(n)s tries left", facts.tries_left(case))
            % {"n": facts.tries_left(case)},
            "submit": _("Sign and continue") if signs else _("Continue"),
            "back_url": here,
            "whys": _whys(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_sender
@limited(WRITING)
@keeps_calm
def document(request: HttpRequest, case: Case) -> HttpResponse:
    """The last resort, only where a person asked for it after a recorded doubt."""
    here = reverse("public:proof", args=[case.controller, case.reference])
    if not documents.may_offer(case):
        return HttpResponseRedirect(here)
    consent = documents.needs_consent(case)
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = DocumentForm(*given, consent=consent)
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["document"].read(evidence.MAX_BYTES + 1)
        try:
            documents.keep(case, content, consent=form.cleaned_data.get("consent", False))
        except evidence.NotKept as refusal:
            form.add_error("document", str(NOT_KEPT[refusal.why]))
        except (documents.NotAsked, documents.NoConsent):
            return HttpResponseRedirect(here)
        else:
            return HttpResponseRedirect(here)
    last = timezone.now() + evidence.KEPT_FOR
    with timezone.override(ZoneInfo(law.regime(case.regime, case.received_on).zone)):
        return page(
            request,
            "document",
            {
                "form": form,
                "consent": form["consent"] if consent else None,
                "destroyed_by": in_words(last, "long"),
                "back_url": here,
                "whys": _whys(compared=False),
            },
        )


def _row(request: HttpRequest, one: need.Need) -> dict[str, object]:
    language = request.language
    return {
        "title": one.words.in_(language),
        "met": one.met,
        "reasons": [
            {
                "text": reason.words.in_(language),
                "citation": "" if reason.house else law.cite_in(reason.rule, language),
                "confirmed": reason.confirmed,
            }
            for reason in one.reasons
        ],
    }


def _account_way(request: HttpRequest, case: Case) -> list[dict[str, object]]:
    controller = request.controller
    if controller.account is None or not account.may_prove(case, controller):
        return []
    name = controller.text(controller.account.title, request.language)
    return [
        {
            "title": _("Sign in with your %(name)s") % {"name": name},
            "detail": _("Nothing else is asked then."),
            "url": reverse("public:account_use", args=[case.controller, case.reference]),
        }
    ]


def _ways(case: Case) -> list[dict[str, object]]:
    at = [case.controller, case.reference]
    found: list[dict[str, object]] = []
    if any(needs.may_ask(case, method) for method in need.CODES):
        found.append(
            {
                "title": _("Type the code we sent"),
                "detail": _("To the address or number you have with us."),
                "url": reverse("public:code", args=at),
            }
        )
    if facts.may_give(case) and facts.askable(case):
        found.append(
            {
                "title": _("Tell us things we can compare with our records"),
                "detail": _("An order number, a postal code: what you have at hand."),
                "url": reverse("public:facts", args=at),
            }
        )
    if documents.may_offer(case):
        found.append(
            {
                "title": _("Show a document"),
                "detail": _(
                    "With everything we do not need blacked out. It is destroyed once a person has looked."
                ),
                "url": reverse("public:document", args=at),
            }
        )
    return found


def _busy(case: Case) -> str:
    match case.waits_for:
        case "facts":
            return _("We are comparing what you told us. Look again in a minute.")
        case "document":
            return _("A person looks at your document, and destroys it afterwards.")
        case _:
            return ""


def _wanted(case: Case) -> int:
    """The least that could be enough for what is open now."""
    return 2 if needs.may_ask(case, need.TWO_POINTS) else 3


def _title(request: HttpRequest, field: object) -> str:
    return request.controller.text(field.title, request.language)


def _hint(kind: str | None) -> str:
    match kind:
        case "number":
            return _("From an order confirmation, an invoice or a delivery note.")
        case "phone":
            return _("With or without the country code.")
        case _:
            return ""


def _back(request: HttpRequest, case: Case) -> str:
    at = [case.controller, case.reference]
    if visits(request, case):
        return reverse("public:case", args=at)
    if case.state == lifecycle.State.VERIFYING:
        return reverse("public:code", args=at)
    return reverse("public:find", args=at[:1])


def _whys(*, compared: bool = True) -> list[dict[str, object]]:
    told = [
        {
            "title": _("What happens to it"),
            "text": _(
                "We compare it, and forget it at once. We keep only how many things were compared, never what."
            ),
        },
        {
            "title": _("Where the answer goes"),
            "text": _(
                "To the address we have on record. If you write from another one, a person looks first and we tell the old one."
            ),
        },
    ]
    # A document is looked at by a person; the form itself says what becomes of it.
    return told if compared else told[1:]
