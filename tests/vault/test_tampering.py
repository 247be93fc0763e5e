"""Every way to tamper is caught with an anchor; the suite that says so fails on weak designs."""

from __future__ import annotations

import pytest

from tests.vault.conftest import House
from tests.vault.tampering import CASES, DESIGNS, Design, missed, stage


def test_every_way_to_tamper_is_refused_or_noticed_with_an_anchor(house: House) -> None:
    assert len(CASES) >= 10
    assert missed(house, stage(house)) == set()


def fails_on(design: Design, house: House, patch: pytest.MonkeyPatch) -> None:
    weak = design.weaken(house, patch)
    anchor = stage(weak)
    assert missed(weak, anchor if design.anchored else None) == design.slips


@pytest.mark.parametrize("design", DESIGNS[:2], ids=lambda design: design.name)
def test_the_suite_fails_on_an_unkeyed_chain_and_without_a_guard_of_replace(
    house: House, design: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails_on(design, house, monkeypatch)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("design", DESIGNS[2:], ids=lambda design: design.name)
def test_the_suite_fails_on_every_other_weak_design(
    house: House, design: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails_on(design, house, monkeypatch)
