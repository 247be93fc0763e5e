"""One post as its network would show it: order, proportions and words of each, nothing of theirs.

No logo, font or icon of a network is used: the looks are told apart by layout and colour alone.
What only the sandbox knows (alternative texts, the id) stands in a strip of its own below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from connectors.sandbox import texts
from connectors.sandbox.records import Attached, Post
from connectors.sandbox.state import State

ZONE = ZoneInfo("America/Mexico_City")
MARK = re.compile(r"https?://\S+|[#@]\w+")


@dataclass(frozen=True, kw_only=True)
class _Look:
    """What every network's card is made of, as HTML."""

    name: str
    handle: str
    home: str
    avatar: str
    when: str
    text: str
    shots: str
    link: str
    limited: str
    parent: str
    done: dict[str, Any]


def card(state: State, post: Post, *, alone: bool = False) -> str:
    """Return one post; ``alone`` on its own page."""
    look = _look(state, post, alone=alone)
    draw = {"facebook": _facebook, "x": _x, "instagram": _instagram}[post.network]
    return (
        f'<article class="post {post.network} {escape(post.form)}"'
        f' id="{post.network}-{escape(post.id)}">{draw(look)}'
        f"{_strip(state, post, alone=alone)}</article>"
    )


def _look(state: State, post: Post, *, alone: bool) -> _Look:
    account = state.account(post.network, post.account)
    name, handle = (account.name, account.handle) if account else (post.account, post.account)
    when = datetime.fromtimestamp(post.created, UTC)
    local = texts.moment(when.astimezone(ZONE))
    zone = f" · {texts.ZONE}" if alone else ""
    initials = "".join(word[0] for word in re.findall(r"\w+", name)[:2]).upper()
    limited = texts.REPLIES.get(post.replies, "")
    return _Look(
        name=escape(name),
        handle=escape(handle),
        home=f"/?{urlencode({'cuenta': name})}",
        avatar=f'<span class="avatar" aria-hidden="true">{escape(initials)}</span>',
        when=f'<time datetime="{when.isoformat()}" title="{local} · {texts.ZONE}">'
        f"{local if alone else local[:-3]}{zone}</time>",
        text=_marked(post.text),
        shots=_shots(state, post.media),
        link=_link(post.link),
        limited=f'<p class="limited">{limited}</p>' if limited else "",
        parent=_parent(state, post),
        done=state.engagement(post),
    )


def _facebook(look: _Look) -> str:
    form = f'<p class="text">{look.text}</p>' if look.text else ""
    likes, shares = int(look.done["likes"]), int(look.done["shares"])
    said = [
        f'<span class="likes">{texts.likes(likes)}</span>' if likes else "",
        f"<span>{texts.comments(len(look.done['comments']))}</span>" * bool(look.done["comments"]),
        f"<span>{texts.shares(shares)}</span>" if shares else "",
    ]
    counts = f'<p class="counts">{"".join(said)}</p>' if any(said) else ""
    bar = "".join(f"<span>{word}</span>" for word in texts.FACEBOOK_BAR)
    return (
        f'<header>{look.avatar}<span class="who"><a href="{look.home}">{look.name}</a>'
        f"<small>{look.when} · {texts.PUBLIC}</small></span></header>"
        f"{look.parent}{form}{look.link}{look.shots}{counts}"
        f'<div class="bar" aria-hidden="true">{bar}</div>'
    )


def _x(look: _Look) -> str:
    form = f'<p class="text">{look.text}</p>' if look.text else ""
    done = look.done
    counts = (
        ("↩", texts.comments(len(done["comments"])), len(done["comments"])),
        ("⟲", texts.shares(int(done["shares"])), done["shares"]),
        ("♡", texts.likes(int(done["likes"])), done["likes"]),
        ("▮", texts.views(int(done["views"])), done["views"]),
    )
    row = "".join(
        f'<span title="{said}"><i aria-hidden="true">{mark}</i> {int(n):,}</span>'
        for mark, said, n in counts
    )
    return (
        f'{look.avatar}<div class="body"><p class="who"><a href="{look.home}">{look.name}</a>'
        f" <small>@{look.handle} · {look.when}</small></p>"
        f"{look.parent}{form}{look.shots}{look.link}{look.limited}"
        f'<p class="counts">{row}</p></div>'
    )


