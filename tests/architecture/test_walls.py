"""The walls that import-linter cannot see: one writer, one door, nothing unsafe on GET, files of a readable size."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.stack import ROOT

ROOMS = ("portal", "requests_app", "identity")
SOURCES = sorted(
    path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "/migrations/" not in path.as_posix()
)


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def _trees() -> list[tuple[str, ast.Module]]:
    return [(_relative(path), ast.parse(path.read_text(encoding="utf-8"))) for path in SOURCES]


def _keywords(node: ast.Call) -> set[str]:
    return {keyword.arg for keyword in node.keywords if keyword.arg}


def test_only_the_journal_writes_a_state_or_an_event() -> None:
    offenders = []
    for path, tree in _trees():
        if path == "requests_app/journal.py":
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    if (
                        isinstance(target, ast.Attribute) and target.attr in {"chain_head", "chain_length"}
                    ) or (
                        isinstance(target, ast.Attribute)
                        and target.attr == "state"
                        and isinstance(target.value, ast.Name)
                        and target.value.id in {"case", "sister", "lead"}
                    ):
                        offenders.append(f"{path}:{node.lineno}")
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                writes, wanted = node.func.attr, {"update": "Case.objects"}
                wanted |= dict.fromkeys(("create", "bulk_create"), "CaseEvent.objects.")
                if writes not in wanted or wanted[writes] not in ast.unparse(node.func):
                    continue
                if writes != "update" or "state" in _keywords(node):
                    offenders.append(f"{path}:{node.lineno}")
    assert not offenders


def test_pages_reach_cases_through_the_doors_alone() -> None:
    offenders = [
        f"{path}:{node.lineno}"
        for path, tree in _trees()
        if path.startswith("portal/") and not path.startswith("portal/embedded/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "objects" and ast.unparse(node) == "Case.objects"
    ]
    assert not offenders


def test_dates_are_counted_on_published_calendars_alone() -> None:
    """What ships does not know the year an operator brought in; commands without a database may."""
    allowed = {
        "law.reckon": {"requests_app/owed.py", "requests_app/management/commands/due.py"},
        "law.CALENDARS": {
            "requests_app/owed.py",
            "requests_app/publishing.py",
            "requests_app/management/commands/law.py",
        },
    }
    named = {name.partition(".")[2] for name in allowed}
    offenders = [
        f"{path}:{node.lineno}"
        for path, tree in _trees()
        if not path.startswith("requests_app/law/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in named
        and path not in allowed.get(ast.unparse(node), {path})
    ]
    assert not offenders


def test_nothing_is_imported_inside_a_function() -> None:
    offenders = []
    for path, tree in _trees():
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                offenders += [
                    f"{path}:{node.lineno}"
                    for node in ast.walk(function)
                    if isinstance(node, ast.Import | ast.ImportFrom)
                ]
    assert not offenders


def test_secrets_never_come_from_the_predictable_generator() -> None:
    offenders = [
        path
        for path, tree in _trees()
        if not path.startswith("portal/embedded/samples/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Import) and any(alias.name == "random" for alias in node.names)
    ]
    assert not offenders


def test_no_room_has_a_drawer_for_everything() -> None:
    names = {"utils", "helpers", "common", "core", "base_service", "manager", "misc"}
    assert not [_relative(path) for path in SOURCES if path.stem in names or path.parent.name in names]


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    long = {_relative(p): n for p in SOURCES if (n := len(p.read_text(encoding="utf-8").splitlines())) > 400}
    assert not {path: n for path, n in long.items() if "/regimes/" not in path}


def test_every_module_opens_with_one_true_line() -> None:
    silent = [
        path
        for path, tree in _trees()
        if not path.endswith("__init__.py") and not ast.get_docstring(tree) and tree.body
    ]
    assert not silent


@pytest.mark.django_db
def test_a_page_that_changes_something_refuses_get(client) -> None:
    """Views declare what they accept; one that accepts everything could be fired by a link scanner."""
    from django.urls import URLPattern, URLResolver, get_resolver

    def walk(patterns, prefix=""):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, prefix + str(pattern.pattern))
            elif isinstance(pattern, URLPattern):
                yield prefix + str(pattern.pattern), pattern.callback

    loose = [
        address
        for address, view in walk(get_resolver().url_patterns)
        if not address.startswith("accounts/") and not _declares_methods(view)
    ]
    assert not loose


def _declares_methods(view) -> bool:
    """Whether a decorator of django.views.decorators.http is among its wrappers."""
    seen = set()
    stack = [view]
    while stack:
        current = stack.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        for cell in getattr(current, "__closure__", None) or ():
            content = cell.cell_contents
            if isinstance(content, list | tuple) and set(content) & {"GET", "POST", "HEAD"}:
                return True
            if callable(content):
                stack.append(content)
        if wrapped := getattr(current, "__wrapped__", None):
            stack.append(wrapped)
    return False


def test_committed_files_name_no_index_and_no_machine() -> None:
    words = re.compile(r"py" r"pi\.org|python" r"hosted|npm" r"js\.|/wo" r"rk/|/fa" r"rm/")
    found = []
    for pattern in (
        "**/*.py",
        "**/*.txt",
        "**/*.md",
        "**/*.json",
        "**/*.toml",
        "**/*.yml",
        "Makefile",
        "Dockerfile",
    ):
        for path in ROOT.glob(pattern):
            relative = _relative(path)
            if not relative.startswith((".", "node_modules/")) and words.search(
                path.read_text(encoding="utf-8")
            ):
                found.append(relative)
    assert not found
