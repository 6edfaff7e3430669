"""What a person put right by themselves is decided already: the rules see to it that it is theirs to decide."""

from __future__ import annotations

import json

from django.utils import timezone

from identity import sealing
from requests_app import doubts, lifecycle, register, subject
from requests_app.decision.contested import FIELD, HOW, TO
from requests_app.models import SELF_MADE, Case, Determination

ROW = "correct.row"
"""As ``fulfilment.correct`` reads it."""


def decide(case: Case) -> bool:
    """Whether the case goes on without anybody of ours; what staff took back, or anything doubtful, is theirs to decide."""
    made = set(
        case.events.filter(name__in=[SELF_MADE, lifecycle.AT_ONCE.name]).values_list("name", flat=True)
    )
    if made != {SELF_MADE} or doubts.block_release(case):
        return False
    told = subject.read(case).details
    place, _dot, name = told.get(FIELD, "").partition(".")
    answers = {FIELD: name, HOW: "corrected", TO: told.get(TO, ""), ROW: told.get(ROW, "")}
    sealed = sealing.seal(case.key, json.dumps(answers, ensure_ascii=False).encode(), "answers")
    inventory = register.controller(case.controller).inventory
    theirs = [
        holding.pk
        for holding in case.holdings.filter(found__gt=0)
        if (declared := inventory.holding(holding.holding_key)).collection == place
        and name in declared.fields
        and inventory.systems[declared.system].collections[place].fields[name].self_edit
    ]
    if not theirs or not answers[ROW]:
        return False
    decided = Determination.objects.filter(holding__in=theirs)
    decided.update(choice=Determination.Choice.GRANT, sealed_answers=sealed, decided_at=timezone.now())
    return True
