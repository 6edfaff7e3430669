"""No exemption without its facts, its evidence and its approver, whichever way it is asked for; and each use on record."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings as conf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from identity.models import User
from requests_app import journal, law, rules
from requests_app.archive.purge import purge
from requests_app.decision import determine, evidence, suggest, use
from requests_app.decision.problem import NotAllowed
from requests_app.lifecycle import ANSWER, APPROVE, FULFIL, Outcome
from requests_app.models import Case, Holding, Paper
from tests.staff.people import at_desk, hire
from tests.staff.scenes import LAW, assessing

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF"
GROUNDS = {code: e for code, e in law.regime("pipl").exemptions.items() if code.startswith("CN_POLICY_")}


@pytest.fixture(autouse=True)
def _vault(tmp_path: Path, settings) -> None:
    settings.PORTAL_VAULT = tmp_path


@pytest.fixture
def olu() -> User:
    return hire("Olu", "mimap", "mipmap")


def right_for(exemption: law.Exemption) -> str:
    """One of its rights that the pack offers."""
    return next(
        r for r in ("CN_DELETE", "CN_COPY", "CN_ACCESS", "DELETE", "KNOW_PCS") if r in exemption.rights
    )


def settled_but_one(case: Case, by: User) -> determine.Advice:
    """Everything granted but the first holding with rows."""
    first, *others = [a for a in determine.advise(case) if a.holding.found]
    for advice in others:
        determine.decide(case, advice.holding, by=by, choice="grant", answers={})
    return first


def answers_of(exemption: law.Exemption) -> dict[str, str]:
    """Every question answered as it must be."""
    said = {
        "yes_no": "yes",
        "date": "2031-01-31",
        "citation": LAW,
        "text": "as the file says",
        "choice": "no",
    }
    return {q.key: ("no" if q.must_be is False else said[q.kind]) for q in exemption.facts}


def use_exemption(case: Case, advice: determine.Advice, code: str, by: User, answers: dict[str, str]) -> None:
    kind = "retain" if case.right in ("DELETE", "CN_DELETE") else "withhold"
    determine.decide(case, advice.holding, by=by, choice=kind, exemption=code, answers=answers)


@pytest.mark.parametrize("code", [code for code, e in GROUNDS.items() if e.effect != "blocked"])
def test_a_ground_of_the_policy_needs_its_facts_and_its_evidence(code: str, olu: User) -> None:
    ground = GROUNDS[code]
    case = assessing("mipmap", right=right_for(ground))
    advice, answers = settled_but_one(case, olu), answers_of(ground)
    assert ground.evidence and all(g.exemption.code != code for g in advice.assessment.grounds)
    for lacking in answers:
        use_exemption(case, advice, code, olu, {k: v for k, v in answers.items() if k != lacking})
        with pytest.raises(NotAllowed, match=lacking.replace(".", r"\.")):
            determine.propose(case, by=olu)
    use_exemption(case, advice, code, olu, answers | {piece.key: "yes" for piece in ground.evidence})
    assert {"no_evidence"} == {problem for _field, problem in determine.problems(case)}
    with pytest.raises(NotAllowed):
        determine.propose(case, by=olu)
    for piece in ground.evidence:
        evidence.attach(case, piece.key, by=olu, name="x.pdf", content=PDF)
    determine.propose(case, by=olu)
    assert set(determine.roles_needed(case)) >= {"privacy_lead", ground.approver}


def test_a_blocked_ground_is_refused_on_the_page_and_behind_it(olu: User) -> None:
    blocked = [(r, e) for r in law.REGIMES for e in r.exemptions.values() if e.effect == "blocked"]
    assert {e.code for _r, e in blocked} == {"CN_STATE", "CN_POLICY_6"}
    for _regime, ground in blocked:
        case = assessing("mipmap", right=right_for(ground))
        advice = settled_but_one(case, olu)
        with pytest.raises(NotAllowed, match="exemption"):
            use_exemption(case, advice, ground.code, olu, {})
        here = reverse("staff:decide", args=["mipmap", case.reference])
        choice = {f"{advice.holding.holding_key}.choice": f"withhold:{ground.code}", "act": "propose"}
        assert at_desk(olu).post(here, choice).status_code == 400
        case.refresh_from_db()
        assert case.state == "assessing"


def test_a_foreign_authority_never_carries_a_refusal(olu: User) -> None:
    ground = GROUNDS["CN_POLICY_3"]
    case = assessing("mipmap", right="CN_DELETE")
    advice = settled_but_one(case, olu)
    answers = answers_of(ground) | {"CN_POLICY_3.domestic": "no"}
    use_exemption(case, advice, ground.code, olu, answers | {p.key: "file 12, safe" for p in ground.evidence})
    with pytest.raises(NotAllowed):
        determine.propose(case, by=olu)
    assert "defeated" in {problem for _field, problem in determine.problems(case)}


def test_in_bulk_nothing_open_is_decided_and_no_ground_of_the_policy_ever(olu: User) -> None:
    case = assessing("mipmap", right="CN_DELETE")
    suggest.follow(case, by=olu)
    chosen = {a.determination.exemption for a in determine.advise(case) if a.determination}
    assert not any(code.startswith("CN_POLICY") for code in chosen)
    declared = law.HoldingFacts(
        "a", "D", rows=1, retention=law.RetentionFacts("CN_POLICY_8", "E-Commerce Law art. 31", 36)
    )
    found = law.assess(law.regime("pipl"), "CN_DELETE", declared, {})
    assert [g.exemption.code for g in found.grounds] == ["CN_RETAIN"]


def test_two_approvers_are_two_people_and_counsel_is_one_of_them(olu: User) -> None:
    case = assessing("mipmap", right="CN_COPY")
    advice, ground = settled_but_one(case, olu), GROUNDS["CN_POLICY_4"]
    proofs = {piece.key: "file 12, safe" for piece in ground.evidence}
    use_exemption(case, advice, ground.code, olu, answers_of(ground) | proofs)
    determine.propose(case, by=olu)
    pia, cora = hire("Pia", "mipmap"), hire("Cora", "mipmap")
    signs = {"seen_digest": determine.digest(case), "typed_reference": case.reference}
    assert determine.approve(case, by=pia, **signs) is False
    with pytest.raises(NotAllowed):
        determine.approve(case, by=pia, **signs)
    with pytest.raises(NotAllowed):
        determine.approve(case, by=hire("Pia", "mipmap"), **signs)
    assert determine.approve(case, by=cora, **signs) is True


def test_every_use_records_what_the_rulebook_names(olu: User) -> None:
    case = assessing("mipmap", right="CN_COPY")
    advice, ground = settled_but_one(case, olu), GROUNDS["CN_POLICY_7"]
    use_exemption(case, advice, ground.code, olu, answers_of(ground))
    paper = evidence.attach(case, "CN_POLICY_7.secret", by=olu, name="商业秘密.pdf", content=PDF)
    determine.propose(case, by=olu)
    kept = next(a.determination for a in determine.advise(case) if a.holding.pk == advice.holding.pk)
    said = use.read(case, kept)
    assert said["codes"] == ["CN_POLICY_7"] and said["fields"] == list(advice.declared.fields)
    assert said["facts"]["CN_POLICY_7.not_own"] == "yes" and said["letter"] == [
        ground.letter.in_(case.language)
    ]
    assert said["evidence"][0]["papers"] == [{"paper": paper.pk, "digest": paper.digest}]
    assert said["approvers"] == ["privacy_lead", "counsel"] and said["confirmed"] is False
    assert kept.review_on == said["review_on"] > case.received_on
    file, desk = reverse("staff:case", args=["mipmap", case.reference]), at_desk(olu)
    page = desk.get(file).content.decode()
    assert ground.title.en in page and "to be reviewed on" in page
    # It stays readable when the inventory no longer has what it was used for.
    Holding.objects.filter(pk=advice.holding.pk).update(holding_key="shop.gone")
    assert f"shop.gone · {ground.title.en}" in desk.get(file).content.decode()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("a.exe", b"\x89PNG\r\n\x1a\n0000", "image/png"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("笔记.txt", "存放于三号柜".encode(), "text/plain"),
        ("a.pdf", b"MZ\x90\x00\x03\x00\x00\x00\xff\xff", None),
        ("a.txt", b"\x00\x01", None),
        ("a.pdf", b"", None),
    ],
)
def test_a_paper_is_known_by_its_content(name: str, content: bytes, kind: str | None) -> None:
    assert evidence.type_of(content) == kind, name


def test_a_paper_is_sealed_listed_bound_into_the_approval_and_destroyed_with_the_case(olu: User) -> None:
    case = assessing("mipmap", right="CN_COPY", by=olu)
    advice, ground = settled_but_one(case, olu), GROUNDS["CN_POLICY_7"]
    use_exemption(case, advice, ground.code, olu, answers_of(ground))
    before, secret = determine.digest(case), b"the recipe of Dana's soup"
    desk, here = at_desk(olu), reverse("staff:decide", args=["mipmap", case.reference])
    field = f"{advice.holding.holding_key}.CN_POLICY_7.secret.paper"
    refused = desk.post(here, {"act": "save", field: SimpleUploadedFile("x.pdf", b"MZ\x90\x00\xff")})
    assert refused.status_code == 400 and not Paper.objects.exists()
    desk.post(here, {"act": "save", field: SimpleUploadedFile("recipe.pdf", secret, "application/pdf")})
    paper = Paper.objects.get()
    assert determine.digest(case) != before and paper.content_type == "text/plain"
    (file,) = [path for path in Path(conf.PORTAL_VAULT).rglob("*") if path.is_file()]
    assert secret not in file.read_bytes() and b"recipe" not in bytes(paper.sealed_name)
    added = case.events.get(name="evidence_added")
    assert added.references["digest"] == paper.digest and "recipe" not in str(added.references)
    _is_handed_out_for_a_reason_only(desk, case, paper, secret)
    determine.propose(Case.objects.get(pk=case.pk), by=olu)
    case.refresh_from_db()
    with pytest.raises(NotAllowed):
        evidence.remove(case, paper, by=olu)
    for move in (APPROVE, FULFIL):
        journal.advance(case, move, by=journal.PIPELINE)
    journal.advance(case, ANSWER, by=journal.PIPELINE, outcome=Outcome.GRANTED_IN_PART)
    purge(case)
    assert not file.exists() and not Paper.objects.exists()


def _is_handed_out_for_a_reason_only(desk: Client, case: Case, paper: Paper, secret: bytes) -> None:
    where = reverse("staff:paper", args=["mipmap", case.reference, paper.pk])
    assert desk.get(where).status_code == 403
    desk.post(reverse("staff:reveal", args=["mipmap", case.reference]), {"reason": "counsel"})
    answer = desk.get(where)
    assert answer.content == secret and answer["Content-Disposition"].startswith("attachment")
    assert at_desk(hire("Olu", "mimap")).get(where).status_code == 404


def test_where_nothing_is_claimed_the_usable_grounds_are_the_rulebooks() -> None:
    case = assessing("mipmap", right="CN_DELETE")
    assert [e.code for e in rules.exemptions(case)] == [
        e.code for e in law.regime("pipl").exemptions_for("CN_DELETE")
    ]
