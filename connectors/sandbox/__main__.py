"""``python -m connectors.sandbox --port P --data FILE``."""

from __future__ import annotations

import argparse
import sqlite3
import sys
from pathlib import Path

from connectors.sandbox import texts
from connectors.sandbox.server import HostRefused, PortBusy, listen, serve
from connectors.sandbox.state import State


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; return the exit status."""
    parser = argparse.ArgumentParser(prog="connectors.sandbox", description=texts.DESCRIPTION)
    parser.add_argument("--host", default="127.0.0.1", help=texts.HELP_HOST)
    parser.add_argument("--port", type=int, default=8870, help=texts.HELP_PORT)
    parser.add_argument("--data", type=Path, default=None, help=texts.HELP_DATA)
    parser.add_argument("--processing", type=float, default=0.3, help=texts.HELP_PROCESSING)
    options = parser.parse_args(arguments)
    try:
        listener = listen(options.host, options.port)
    except (HostRefused, PortBusy) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    address, port = listener.getsockname()[:2]
    try:
        state = State(options.data, processing=options.processing)
    except (OSError, sqlite3.Error):
        listener.close()
        print(texts.data_unusable(str(options.data)), file=sys.stderr)  # noqa: T201
        return 1
    print(texts.listening(f"http://{address}:{port}"), flush=True)  # noqa: T201
    try:
        serve(state, listener)
    finally:
        state.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
