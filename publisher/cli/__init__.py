"""The command line: thin, one verb a function; other processes are started by module name.

Exit status: 0 done, 1 refused or failed, 2 misuse. ``--json`` prints one object.
"""

from __future__ import annotations

import resource
import sys
import uuid

import structlog
import typer
from typer._click import exceptions as misuse

from connectors.errors import ConnectorError
from publisher.cli import accounts, audit, check, data, deliveries, demo, people, processes, setup
from publisher.errors import PublisherError
from publisher.logs import configure_logs
from publisher.settings import load_settings
from publisher.texts import cli as texts
from vault.errors import VaultError

LATER = ("backup", "connectors", "doctor", "report", "restore", "vault")

cli = typer.Typer(help=texts.APP, no_args_is_help=True, add_completion=False, rich_markup_mode=None)
cli.command(help=texts.INIT)(setup.init)
cli.command(help=texts.DEMO)(demo.demo)
cli.command(help=texts.SERVE)(processes.serve)
cli.command(help=texts.WORKER)(processes.worker)
cli.command(help=texts.SANDBOX)(processes.sandbox)
cli.command(help=texts.CHECK)(check.check)
cli.command("import", help=texts.IMPORT)(data.import_)
cli.command(help=texts.EXPORT)(data.export)
cli.add_typer(deliveries.cli, name="deliveries", help=texts.DELIVERIES)
cli.add_typer(accounts.cli, name="accounts", help=texts.ACCOUNTS)
cli.add_typer(people.cli, name="people", help=texts.PEOPLE)
cli.add_typer(audit.cli, name="audit", help=texts.AUDIT)


def _add_later(name: str) -> None:
    @cli.command(
        name,
        help=texts.LATER_HELP,
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    )
    def later() -> None:
        typer.echo(texts.LATER.format(name=name), err=True)
        raise typer.Exit(2)


for _name in LATER:
    _add_later(_name)


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit with its status."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run one command; errors become one Spanish sentence, tracebacks go to the log."""
    # a core file would hold the key and every secret that was open
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        settings = load_settings()
        configure_logs(settings.log_level, settings.data_dir / "logs" / "pregonero.log")
        result = cli(args=arguments, standalone_mode=False, prog_name="pregonero")
    except (PublisherError, VaultError, ConnectorError) as error:
        typer.echo(getattr(error, "sentence", None) or str(error), err=True)
        return 1
    except misuse.UsageError as error:
        command = error.ctx.command_path if error.ctx else "pregonero"
        typer.echo(texts.MISUSE.format(problem=_problem(error), command=command), err=True)
        return 2
    except (typer.Abort, KeyboardInterrupt):
        return 130
    except Exception:  # noqa: BLE001 - the process's edge: a folio for the person, the rest in the log
        folio = uuid.uuid4().hex[:8]
        structlog.get_logger(__name__).exception("command.failed", folio=folio)
        typer.echo(texts.FAILED.format(folio=folio), err=True)
        return 1
    return result if isinstance(result, int) else 0


def _problem(error: misuse.UsageError) -> str:
    match error:
        case misuse.NoSuchOption():
            return texts.NO_SUCH_OPTION.format(name=error.option_name)
        case misuse.MissingParameter():
            return texts.MISSING.format(name=_name_of(error))
        case misuse.BadParameter():
            return texts.BAD_VALUE.format(name=_name_of(error))
        case _ if error.message.startswith("No such command"):
            return texts.NO_SUCH_COMMAND.format(name=error.message.split("'")[1])
        case _:
            return texts.OTHER_MISUSE


def _name_of(error: misuse.BadParameter) -> str:
    if error.param is None:
        return ""
    return error.param.opts[-1] if error.param.opts else str(error.param.name)
