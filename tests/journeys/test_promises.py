"""Every promise of the two policies leads to the page that keeps it, or to the company; ours to a test or a person."""

from __future__ import annotations

import ast
import re
import tomllib
from html import unescape
from pathlib import Path

import pytest

from requests_app import register
from tests.public.conftest import Visitor
from tests.stack import ROOT

pytestmark = pytest.mark.django_db
PROMISES = tomllib.loads(Path(__file__).with_name("promises.toml").read_text(encoding="utf-8"))["promises"]
COMPANY = "company"
SPEAKS_OF_IT = re.compile(
    r"\b(we will (?!collect|store|not be able)|promise|(?<!send )you may (?!need)|you can |you have the right|please contact)",
    re.I,
)
"""How the policies say what we will do, and what people may. What is collected, and when we cannot answer, is no promise."""
TAG = re.compile(r"<(style|svg|head)\b.*?</\1>|<[^>]+>", re.S)


def _policy(slug: str) -> str:
    return " ".join(register.controller(slug).policy("en").read().split())


def _words(html: str) -> str:
    return " ".join(unescape(TAG.sub(" ", html)).split())


@pytest.mark.parametrize("promise", PROMISES, ids=lambda p: f"{p['controller']}: {p['sentence'][:40]}")
def test_a_promise_is_the_policys_own_sentence_and_is_kept(promise: dict[str, str]) -> None:
    assert promise["sentence"] in _policy(promise["controller"])
    if promise["kept_by"] == COMPANY:
        assert promise.keys() == {"controller", "sentence", "kept_by"}
        return
    path = promise["kept_by"]
    assert path.startswith(f"/{promise['controller']}/")
    page = Visitor(promise["controller"], "en").get(path)
    assert page.status_code == 200 and promise["shows"] in _words(page.content.decode())


def test_no_promise_stands_there_twice() -> None:
    known = [(promise["controller"], promise["sentence"]) for promise in PROMISES]
    assert len(known) == len(set(known))
    assert {slug for slug, _ in known} == {controller.slug for controller in register.controllers()}


@pytest.mark.parametrize("slug", ["mimap", "mipmap"])
def test_no_sentence_that_promises_something_is_missing(slug: str) -> None:
    known = [promise["sentence"] for promise in PROMISES if promise["controller"] == slug]
    sentences = re.split(r"(?<=[.:;])\s+(?=[A-Z(*\-#\d])", _policy(slug))
    promising = [one for one in sentences if SPEAKS_OF_IT.search(one)]
    assert len(promising) > 15
    assert [one for one in promising if not any(k in one or one in k for k in known)] == []


@pytest.mark.parametrize(("room", "kinds"), [("public", {"P": 24, "R": 20}), ("staff", {"S": 20, "Q": 16})])
def test_what_people_were_promised_of_the_pages_is_kept_by_a_test_that_exists_or_by_a_person(
    room: str, kinds: dict[str, int]
) -> None:
    told = tomllib.loads((ROOT / "tests" / room / "experience.toml").read_text(encoding="utf-8"))
    assert list(told) == [f"{kind}{n + 1}" for kind, many in kinds.items() for n in range(many)]
    known: dict[str, set[str]] = {}
    for name, promise in told.items():
        assert promise["says"] and (promise.get("kept_by") or promise.get("person")), name
        for test in promise.get("kept_by", []):
            file, _, function = test.partition("::")
            if file not in known:
                tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
                known[file] = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
            assert function in known[file], (name, test)
