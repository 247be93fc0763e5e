"""Import of planteles, people and accounts: a dry run row by row, then all or none."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from publisher import access
from publisher.app import Actor, App
from publisher.errors import Conflict, Invalid
from publisher.institution import plan_accounts, plan_people, plan_planteles
from publisher.institution.reading import Record, Table, read_table
from publisher.institution.sheet import KINDS, Draft, Preview, digest_of
from publisher.texts import institution as texts


@dataclass(frozen=True, kw_only=True)
class _Kind:
    action: str
    object_type: str
    plan: Callable[[Session, App, Actor, Iterable[Record]], list[Draft]]
    write: Callable[[Session, App, Actor, Draft], tuple[int, int | None]]


_KINDS: Final = {
    "planteles": _Kind(
        action="institution.manage",
        object_type="plantel",
        plan=plan_planteles.plan,
        write=plan_planteles.write,
    ),
    "personas": _Kind(
        action="people.manage",
        object_type="person",
        plan=plan_people.plan,
        write=plan_people.write,
    ),
    "cuentas": _Kind(
        action="institution.manage",
        object_type="account",
        plan=plan_accounts.plan,
        write=plan_accounts.write,
    ),
}


def preview(app: App, actor: Actor, kind: str, content: bytes, file_name: str) -> Preview:
    """Return what importing the file would do, without doing it.

    ``kind`` is ``planteles``, ``personas`` or ``cuentas``. Raises ``Invalid`` for a file that
    cannot be read at all; everything else is an error of its row.
    """
    how, table = _open(actor, kind, content, file_name)
    with app.read() as session:
        return _told(kind, table, how.plan(session, app, actor, table.records))


def apply(
    app: App,
    actor: Actor,
    kind: str,
    content: bytes,
    file_name: str,
    *,
    expected: str | None = None,
) -> Preview:
    """Import the file: every row or none. Returns what was done.

    ``expected`` is the ``digest`` of the preview that the person agreed to. Raises ``Invalid`` for
    rows with errors, ``Conflict`` when the preview is no longer what would happen.
    """
    how, table = _open(actor, kind, content, file_name)
    with app.write() as session:
        drafts = how.plan(session, app, actor, table.records)
        done = _told(kind, table, drafts)
        wrong = done.count("error")
        if wrong:
            many = texts.IMPORT_HAS_ERROR if wrong == 1 else texts.IMPORT_HAS_ERRORS
            raise Invalid(many.format(n=wrong), field="file")
        if expected is not None and expected != done.digest:
            raise Conflict(texts.IMPORT_CHANGED)
        entries = []
        for draft in drafts:
            if draft.outcome == "unchanged":
                continue
            object_id, plantel_id = how.write(session, app, actor, draft)
            entries.append(
                app.entry(
                    actor,
                    f"{how.object_type}.import",
                    how.object_type,
                    object_id,
                    plantel_id=plantel_id,
                    before=digest_of(draft.before),
                    after=digest_of(draft.values),
                    detail=json.dumps({"row": draft.record.number, "outcome": draft.outcome}),
                )
            )
        app.note(session, *entries)
        return done


def _open(actor: Actor, kind: str, content: bytes, file_name: str) -> tuple[_Kind, Table]:
    if kind not in _KINDS:
        raise Invalid(texts.IMPORT_KIND.format(kind=kind[:20]), field="kind")
    how = _KINDS[kind]
    access.authorize(actor, how.action)
    return how, read_table(content, file_name, KINDS[kind])


def _told(kind: str, table: Table, drafts: Iterable[Draft]) -> Preview:
    return Preview(kind=kind, rows=tuple(draft.row() for draft in drafts), ignored=table.ignored)
