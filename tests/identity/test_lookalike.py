"""Addresses that look like others: kept exactly, found out, never taken for one another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity import sealing
from identity.lookalike import is_strange, resembled

PLAIN = "dana@example.com"


@pytest.mark.parametrize(
    "address",
    ["d\u0430na@example.com", "dana@ex\u0430mple.com", "dana@xn--exmple-cua.com", "\uff44ana@example.com",
     "dana@exarnple.com", "dana@examp1e.com", "d\u0251na@example.com"],
)  # fmt: skip
def test_a_look_alike_is_found_out_and_is_still_another_address(address: str) -> None:
    """TRUST 4: Cyrillic, punycode, wide forms, rn for m, 1 for l."""
    assert PLAIN in resembled(address)
    assert sealing.blind("mimap", "email", address) != sealing.blind("mimap", "email", PLAIN)


@pytest.mark.parametrize(
    "address", [PLAIN, "Dana@Example.com", "josé@example.com", "用户@例子.cn", "a+b@example.org"]
)
def test_an_honest_address_is_not_strange(address: str) -> None:
    assert not is_strange(address)


@given(st.emails())
def test_no_address_resembles_itself_and_few_are_ever_looked_up(address: str) -> None:
    found = resembled(address)
    assert address.casefold() not in found and len(found) <= 16
