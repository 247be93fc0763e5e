"""What is known of a send: its attempts and what the account showed at the last look, in words."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import urlsplit

from dashboard.components import dates, marks, sheet
from dashboard.texts import decisiones as texts
from dashboard.texts import publicacion as send_texts
from publisher.queries.looks import Look, Match, Shown
from publisher.queries.sending import AttemptRow, DeliveryRow

_SHOWN = 5


def attempts(row: DeliveryRow) -> str:
    """Return the attempts of a delivery as a numbered list: times, outcome, code, detail."""
    if not row.attempts:
        return _block([_line(texts.ATTEMPTS_EMPTY)])
    several = any(attempt.part for attempt in row.attempts)
    tries = "".join(
        f"<li style='margin-bottom:8px'>{_attempt(attempt, row.timezone, several=several)}</li>"
        for attempt in row.attempts
    )
    return _block([f"<ol style='margin:0;padding-left:1.3rem'>{tries}</ol>"])


def look(found: Look | None, *, looks: int, zone: str) -> str:
    """Return what the last look at the account gave, doubts before the listing itself."""
    if found is None:
        return _block([_line(texts.LOOK_NONE)])
    when = texts.LOOK_AT.format(when=dates.instant(found.at, zone, seconds=True))
    many = texts.LOOK_COUNT.format(n=looks) if looks > 1 else ""
    by = texts.LOOK_BY.format(name=found.by) if found.by else ""
    lines = [f"<p class='pg-tenue' style='margin:0 0 6px'>{escape(when + many + by)}</p>"]
    if found.error:
        lines += [_line(texts.LOOK_FAILED.format(sentence=found.error)), *_code(found.code)]
        return _block([*lines, *_listing(found, zone)])
    lines.append(_line(_matches(len(found.matches)), strong=True))
    if found.matches:
        lines.append(_list(_link(match) for match in found.matches))
    if found.trustworthy is not None:
        lines.append(_line(texts.LOOK_TRUST[found.trustworthy]))
    if found.reached is not None:
        lines.append(_line(texts.LOOK_REACHED[found.reached]))
    if found.canary is not None:
        lines.append(_line(texts.LOOK_CANARY[found.canary]))
    if found.container:
        plain = texts.CONTAINER.format(state=found.container)
        lines.append(_line(texts.CONTAINERS.get(found.container, plain)))
    if found.resembling:
        lines.append(_line(texts.LOOK_RESEMBLING.format(ids=", ".join(found.resembling))))
    if found.listed is not None:
        many = texts.LOOK_LISTED.format(n=found.listed)
        lines.append(_line(texts.LOOK_LISTED_ONE if found.listed == 1 else many))
    if found.by:
        lines += _listing(found, zone)
    elif found.newest:
        lines.append(f"<p style='margin:8px 0 2px'><b>{escape(texts.LOOK_NEWEST)}</b></p>")
        lines.append(
            _list(
                f"{escape(dates.instant(seen.at, zone, seconds=True))}"
                f" <span class='pg-tenue'>{escape(seen.remote_id)}</span>"
                for seen in found.newest[:_SHOWN]
            )
        )
    return _block(lines)


def _listing(found: Look, zone: str) -> list[str]:
    """Return the account's newest posts as a person saw them, the likely one marked."""
    if found.listing_error:
        return [_line(texts.LISTING_FAILED.format(sentence=found.listing_error))]
    if not found.shown:
        return [_line(texts.SHOWN_EMPTY)] if found.by and not found.error else []
    title = f"<p style='margin:8px 0 4px'><b>{escape(texts.LOOK_NEWEST)}</b></p>"
    return [title, marks.rows(_shown(post, zone) for post in found.shown)]


def _shown(post: Shown, zone: str) -> str:
    chip = ""
    if post.taken:
        chip = sheet.chip(texts.SHOWN_TAKEN)
    elif post.like:
        chip = sheet.chip(texts.SHOWN_LIKE, "ok")
    link = _link(Match(remote_id="", link=post.link), texts.SHOWN_OPEN) if post.link else ""
    return marks.row(
        title=f"{escape(dates.instant(post.at, zone, seconds=True))} {chip} {link}",
        text=post.text or post.remote_id,
    )


def _attempt(attempt: AttemptRow, zone: str, *, several: bool) -> str:
    times = send_texts.ATTEMPT.format(
        opened=dates.instant(attempt.opened_at, zone, seconds=True), closed=_closed(attempt, zone)
    )
    part = f"{texts.PART.format(n=attempt.part + 1)} · " if several else ""
    outcome = send_texts.OUTCOMES.get(attempt.outcome, attempt.outcome)
    lines = [
        f"<div class='pg-tenue'>{escape(part + times)}</div>",
        f"<div><b>{escape(outcome[:1].upper() + outcome[1:])}</b></div>",
        *_code(attempt.code, attempt.http_status),
    ]
    if attempt.detail:
        lines.append(f"<div>{escape(attempt.detail)}</div>")
    if attempt.worker:
        worker = texts.WORKER.format(worker=attempt.worker)
        lines.append(f"<div class='pg-tenue'>{escape(worker)}</div>")
    return "".join(lines)


def _closed(attempt: AttemptRow, zone: str) -> str:
    """Return when the attempt ended; its time alone if that was on the day when it began."""
    if attempt.closed_at is None:
        return texts.ATTEMPT_OPEN
    whole = dates.instant(attempt.closed_at, zone, seconds=True)
    began = dates.instant(attempt.opened_at, zone, seconds=True)
    day, _, hour = whole.rpartition(", ")
    return hour if began.startswith(f"{day}, ") else whole


def _code(code: str, status: int | None = None) -> list[str]:
    pieces = [f"{escape(texts.CODE)} <code>{escape(code)}</code>"] if code else []
    if status:
        pieces.append(escape(texts.HTTP.format(status=status)))
    return [f"<div class='pg-tenue'>{' · '.join(pieces)}</div>"] if pieces else []


def _matches(count: int) -> str:
    return texts.LOOK_MATCHES[min(count, 2)].format(n=count)


def _link(match: Match, label: str = "") -> str:
    words = escape(match.link or match.remote_id, quote=True)
    if urlsplit(match.link).scheme not in {"http", "https"}:
        return "" if label else words
    said = escape(label) or words
    return f'<a href="{words}" target="_blank" rel="noopener noreferrer">{said}</a>'


def _line(sentence: str, *, strong: bool = False) -> str:
    words = escape(sentence)
    return f"<p style='margin:0 0 4px'>{f'<b>{words}</b>' if strong else words}</p>"


def _list(items: Iterable[str]) -> str:
    drawn = "".join(f"<li>{item}</li>" for item in items)
    return f"<ul style='margin:0 0 6px;padding-left:1.2rem'>{drawn}</ul>"


def _block(lines: Iterable[str]) -> str:
    return f"<div style='font-size:.9rem;overflow-wrap:anywhere'>{''.join(lines)}</div>"
