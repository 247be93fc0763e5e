from __future__ import annotations

import re
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from dashboard import theme
from dashboard.components import composer, dates, findings, marks, month, player, tray
from dashboard.components.frontend import HERE
from dashboard.texts import common
from publisher.queries.phases import PHASES


def test_dates_are_spoken_in_spanish_and_in_the_planteles_zone() -> None:
    noon = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
    assert dates.instant(noon, "America/Monterrey") == "vie 27 nov, 10:00"
    assert dates.wall("2026-11-27T10:00") == "vie 27 nov, 10:00"
    assert dates.wall(None) == "sin hora"
    assert dates.month(date(2026, 11, 3)) == "Noviembre de 2026"


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 11, 15), date(2026, 10, 26), date(2026, 12, 6)),
        (date(2027, 2, 1), date(2027, 2, 1), date(2027, 2, 28)),
        (date(2026, 12, 31), date(2026, 11, 30), date(2027, 1, 3)),
    ],
)
def test_a_months_grid_begins_on_monday_and_ends_on_sunday(
    day: date, first: date, last: date
) -> None:
    assert dates.grid_of(day) == (first, last)


def test_every_phase_has_a_word_a_mark_and_a_colour() -> None:
    for name in PHASES:
        assert common.PHASES[name] in marks.phase(name)
        assert "data-marca" in marks.phase(name)


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_colours_have_the_contrast_that_wcag_asks() -> None:
    for ink, ground in theme.PHASE_COLORS.values():
        assert contrast(ink, ground) >= 4.5, (ink, ground)
    for color in theme.NETWORK_COLORS.values():
        assert contrast(color, "#FFFFFF") >= 4.5
    assert contrast(theme.MUTED, theme.SURFACE) >= 4.5
    assert contrast(theme.FIELD, "#FFFFFF") >= 3


def test_what_people_wrote_is_escaped_everywhere() -> None:
    evil = "<script>alert(1)</script>"
    assert "<script>" not in marks.row(title="x", text=evil)
    assert "<script>" not in marks.empty(evil)
    assert "<script>" not in marks.faint(evil)
    assert "<script>" not in marks.network(evil)
    assert "<style" not in theme.style("</style><script>").removeprefix("<style>")
    assert marks.plain("*a* <b> [c](d)") == r"\*a\* \<b\> \[c\]\(d\)"


def test_what_moves_waits_to_be_asked_and_says_what_it_is() -> None:
    video = player.figure("a" * 64, "video", alt='Un "robot" saluda', length=player.clock(67.2))
    assert 'preload="none"' in video
    assert "autoplay" not in video
    assert 'aria-label="Video 1:07: Un &quot;robot&quot; saluda"' in video
    animated = player.figure("a" * 64, "gif", alt="Robot", length="0:02")
    still, _, moving = animated.partition("<details>")
    assert "/imagen/" in still
    assert "/toma/" not in still
    assert "/toma/" in moving
    assert "/toma/" not in player.figure("a" * 64, "image", alt="Robot")
    assert [player.clock(seconds) for seconds in (None, 0.2, 59.6, 3723)] == [
        "",
        "0:01",
        "1:00",
        "1:02:03",
    ]


def test_names_are_shortened_only_as_far_as_they_stay_apart() -> None:
    names = ["CECyTE Acuña", "CECyTE Acuña (nombre provisional)", "CECyTE Nava (nuevo)"]
    assert marks.short_names(names) == {
        "CECyTE Acuña": "Acuña",
        "CECyTE Acuña (nombre provisional)": "Acuña (nombre provisional)",
        "CECyTE Nava (nuevo)": "Nava",
    }
    assert marks.tight("EMSaD Nava 01 (nombre provisional)") == "Nava 01"


def test_the_tray_obeys_only_what_speaks_of_rows_that_are_there() -> None:
    told = tray.understand({"cursor": 2, "marked": [3, 99]}, None, [1, 2, 3], version="v")
    assert (told.cursor, told.marked, told.action) == (2, (3,), "")
    asked = {"kind": "approve", "cursor": 1, "marked": [1], "version": "v"}
    assert tray.understand(None, asked, [1, 2], version="v").action == "approve"
    assert tray.understand("x", {"kind": "delete", "version": "v"}, [1], version="v").action == ""
    assert tray.understand(None, None, [], version="v").cursor is None


def test_an_action_on_rows_that_changed_meanwhile_is_not_carried_out() -> None:
    asked = {"kind": "approve", "cursor": 1, "marked": [1], "version": "old"}
    told = tray.understand(None, asked, [1, 2], version="new")
    assert told.action == ""
    assert told.outdated


def test_the_composer_takes_only_texts_of_known_networks() -> None:
    told = {"base": "hola", "x": "x", "myspace": "no", "facebook": 3}
    assert composer.clean(told, {}) == {"base": "hola", "x": "x"}
    assert composer.clean("nada", {"base": "antes"}) == {"base": "antes"}


def test_the_calendar_opens_only_posts_that_it_shows() -> None:
    rows = [SimpleNamespace(post_id=4)]
    assert month.understand(4, rows) == 4  # type: ignore[arg-type]
    assert month.understand(5, rows) is None  # type: ignore[arg-type]
    assert month.understand(None, rows) is None  # type: ignore[arg-type]


def test_a_finding_names_its_rule_once() -> None:
    assert "1 bloqueo" in findings.summary(1, 2)
    assert "2 advertencias" in findings.summary(1, 2)
    assert findings.summary(0, 0) == ""


def test_the_browser_side_holds_no_words_and_reaches_nothing_outside() -> None:
    for path in [*HERE.glob("*.js"), *HERE.glob("*.css")]:
        code = path.read_text(encoding="utf-8")
        assert not re.search(r"(fetch|XMLHttpRequest|import)\s*\(", code), path
        assert "http://" not in code.replace("https?://", ""), path
