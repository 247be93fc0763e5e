"""What the composer keeps between reruns, and how it saves itself.

The widgets hold what is being typed; ``Editor`` holds which draft that is and what was stored last.
Nothing typed is lost: a refused or stale save keeps everything on the screen and says so.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from publisher.app import Actor, App
from publisher.editorial import draft
from publisher.editorial import extras as additions
from publisher.editorial.content import DraftContent, MediaUse, plain
from publisher.editorial.extras import Extras
from publisher.editorial.snapshot import FEED
from publisher.errors import Conflict
from publisher.queries.places import AccountRow

EDITABLE = ("draft", "returned")


@dataclass
class Editor:
    """One composer in one browser tab; ``nonce`` names its widgets, so that a new one starts clean.

    ``media`` are the ids of pictures and videos in order. ``stale`` is the sentence of a save
    that somebody else's overtook: nothing is saved until the person chooses. ``mounts`` counts how
    often the text editor was started anew with a text that the page cut.
    """

    post_id: int | None = None
    plantel_id: int | None = None
    version: int = 0
    revision: int = 1
    state: str = "draft"
    saved: DraftContent = field(default_factory=DraftContent)
    saved_at: datetime | None = None
    media: list[int] = field(default_factory=list)
    uploads: int = 0
    mounts: int = 0
    stale: str = ""
    returned_by: str = ""
    returned_reason: str = ""
    nonce: str = field(default_factory=lambda: secrets.token_hex(4))

    def key(self, name: str, *parts: object) -> str:
        """Return the key of a widget of this composer."""
        return "_".join((name, self.nonce, *(str(part) for part in parts)))


def open_editor(app: App, actor: Actor, post_id: int | None) -> Editor:
    """Return a composer for a stored draft, or an empty one. Raises publisher's errors."""
    if post_id is None:
        return Editor()
    found = draft.load(app, actor, post_id)
    return Editor(
        post_id=post_id,
        plantel_id=found.plantel_id,
        version=found.version,
        revision=found.revision,
        state=found.state,
        saved=found.content,
        media=[use.media_id for use in found.content.media],
        returned_by=found.returned_by,
        returned_reason=found.returned_reason,
    )


def is_empty(content: DraftContent) -> bool:
    """Tell whether there is nothing worth a draft yet: no text and no picture."""
    return not content.media and not any(text.strip() for text in content.texts.values())


def save(app: App, actor: Actor, editor: Editor, content: DraftContent) -> bool:
    """Store ``content`` if it differs from what is stored; tell whether it is stored now.

    A draft is created with the first text or picture. When somebody else saved meanwhile,
    ``editor.stale`` says so and nothing is written. Other errors of publisher are the caller's.
    """
    if editor.stale or editor.plantel_id is None:
        return False
    if editor.post_id is None:
        if is_empty(content):
            return False
        editor.post_id = draft.create(app, actor, plantel_id=editor.plantel_id, content=content)
        editor.version = draft.load(app, actor, editor.post_id).version
    elif not same(content, editor.saved):
        try:
            editor.version = draft.save(
                app, actor, editor.post_id, version=editor.version, content=content
            )
        except Conflict as error:
            editor.stale = str(error)
            return False
        editor.state = "draft"
    else:
        return True
    editor.saved = content
    editor.saved_at = app.clock()
    return True


def insist(app: App, actor: Actor, editor: Editor, content: DraftContent) -> None:
    """Store ``content`` over what somebody else saved, because the person said so."""
    if editor.post_id is None:
        return
    editor.version = draft.load(app, actor, editor.post_id).version
    editor.stale = ""
    editor.saved = DraftContent()
    save(app, actor, editor, content)


def same(one: DraftContent, other: DraftContent) -> bool:
    """Tell whether two contents would be stored alike; an empty text of a network is none."""
    return _stored(one) == _stored(other)


def _stored(content: DraftContent) -> tuple[object, ...]:
    texts = {name: text for name, text in content.texts.items() if text}
    return (
        texts,
        content.topic,
        content.media,
        tuple(sorted(content.account_ids)),
        content.local_at,
        content.time_mode,
        content.fold,
        {name: form for name, form in content.forms.items() if form != FEED},
        additions.normal(content.extras, plain),
    )


def collect(
    *,
    texts: Mapping[str, str],
    topic: str | None,
    media: Sequence[MediaUse],
    accounts: Sequence[AccountRow],
    networks: Sequence[str],
    when: datetime | None,
    fold: int,
    mode: str = "local",
    forms: Mapping[str, str] | None = None,
    extras: Mapping[str, Extras] | None = None,
) -> DraftContent:
    """Return what the widgets hold as content; accounts that cannot be used now are left out."""
    return DraftContent(
        texts={name: text for name, text in texts.items() if text or name == "base"},
        topic=topic or "",
        media=tuple(media),
        account_ids=tuple(
            sorted(row.id for row in accounts if row.usable and row.network in networks)
        ),
        local_at=when.strftime("%Y-%m-%dT%H:%M") if when else None,
        time_mode=mode,
        fold=fold,
        forms={name: form for name, form in (forms or {}).items() if form != FEED},
        extras=dict(extras or {}),
    )
