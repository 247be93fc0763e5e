"""``python -m connectors.sandbox --port P --data FILE``."""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from pathlib import Path

from connectors.sandbox import texts
from connectors.sandbox.control import BadRequest, read_accounts, read_speed
from connectors.sandbox.faults import BadFault, Fault, FaultBook, read_script
from connectors.sandbox.records import Account
from connectors.sandbox.server import HostRefused, PortBusy, listen, serve
from connectors.sandbox.state import State


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        speed = read_speed(options.speed)
        accounts = _accounts(options.accounts)
        faults = read_script(options.faults) if options.faults else None
        listener = listen(options.host, options.port)
    except (BadRequest, BadFault, HostRefused, PortBusy) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    address, port = listener.getsockname()[:2]
    try:
        state = State(options.data, processing=options.processing, quota=options.quota)
    except (OSError, sqlite3.Error):
        listener.close()
        print(texts.data_unusable(str(options.data)), file=sys.stderr)  # noqa: T201
        return 1
    state.speed = speed
    prepare(state, accounts, faults)
    print(texts.listening(f"http://{address}:{port}"), flush=True)  # noqa: T201
    try:
        serve(state, listener)
    finally:
        state.close()
    return 0


def prepare(state: State, accounts: list[Account], faults: list[Fault] | None) -> None:
    """Register accounts and order faults before anybody calls."""
    if accounts:
        state.register(accounts)
    if faults is not None:
        state.store_faults(FaultBook(faults, clock=state.clock).bodies())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="connectors.sandbox",
        description=texts.DESCRIPTION,
        epilog=texts.EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1", help=texts.HELP_HOST)
    parser.add_argument("--port", type=int, default=8870, help=texts.HELP_PORT)
    parser.add_argument("--data", type=Path, default=None, help=texts.HELP_DATA)
    parser.add_argument("--accounts", type=Path, default=None, help=texts.HELP_ACCOUNTS)
    parser.add_argument("--faults", type=Path, default=None, help=texts.HELP_FAULTS)
    parser.add_argument("--speed", type=float, default=1.0, help=texts.HELP_SPEED)
    parser.add_argument("--quota", type=int, default=10_000, help=texts.HELP_QUOTA)
    parser.add_argument("--processing", type=float, default=0.3, help=texts.HELP_PROCESSING)
    return parser


def _accounts(path: Path | None) -> list[Account]:
    """Read a file of accounts. Raises ``BadRequest``."""
    if path is None:
        return []
    try:
        return read_accounts(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as error:
        why = str(error) if isinstance(error, BadRequest) else texts.BODY_NOT_JSON
        raise BadRequest(texts.accounts_unreadable(str(path), why)) from None


if __name__ == "__main__":
    sys.exit(main())
