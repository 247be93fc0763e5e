"""``pregonero manual``: the manual as a file, compared, shown, and brought in as a project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.context import installation, person
from publisher.cli.misuse import Command, group
from publisher.cli.output import print_json, reason_of
from publisher.texts import cli as texts
from publisher.texts import cli_manual as words

if TYPE_CHECKING:
    from publisher.app import App
    from publisher.manual.comparison import Comparison
    from publisher.manual.document import Manual

cli = group(words.HELP)

Json = Annotated[bool, typer.Option("--json", help=texts.OPT_JSON)]
Version = Annotated[str, typer.Option(help=words.OPT_VERSION)]
As = Annotated[str, typer.Option("--as", help=words.OPT_AS)]
IN_FORCE = ("vigente", "")


@cli.command(cls=Command, help=words.EXPORT)
def export(
    file: Annotated[Path | None, typer.Argument(help=words.ARG_OUT)] = None,
    version: Version = "",
) -> int:
    """Write a version as TOML to a file, or to the output where none is named."""
    from publisher.manual import document

    with installation() as app:
        manual = _of(app, version)
    text = document.dump(manual)
    if file is None:
        typer.echo(text, nl=False)
        return 0
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        typer.echo(words.CANNOT_WRITE.format(file=file, why=reason_of(error)), err=True)
        return 1
    typer.echo(words.EXPORTED.format(version=manual.version, file=file), err=True)
    return 0


@cli.command("import", cls=Command, help=words.IMPORT)
def import_(
    file: Annotated[Path, typer.Argument(help=words.ARG_IN)], as_: As, json: Json = False
) -> None:
    """Take a file as the project: it judges nothing until somebody else approves it."""
    from publisher import rulebook
    from publisher.manual.comparison import compare

    text = _read(file)
    with installation() as app:
        actor = person(app, as_)
        rulebook.import_draft(app, actor, text)
        draft = rulebook.draft(app, actor)
        if draft is None:  # decided by somebody in between
            return
        found = compare(draft.base, draft.manual)
    if json:
        print_json({"version": draft.manual.version, "hash": draft.manual.hash, "changes": found})
        return
    typer.echo(words.IMPORTED.format(version=draft.manual.version))
    _tell(found)


@cli.command(cls=Command, help=words.COMPARE)
def compare(
    older: Annotated[str, typer.Argument(help=words.ARG_OLDER)],
    newer: Annotated[str, typer.Argument(help=words.ARG_NEWER)] = "",
    json: Json = False,
) -> None:
    """Say what changes from one version or file to another."""
    from publisher.manual.comparison import compare as differ

    with installation() as app:
        found = differ(_given(app, older), _given(app, newer))
    if json:
        print_json(found)
    else:
        _tell(found)


@cli.command(cls=Command, help=words.SHOW)
def show(
    rule: Annotated[str, typer.Argument(help=words.ARG_RULE)] = "",
    version: Version = "",
    json: Json = False,
) -> int:
    """Print the index of a version, or one of its rules."""
    from publisher.manual.document import to_data

    with installation() as app:
        manual = _of(app, version)
    rows = [row for row in to_data(manual)["rules"] if not rule or row["id"] == rule]
    if not rows:
        typer.echo(words.NO_RULE.format(id=rule, version=manual.version), err=True)
        return 1
    if json:
        shown = rows[0] if rule else {**to_data(manual), "hash": manual.hash}
        print_json(shown)
    elif rule:
        _rule(manual, rule)
    else:
        _index(manual)
    return 0


@cli.command(cls=Command, help=words.VERSIONS)
def versions(json: Json = False) -> None:
    """List the versions, the one that comes into force last first."""
    from publisher import notices, rulebook

    with installation() as app:
        rows = rulebook.all_versions(app)
        with app.read() as session:
            whens = [notices.when(session, row.in_force_from) for row in rows]
    if json:
        print_json(rows)
        return
    for row, when in zip(rows, whens, strict=True):
        state = words.CURRENT if row.current else words.FUTURE if row.future else words.PAST
        line = words.VERSION_LINE.format(version=row.version, state=state, when=when)
        typer.echo(" · ".join(filter(None, (line, row.approved_by, row.summary))))


def _of(app: App, version: str) -> Manual:
    from publisher import rulebook

    if version in IN_FORCE:
        return rulebook.in_force(app)
    return rulebook.stored(app, rulebook.numbered(rulebook.all_versions(app), version).id)


def _given(app: App, name: str) -> Manual:
    """Return the manual of a file that exists, else of a version."""
    from publisher.rulebook.drafts import read

    if name not in IN_FORCE and Path(name).is_file():
        return read(_read(Path(name)))
    return _of(app, name)


def _read(file: Path) -> str:
    from publisher.errors import Invalid

    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Invalid(words.CANNOT_READ.format(file=file, why=reason_of(error))) from None
    except UnicodeDecodeError:
        raise Invalid(words.NOT_TEXT.format(file=file)) from None


def _tell(found: Comparison) -> None:
    from publisher.texts import manual_words

    typer.echo(words.BETWEEN.format(before=found.before, after=found.after))
    if not found.head and not found.rules:
        typer.echo(words.SAME)
    for change in found.head:
        _lines(manual_words.field(change.name), change.name, change.before, change.after)
    for rule in found.rules:
        typer.echo(f"{rule.id} {rule.title}: {manual_words.CHANGES[rule.kind].lower()}")
        for change in rule.changes:
            _lines(manual_words.field(change.name), change.name, change.before, change.after)


def _lines(label: str, name: str, before: tuple[str, ...], after: tuple[str, ...]) -> None:
    from publisher.texts import manual_words

    typer.echo(f"  {label}")
    for mark, lines in (("-", before), ("+", after)):
        for line in lines:
            typer.echo(f"    {mark} {manual_words.value(name, line)}")


def _index(manual: Manual) -> None:
    from publisher.manual.check_texts import manual_used
    from publisher.texts.manual_words import SEVERITIES

    typer.echo(manual_used(manual.title, manual.version))
    for section in manual.sections:
        typer.echo(f"{section.id}. {section.title}")
        for rule in manual.rules:
            if rule.section == section.id:
                typer.echo(f"  {rule.id} {rule.title} ({SEVERITIES[rule.severity].lower()})")


def _rule(manual: Manual, rule_id: str) -> None:
    from publisher.manual.comparison import facts
    from publisher.manual.comparison import words as value_words
    from publisher.texts import manual_words

    rule = next(one for one in manual.rules if one.id == rule_id)
    typer.echo(f"{rule.id} {rule.title}")
    typer.echo(rule.text)
    facts_of = [manual_words.SEVERITIES[rule.severity], manual_words.KINDS[rule.kind]]
    if rule.category:
        facts_of.append(manual_words.CATEGORIES[rule.category])
    typer.echo(" · ".join(facts_of))
    for name, value in rule.parameters.items():
        typer.echo(f"{manual_words.parameter(name)}:")
        pairs = value.items() if isinstance(value, dict) else ()
        rows = value if isinstance(value, list | tuple) else () if pairs else (value,)
        for line in [*(f"{left} → {right}" for left, right in pairs), *map(value_words, rows)]:
            typer.echo(f"  {line}")
    for example in rule.examples:
        told = facts(example.facts)
        label = words.MATCHES if example.matches else words.MATCHES_NOT
        typer.echo(f"{label}: «{example.text}»" + (f" ({told})" if told else ""))