def _instagram(look: _Look) -> str:
    likes = int(look.done["likes"])
    caption = f'<p class="text"><b>{look.handle}</b> {look.text}</p>' if look.text else ""
    liked = f'<p class="likes">{texts.likes(likes)}</p>' if likes else ""
    marks = "".join(f"<span>{mark}</span>" for mark in ("♡", "○", "▷"))
    return (
        f'<header>{look.avatar}<span class="who"><a href="{look.home}">{look.handle}</a>'
        f"<small>{look.name}</small></span></header>"
        f'{look.parent}{look.shots}<p class="marks" aria-hidden="true">{marks}</p>'
        f'{liked}{caption}<p class="when">{look.when}</p>'
    )


def _strip(state: State, post: Post, *, alone: bool) -> str:
    """Return what only the sandbox tells: form, alternative texts, the way to the post's page."""
    lines = []
    if post.form in texts.FORMS:
        lines.append(f"<p>{texts.FORMS[post.form]}</p>")
    for position, item in enumerate(post.media, start=1):
        label = texts.alt_label(position, len(post.media))
        words = f"<b>{label}</b> {escape(item.alt_text)}"
        if not item.alt_text:
            mute = state.mime(item.sha256).startswith("video/")
            nothing = texts.ALT_NONE_VIDEO if mute else texts.ALT_NONE
            words = f'<b>{label}</b> <span class="none">{nothing}</span>'
        lines.append(f"<p>{words}</p>")
    way = f'<a href="/_sandbox/p/{post.network}/{post.id}">{texts.OPEN_POST}</a>'
    if alone:
        way = f"<span>{texts.IDENTIFIER} {escape(post.id)}</span>"
    return f"<footer>{''.join(lines)}<p>{way}</p></footer>"


def _parent(state: State, post: Post) -> str:
    if not post.parent:
        return ""
    above = state.post(post.network, post.parent)
    owner = state.account(post.network, above.account) if above else None
    whose = f"@{owner.handle}" if owner and post.network == "x" else post.parent
    words = texts.REPLY_TO if post.network == "x" else texts.COMMENT_ON
    target = f"/_sandbox/p/{post.network}/{post.parent}"
    return f'<p class="parent">{words} <a href="{target}">{escape(whose)}</a></p>'


def _link(link: str) -> str:
    if not link:
        return ""
    host = urlsplit(link).hostname or ""
    return f'<div class="link"><small>{escape(host)}</small><span>{escape(link)}</span></div>'


def _marked(text: str) -> str:
    parts, end = [], 0
    for found in MARK.finditer(text):
        parts.append(escape(text[end : found.start()]))
        parts.append(f'<span class="mark">{escape(found.group())}</span>')
        end = found.end()
    return "".join([*parts, escape(text[end:])])


def _shots(state: State, media: Sequence[Attached]) -> str:
    if not media:
        return ""
    shots = []
    for position, item in enumerate(media, start=1):
        source = f"/_sandbox/media/{item.sha256}"
        if state.mime(item.sha256).startswith("video/"):
            label = f'aria-label="{escape(item.alt_text or texts.VIDEO)}"'
            shot = f'<video src="{source}" {label} controls preload="metadata"></video>'
        else:
            alt = escape(item.alt_text or texts.picture_of(position, len(media)))
            shot = f'<img src="{source}" alt="{alt}" loading="lazy">'
        shots.append(f"<figure>{shot}</figure>")
    label = f' tabindex="0" role="group" aria-label="{texts.pictures(len(media))}"'
    several = label if len(media) > 1 else ""
    return f'<div class="shots n{min(len(media), 5)}"{several}>{"".join(shots)}</div>'
