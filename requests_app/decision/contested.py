"""What a person says is wrong, and the questions that must be answered before it may be put right."""

from __future__ import annotations

from dataclasses import dataclass

from requests_app import law, register, subject
from requests_app.law import Words
from requests_app.models import Case, Determination
from requests_app.register.inventory import Collection, Field
from requests_app.register.inventory import Holding as Declared

Choice = Determination.Choice
HOW, FIELD, WAS, TO = "correct.how", "correct.field", "correct.was", "correct.to"
WAYS = {
    "corrected": Words("Put it right", "更正"),
    "annotated": Words("Note the dispute beside it", "在旁边注明异议"),
    "deleted": Words("Delete the value instead", "改为删除该信息"),
}


@dataclass(frozen=True)
class Claim:
    """The contested value, as the person put it; every part may be empty."""

    field: str = ""
    """``collection.field`` of the inventory."""
    was: str = ""
    to: str = ""
    why: str = ""


def claim_of(case: Case) -> Claim:
    """What came with the request."""
    told = subject.read(case).details
    return Claim(told.get(FIELD, ""), told.get(WAS, ""), told.get(TO, ""), told.get("correct.why", ""))


def concerns(case: Case, declared: Declared) -> bool:
    """Whether the holding can hold what is contested."""
    collection = _collection(case, declared)
    named = claim_of(case).field
    names = [f"{collection.name}.{path}" for path, _field in editable(collection, declared)]
    # Whoever names no field, or one that is nowhere, leaves it to the handler to find.
    known = {
        f"{other.name}.{path}"
        for other in register.controller(case.controller).inventory.collections()
        for path, field in other.parts()
        if field.editable
    }
    return named in names if named in known else bool(names)


def editable(collection: Collection, declared: Declared) -> list[tuple[str, Field]]:
    """Fields of the holding that a person may have corrected, and parts of its documents, by path."""
    parts = (part for name in declared.fields for part in collection.fields[name].parts(name))
    return [(path, field) for path, field in parts if field.editable]


def questions(case: Case, declared: Declared) -> tuple[law.Question, ...]:
    """What granting a correction needs: which value, how, what stands there and what is right."""
    controller = register.controller(case.controller)
    collection, claim = _collection(case, declared), claim_of(case)
    fields = editable(collection, declared)
    named = next((path for path, _field in fields if f"{collection.name}.{path}" == claim.field), None)
    ways = [way for way in WAYS if way != "annotated" or collection.dispute_column]
    why = Words(f" They say: {claim.why}", f"本人说明：{claim.why}") if claim.why else Words()
    return (
        law.Question(
            FIELD,
            Words("Which information is contested?", "有异议的是哪一项？"),
            "choice",
            tuple(
                law.Choice(path, Words(controller.text(f.title, "en"), controller.text(f.title, "zh-Hans")))
                for path, f in fields
            ),
            suggested=named,
        ),
        law.Question(
            HOW,
            Words(f"What shall be done?{why.en}", f"如何处理？{why.zh}"),
            "choice",
            tuple(law.Choice(way, WAYS[way]) for way in ways),
        ),
        law.Question(
            WAS,
            Words(
                "What is said to be wrong, exactly as it stands there", "被指有误的内容（与系统中完全一致）"
            ),
            "text",
            suggested=claim.was or None,
        ),
        law.Question(
            TO,
            Words("What is right, or what is to be noted", "正确内容或需注明的内容"),
            "text",
            suggested=claim.to or None,
        ),
    )


def missing(asked: tuple[law.Question, ...], answers: dict[str, str]) -> list[str]:
    """Keys of the questions that granting needs and nobody has answered, or not from the list."""
    open_: list[str] = []
    for question in asked:
        given = answers.get(question.key, "")
        if question.key == WAS or (question.key == TO and answers.get(HOW) == "deleted"):
            continue
        if not given or (question.choices and given not in {choice.value for choice in question.choices}):
            open_.append(question.key)
    return open_


def _collection(case: Case, declared: Declared) -> Collection:
    inventory = register.controller(case.controller).inventory
    return inventory.systems[declared.system].collections[declared.collection]
