from __future__ import annotations

from datetime import date

import pytest

from connectors import limits
from connectors.endpoints import Endpoints


def test_every_row_says_where_it_was_read_and_when() -> None:
    for row in limits.rows():
        assert row.source.split(":")[0] in {"vendor", "third", "assumed"}
        assert row.date <= date(2026, 11, 22)
        assert row.unit


def test_no_figure_is_stated_twice() -> None:
    keys = [(row.network, row.item) for row in limits.rows()]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("network", "text", "images"),
    [("x", 280, 4), ("facebook", 63_206, 10), ("instagram", 2200, 10)],
)
def test_the_composer_gets_each_networks_figures(network: str, text: int, images: int) -> None:
    shown = limits.limits_for(network)
    assert (shown.text_max, shown.images_max) == (text, images)


def test_only_instagram_needs_an_image_and_takes_only_jpeg() -> None:
    assert limits.limits_for("instagram").media_required
    assert limits.limits_for("instagram").image_mimes == ("image/jpeg",)
    assert not limits.limits_for("x").media_required


def test_a_figure_that_nobody_states_is_none() -> None:
    assert limits.limits_for("x").hashtags_max is None
    assert limits.value("x", "nothing") is None


@pytest.mark.parametrize(
    ("version", "today", "expiring"),
    [
        ("v23.0", date(2027, 7, 9), False),
        ("v23.0", date(2027, 7, 10), True),
        ("v20.0", date(2026, 11, 22), True),
        ("v26.0", date(2030, 1, 1), False),
    ],
)
def test_a_graph_version_is_announced_ninety_days_before_its_end(
    version: str, today: date, expiring: bool
) -> None:
    assert limits.graph_version_expiring(version, today) is expiring


def test_the_default_version_is_alive() -> None:
    assert not limits.graph_version_expiring(Endpoints().graph_version, date(2026, 11, 22))


def test_quotas_say_how_much_in_which_window_and_who_counts() -> None:
    told = limits.quota("x", "account")
    assert told == limits.Quota(capacity=100, window=900, unit="calls")
    counted = limits.quota("instagram", "account")
    assert counted is not None
    assert counted.unit == "posts"
    assert limits.quota("instagram_private", "account") is None
