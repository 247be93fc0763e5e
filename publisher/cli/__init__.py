"""The command line: thin, one verb a function; other processes are started by module name.

Exit status: 0 done, 1 refused or failed, 2 misuse, 130 interrupted. ``--json`` prints one object.
"""

from __future__ import annotations

import sys
import uuid

import typer

from connectors.errors import ConnectorError
from publisher.cli import (
    accounts,
    audit,
    backup,
    check,
    connectors,
    data,
    deciding,
    demo,
    doctor,
    manual,
    people,
    processes,
    purge,
    setup,
    vault,
)
from publisher.cli.misuse import MISUSE, Command, group, sentence
from publisher.errors import PublisherError
from publisher.texts import backup as backup_texts
from publisher.texts import cli as texts
from publisher.texts import cli_manual as manual_texts
from publisher.texts import doctor as doctor_texts
from publisher.texts import keys as vault_texts
from publisher.texts import retention as retention_texts
from publisher.texts import smoke as smoke_texts
from vault import memory
from vault.errors import VaultError

LATER = ("report",)
INTERRUPTED = 130

cli = group(texts.APP)
cli.command(cls=Command, help=texts.INIT)(setup.init)
cli.command(cls=Command, help=texts.DEMO)(demo.demo)
cli.command(cls=Command, help=texts.SERVE)(processes.serve)
cli.command(cls=Command, help=texts.WORKER)(processes.worker)
cli.command(cls=Command, help=texts.SANDBOX)(processes.sandbox)
cli.command(cls=Command, help=texts.CHECK)(check.check)
cli.command(cls=Command, help=doctor_texts.HELP)(doctor.doctor)
cli.command("import", cls=Command, help=texts.IMPORT)(data.import_)
cli.command(cls=Command, help=texts.EXPORT)(data.export)
cli.command(cls=Command, help=backup_texts.HELP_BACKUP)(backup.backup)
cli.command(cls=Command, help=backup_texts.HELP_RESTORE)(backup.restore)
cli.command(cls=Command, help=retention_texts.HELP)(purge.purge)
cli.add_typer(deciding.cli, name="deliveries", help=texts.DELIVERIES)
cli.add_typer(accounts.cli, name="accounts", help=texts.ACCOUNTS)
cli.add_typer(connectors.cli, name="connectors", help=smoke_texts.HELP)
cli.add_typer(people.cli, name="people", help=texts.PEOPLE)
cli.add_typer(manual.cli, name="manual", help=manual_texts.HELP)
cli.add_typer(audit.cli, name="audit", help=texts.AUDIT)
cli.add_typer(vault.cli, name="vault", help=vault_texts.HELP)


def _add_later(name: str) -> None:
    @cli.command(
        name,
        cls=Command,
        help=texts.LATER_HELP,
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    )
    def later() -> None:
        typer.echo(texts.LATER.format(name=name), err=True)
        raise typer.Exit(MISUSE)


for _name in LATER:
    _add_later(_name)


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit with its status."""
    memory.guard()
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run one command; errors become one Spanish sentence, tracebacks go to the log."""
    try:
        result = cli(args=arguments, standalone_mode=False, prog_name="pregonero")
    except (PublisherError, VaultError, ConnectorError) as error:
        typer.echo(getattr(error, "sentence", None) or str(error), err=True)
        return 1
    except typer.TyperException as error:
        typer.echo(sentence(error), err=True)
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt) as error:
        return _stopped(error)
    except Exception:  # noqa: BLE001 - the process's edge: a folio for the person, the rest in the log
        typer.echo(texts.FAILED.format(folio=_log_failure()), err=True)
        return 1
    return result if isinstance(result, int) else 0


def _stopped(error: BaseException) -> int:
    """Return the status of Ctrl-C, or say that a question found nobody to answer it."""
    interrupted = isinstance(error.__cause__, KeyboardInterrupt) or sys.stdin.isatty()
    if isinstance(error, typer.Abort) and not interrupted:
        typer.echo(texts.NO_ANSWER, err=True)
        return MISUSE
    return INTERRUPTED


def _log_failure() -> str:
    import structlog

    folio = uuid.uuid4().hex[:8]
    structlog.get_logger(__name__).exception("command.failed", folio=folio)
    return folio
