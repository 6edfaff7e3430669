"""Which questions somebody is asked, in order: no more than what they ask for, and for whom, makes necessary."""

from __future__ import annotations

from dataclasses import dataclass

from identity import texting
from portal.public import offers as offered
from portal.public.draft import Draft
from portal.public.forms import ContactForm, EmailForm, NameForm, Question, WhatForm, WhereForm, WrongForm
from portal.public.forms_acting import AgeForm, PersonEmailForm, PersonNameForm, RelationForm, WhoForm
from portal.public.forms_part import PartForm
from portal.public.forms_reach import SpanForm
from portal.public.forms_words import WordsForm
from requests_app import law
from requests_app.register import Controller


@dataclass(frozen=True)
class Step:
    """One question and its place in the address."""

    name: str
    field: str
    form: type[Question]
    also: str = ""
    """A second field of the same question; one of the two is enough."""

    @property
    def fields(self) -> tuple[str, ...]:
        """What it asks for."""
        return (self.field, self.also) if self.also else (self.field,)


WHAT = Step("what", "rights", WhatForm)
WRONG = Step("what-is-wrong", "correction", WrongForm)
PART = Step("which", "part", PartForm)
WORDS = Step("in-your-words", "words", WordsForm, also="about")
SPAN = Step("how-far-back", "span", SpanForm)
WHERE = Step("where", "lives_in_california", WhereForm)
WHO = Step("who", "capacity", WhoForm)
AGE = Step("age", "age", AgeForm)
RELATION = Step("how", "relation", RelationForm)
PERSON_NAME = Step("their-name", "person_name", PersonNameForm)
PERSON_EMAIL = Step("their-e-mail", "person_email", PersonEmailForm)
NAME = Step("name", "name", NameForm)
EMAIL = Step("e-mail", "email", EmailForm)
CONTACT = Step("e-mail", "email", ContactForm, also="phone")
STEPS = frozenset(
    step.name
    for step in (
        WHAT,
        WRONG,
        PART,
        WORDS,
        SPAN,
        WHERE,
        WHO,
        AGE,
        RELATION,
        PERSON_NAME,
        PERSON_EMAIL,
        NAME,
        EMAIL,
    )
)
"""Every question there is, asked of anybody or not."""


def steps_of(controller: Controller, draft: Draft, at: str = "") -> list[Step]:
    """The questions this controller asks of somebody who has answered so far, in order.

    What needs no proof is asked for with an address alone; that it is for another is a question only for
    whoever goes there (``at``, the place of a question in the address).
    """
    capacity = capacity_of(controller, draft)
    # Before anything is chosen the longest way is counted.
    codes = draft.rights or [right.code for right in controller.rights]
    correcting = any(offer.right.operation == "correct" for offer in offered.chosen(controller, draft.rights))
    proof = asks_proof(controller, draft)
    reaching = [SPAN] if offered.spans(controller, draft.rights) else []
    own_words = [WORDS] if any(o.right.in_words for o in offered.chosen(controller, draft.rights)) else []
    which = [PART] if offered.parts(controller, draft.rights) else []
    steps = [WHAT, *([WRONG] if correcting else []), *which, *own_words, *reaching]
    if proof and offered.asks_where(controller):
        steps.append(WHERE)
    others_may = len(ways(controller, codes)) > 1 and (proof or at == WHO.name)
    if others_may or draft.text(WHO.field) not in ("", law.SELF):
        steps.append(WHO)
    if capacity and capacity.ages:
        steps.append(AGE)
    if relations(controller, codes):
        steps.append(RELATION)
    if capacity and capacity.for_another:
        return [*steps, PERSON_NAME, PERSON_EMAIL, NAME, EMAIL]
    reached = CONTACT if controller.calling_code and texting.available() else EMAIL
    return [*steps, *([NAME] if proof else []), reached]


def asks_proof(controller: Controller, draft: Draft) -> bool:
    """Whether anything asked for is given to nobody who has not shown who they are."""
    chosen = offered.chosen(controller, draft.rights)
    return not chosen or any(offer.right.standard.level is not law.Level.NONE for offer in chosen)


def first_missing(controller: Controller, steps: list[Step], draft: Draft) -> Step | None:
    """The first of these that has no answer, or one that no longer fits what is asked for."""
    return next((step for step in steps if not _is_answered(controller, step, draft)), None)


def ways(controller: Controller, codes: list[str]) -> list[law.Capacity]:
    """In which capacities all of these rights may be asked for, in the order in which the law lists them."""
    by_regime: dict[str, list[offered.Offer]] = {}
    for offer in offered.chosen(controller, codes):
        by_regime.setdefault(offer.regime.code, []).append(offer)
    lists = [
        chosen[0].regime.capacities_for([offer.code for offer in chosen]) for chosen in by_regime.values()
    ]
    if not lists:
        return []
    everywhere = set.intersection(*({way.code for way in found} for found in lists))
    return [way for way in lists[0] if way.code in everywhere]


def capacity_of(controller: Controller, draft: Draft) -> law.Capacity | None:
    """The capacity chosen, if it still fits; oneself where nothing else could be, or nothing else was said."""
    found = ways(controller, draft.rights)
    unasked = len(found) == 1 or not asks_proof(controller, draft)
    chosen = draft.text(WHO.field) or (law.SELF if unasked else "")
    return next((way for way in found if way.code == chosen), None)


def relations(controller: Controller, codes: list[str]) -> tuple[law.Relation, ...]:
    """The ways of having come into the systems to choose from; none where nothing is looked up with a proof."""
    checked = [
        offer
        for offer in offered.chosen(controller, codes)
        if offer.right.standard.level is not law.Level.NONE
    ]
    return checked[0].regime.relations if checked else ()


def authorities(controller: Controller, draft: Draft) -> list[law.Authority]:
    """What acting for another needs, for each right asked; empty for oneself."""
    capacity = capacity_of(controller, draft)
    if capacity is None or not capacity.for_another:
        return []
    offers = offered.chosen(controller, draft.rights)
    found = [offer.regime.capacity(capacity.code).authority(offer.code) for offer in offers]
    return [grant for grant in found if grant]


def _is_answered(controller: Controller, step: Step, draft: Draft) -> bool:
    answer = draft.answers.get(step.field)
    if step is WHO:
        return capacity_of(controller, draft) is not None
    if step is AGE:
        capacity = capacity_of(controller, draft)
        return bool(capacity) and any(age.code == answer and not age.acts_alone for age in capacity.ages)
    if step is WORDS:
        return bool(answer)
    return any(draft.answers.get(name) for name in step.fields)
