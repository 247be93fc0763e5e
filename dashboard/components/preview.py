"""A post as it will look on each network, drawn at the server for those who decide on it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from dashboard.components import player
from dashboard.components.composer import Face
from dashboard.texts import common, hilos
from dashboard.texts import nueva as texts
from publisher.editorial.extras import EVERYONE, NONE, Extras
from publisher.editorial.snapshot import FEED, STORY
from publisher.queries.post import Story
from publisher.queries.using import PictureUse

_LINKED: Final = re.compile(r"(https?://[^\s<>\"]+|[#@]\w+)")
_SHOWN: Final = 4


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A fragment of a text that a note of that number is about; ``title`` is said on hover."""

    start: int
    end: int
    number: int
    kind: str
    title: str = ""


Marks = Mapping[str, Sequence[Mark]]
"""Marks by the place of the text, named as in a finding."""


def cards(
    story: Story,
    *,
    when: str = "",
    merged: bool = False,
    marked: Marks = MappingProxyType({}),
) -> str:
    """Return a card for each target network, or one of the common text when there is none.

    ``merged`` draws networks with the same text once, small, for narrow places.
    """
    faces: dict[str, Face] = {}
    for target in story.targets:
        faces.setdefault(target.network, Face(name=target.plantel, handle=target.handle))
    groups: dict[str, list[str]] = {}
    for name in common.NETWORKS:
        if name in faces:
            text, form = story.text(name), story.forms.get(name, FEED)
            groups.setdefault(f"{form}\n{text}" if merged else name, []).append(name)
    drawn = [
        _stacked(
            _card(
                names,
                story.text(names[0]),
                faces[names[0]],
                story.pictures,
                when,
                form=story.forms.get(names[0], FEED),
                place=_place(story, names[0]),
                marks=_marks(story, names, marked),
            ),
            "".join(
                _following(name, story.extras.get(name, NONE), faces[name], marked)
                for name in names
            ),
        )
        for names in groups.values()
    ]
    if not drawn:
        face = Face(name=story.plantel, handle="")
        drawn = [
            _card(
                [],
                story.text("base"),
                face,
                story.pictures,
                when,
                place="base",
                marks=marked.get("base", ()),
            )
        ]
    kind = "pg corto" if merged else "pg"
    return f'<div class="{kind}"><div class="vistas">{"".join(drawn)}</div></div>'


def _place(story: Story, network: str) -> str:
    return network if story.texts.get(network) else "base"


def _marks(story: Story, networks: Sequence[str], marked: Marks) -> list[Mark]:
    places = dict.fromkeys(_place(story, name) for name in networks)
    return [mark for place in places for mark in marked.get(place, ())]


def _stacked(card: str, following: str) -> str:
    return f'<div class="pila">{card}{following}</div>' if following else card


def _following(network: str, extras: Extras, face: Face, marked: Marks) -> str:
    """Return what goes with the text of ``network``: link, who may answer, thread or comment."""
    name = common.NETWORKS[network]
    drawn = []
    if extras.replies != EVERYONE:
        who = hilos.LIMITED.format(who=hilos.REPLIES_OF[extras.replies])
        drawn.append(f'<div class="nota">{escape(who)}</div>')
    if extras.link:
        drawn.append(link_card(extras.link))
    total = len(extras.following) + 1
    for number, part in enumerate(extras.following, 2):
        label = hilos.PART if part.kind == "reply" else hilos.COMMENT_CARD
        title = escape(label.format(network=name, n=number, total=total))
        drawn.append(
            f'<article class="vista sigue" aria-label="{title}"><header><span>{title}</span>'
            f'</header><div class="quien"><b>{escape(face.name)}</b></div>'
            f'<div class="dice" data-place="{network}:{number}">'
            f"{words(part.text, marked.get(f'{network}:{number}', ()))}</div></article>"
        )
    return "".join(drawn)


def link_card(link: str) -> str:
    """Return the card of a link as Facebook draws it, without its picture: only the place."""
    host = urlsplit(link).hostname or link
    said = escape(hilos.LINK_CARD.format(host=host))
    return f'<div class="enlace" aria-label="{said}"><b>{escape(host)}</b>{escape(link)}</div>'


def single(
    network: str, text: str, face: Face, pictures: Sequence[PictureUse], *, form: str = FEED
) -> str:
    """Return the one card of what goes out on ``network``, small."""
    drawn = _card([network], text, face, pictures, "", form=form)
    return f'<div class="pg corto"><div class="vistas">{drawn}</div></div>'


def _card(
    networks: Sequence[str],
    text: str,
    face: Face,
    pictures: Sequence[PictureUse],
    when: str,
    *,
    form: str = FEED,
    place: str = "base",
    marks: Sequence[Mark] = (),
) -> str:
    names = [common.NETWORKS[network] for network in networks]
    if form != FEED:
        names.append(common.FORMS[form])
    name = " · ".join(names) or texts.COMPOSER["base"]
    where = " · ".join(piece for piece in (face.handle, when) if piece)
    head = (
        f'<div class="quien"><span class="cara" aria-hidden="true">{escape(face.initials)}</span>'
        f"<div><b>{escape(face.name)}</b><span>{escape(where)}</span></div></div>"
    )
    silent = texts.COMPOSER["noCaption"] if form == STORY else common.NO_TEXT
    anchored = f' data-place="{place}"' if text else ""
    said = f'<div class="dice"{anchored}>{words(text, marks) or escape(silent)}</div>'
    alone = list(networks) == ["instagram"]
    photos = _photos(pictures, double=not alone)
    body = head + photos + said if alone else head + said + photos
    label = escape(f"{texts.COMPOSER['preview']} {name}", quote=True)
    kind = f"{networks[0] if alone else ''} {'alta' if form != FEED else ''}".strip()
    return (
        f'<article class="vista {kind}" aria-label="{label}">'
        f"<header><span>{escape(name)}</span></header>{body}</article>"
    )


def words(text: str, marks: Sequence[Mark] = ()) -> str:
    """Return a text with its links coloured and its marks; of two that overlap the first is drawn.

    The number of a mark is no text of the page: what is selected or copied is the post's own.
    """
    drawn, at = [], 0
    for mark in sorted(marks, key=lambda one: (one.start, -one.end)):
        if mark.start < at:
            continue
        drawn.append(_linked(text[at : mark.start]))
        drawn.append(
            f'<mark class="{mark.kind}" data-n="{mark.number}" title="{escape(mark.title)}">'
            f"{escape(text[mark.start : mark.end])}</mark>"
        )
        at = mark.end
    return "".join(drawn) + _linked(text[at:])


def _linked(text: str) -> str:
    return "".join(
        f'<span style="color:#0B57A4">{escape(piece)}</span>' if number % 2 else escape(piece)
        for number, piece in enumerate(_LINKED.split(text))
    )


def _photos(pictures: Sequence[PictureUse], *, double: bool) -> str:
    if not pictures:
        return ""
    kind = "fotos dos" if double and len(pictures) > 1 else "fotos"
    images = "".join(
        f"<div>{drawn}</div>"
        for drawn in (
            player.figure(
                picture.sha256,
                picture.kind,
                alt=picture.alt_text,
                length=player.clock(picture.duration),
            )
            for picture in pictures[:_SHOWN]
        )
    )
    return f'<div class="{kind}">{images}</div>'
