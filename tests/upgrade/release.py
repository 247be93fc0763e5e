"""The previous release's code in a folder of its own, and commands of it as real processes."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
import tarfile
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PREVIOUS = "2915ed8"
"""The commit of the previous release; the next release puts its own here and runs ``make``."""

PLANTELES = "publisher/data/planteles.csv"


class NoHistoryError(RuntimeError):
    """The project's history is not here, so the previous release's code is not either."""


def check_out(folder: Path, revision: str = PREVIOUS, *, planteles: int | None = None) -> Path:
    """Write the code of ``revision`` to ``folder``; ``planteles`` keeps only the first so many.

    Raises ``NoHistoryError`` where there is no git history.
    """
    done = subprocess.run(
        ["git", "archive", "--format=tar", revision],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        raise NoHistoryError(
            f"the code of {revision} is not in this copy's history: {done.stderr.decode()}"
        )
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
    if planteles is not None:
        path = folder / PLANTELES
        rows = path.read_text("utf-8").splitlines(keepends=True)
        # P30 is one of the planteles whose people the demo shows
        kept = [*rows[: planteles + 1], *(row for row in rows if row.startswith("P30,"))]
        path.write_text("".join(kept), "utf-8")
    return folder


def free_ports() -> int:
    """Return a port such that it and the next one are free."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                two.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


class Installation:
    """Commands of either release on one data folder and one database."""

    def __init__(self, folder: Path, url: str, port: int) -> None:
        self.folder, self.port = folder, port
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("PREGONERO_")},
            "PREGONERO_DATA_DIR": str(folder),
            "PREGONERO_DATABASE_URL": url,
            "PREGONERO_SANDBOX_PORT": str(port),
        }

    def start(
        self, code: Path, *arguments: str, log: Path | None = None
    ) -> subprocess.Popen[bytes]:
        """Start one command of the release whose code is in ``code``."""
        with (log or Path(os.devnull)).open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "publisher.cli", *arguments],
                cwd=code,
                env={**self.environment, "PYTHONPATH": str(code)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def run(self, code: Path, *arguments: str) -> dict[str, Any]:
        """Run one command to its end and return the JSON that it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "publisher.cli", *arguments],
            cwd=code,
            env={**self.environment, "PYTHONPATH": str(code)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}")
        value: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return value

    def sandbox(self, path: str, *, method: str = "GET", body: object = None) -> Any:
        """Call the sandbox's control."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None
