"""The sandbox as a process: restart, kill -9, signals, a busy port."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from connectors.sandbox import client
from tests.connectors.sandbox.clients import (
    INSTAGRAM,
    PAGE,
    X,
    attached,
    graph,
    photo,
    picture,
    tweet,
    x_upload,
)

pytestmark = pytest.mark.processes


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "connectors.sandbox", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@contextmanager
def sandbox(data: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = start("--port", "0", "--data", str(data))
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = line.split()[-1]
        for _ in range(200):
            try:
                requests.get(f"{url}/_sandbox/posts", timeout=5)
                break
            except requests.ConnectionError:
                time.sleep(0.02)
        yield process, url
    finally:
        process.kill()
        process.communicate()


def test_a_restart_keeps_accounts_posts_media_containers_log_and_faults(tmp_path: Path) -> None:
    data = tmp_path / "deep" / "sandbox.sqlite"
    with sandbox(data) as (process, url):
        client.register(url, [X, PAGE, INSTAGRAM])
        media_id = x_upload(url, picture(), alt_text="Patio")
        photo_id = photo(url, picture(), alt_text_custom="Salón").json()["id"]
        tweet(url, "antes")
        client.revoke(url, network="facebook", account="201")
        client.put_faults(url, {"network": "x", "fault": "500", "count": 2})
        assert tweet(url, "falla").status_code == 500
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert data.stat().st_mode & 0o077 == 0
    with sandbox(data) as (process, url):
        assert [p["text"] for p in client.posts(url)] == ["antes"]
        assert client.requests_log(url)[-1]["status"] == 500
        assert graph(url, "GET", "me").json()["error"]["code"] == 190
        assert tweet(url, "falla").status_code == 500
        assert tweet(url, "después", media=[media_id]).status_code == 201
        client.register(url, [{**PAGE, "token": "new"}])
        fields = {"message": "foto", **attached([photo_id])}
        assert graph(url, "POST", "201/feed", token="new", **fields).status_code == 200
        posts = client.posts(url)
        assert [p["alt_texts"] for p in posts] == [[], ["Patio"], ["Salón"]]
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


def test_a_post_accepted_before_kill_minus_nine_is_there_with_its_request(tmp_path: Path) -> None:
    data = tmp_path / "sandbox.sqlite"
    with sandbox(data) as (process, url):
        client.register(url, [X])
        client.put_faults(url, {"network": "x", "fault": "accept-then-hang"})

        def publish() -> None:
            with pytest.raises(requests.ConnectionError):
                tweet(url, "aceptada")

        thread = threading.Thread(target=publish)
        thread.start()
        while not client.posts(url):
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        thread.join(10)
    with sandbox(data) as (_, url):
        assert [p["text"] for p in client.posts(url)] == ["aceptada"]
        (entry,) = client.requests_log(url)
        assert (entry["path"], entry["account"], entry["status"]) == ("/2/tweets", "101", None)
        assert tweet(url, "aceptada").status_code == 403


def test_every_answered_post_survives_kill_minus_nine_at_any_moment(tmp_path: Path) -> None:
    data = tmp_path / "sandbox.sqlite"
    answered: set[str] = set()
    for turn in range(3):
        with sandbox(data) as (process, url):
            client.register(url, [PAGE])
            killer = threading.Timer(0.15 + turn / 20, process.kill)
            try:
                for number in range(10_000):
                    if number == 5:  # however slow the machine is, some were answered
                        killer.start()
                    text = f"{turn}-{number}"
                    if graph(url, "POST", "201/feed", message=text).status_code == 200:
                        answered.add(text)
            except requests.RequestException:
                pass
            killer.join()
    with sandbox(data) as (_, url):
        shown = [p["text"] for p in client.posts(url)]
        logged = [e for e in client.requests_log(url) if e["route"] == "publish"]
    assert len(answered) > 10
    assert answered <= set(shown)
    assert len(shown) == len(set(shown)) <= len(logged)


@pytest.mark.parametrize("wrong", ["busy", "host", "folder"])
def test_what_cannot_start_is_one_spanish_sentence_and_status_1(tmp_path: Path, wrong: str) -> None:
    with sandbox(tmp_path / "a.sqlite") as (_, url):
        arguments = {
            "busy": ["--port", url.rpartition(":")[2]],
            "host": ["--port", "0", "--host", "0.0.0.0"],
            "folder": ["--port", "0", "--data", str(tmp_path)],
        }[wrong]
        process = start(*arguments)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 1
    assert out == ""
    assert len(err.splitlines()) == 1
    assert err.strip().endswith(".")
    assert "Traceback" not in err
