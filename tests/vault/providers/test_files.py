from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from tests.support.key_file import key_file, key_place
from vault.errors import KeyDamaged, KeyFileExposed, KeyFileUnusable, KeyMissing
from vault.providers import files
from vault.ring import open_ring


@pytest.fixture
def key_path(tmp_path: Path) -> Path:
    return tmp_path / "llaves" / "kek.json"


def test_a_key_is_created_once_readable_by_its_owner_alone(key_path: Path) -> None:
    key_file(key_path)
    assert key_path.stat().st_mode & 0o777 == 0o400
    assert key_path.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in key_path.parent.iterdir()] == [key_path.name]


def test_no_key_is_created_beside_sealed_secrets(key_path: Path) -> None:
    with pytest.raises(KeyMissing) as caught:
        open_ring(key_place(key_path), may_create=False)
    assert str(key_path) in caught.value.sentence
    assert not key_path.exists()


@pytest.mark.parametrize(
    ("mode", "uid", "gid", "path", "exposed"),
    [
        (0o440, 0, 0, "/run/credentials/pregonero-serve.service/kek.key", False),
        (0o400, 0, 0, "/run/credentials/pregonero-serve.service/kek.key", False),
        (0o444, 0, 0, "/run/credentials/pregonero-serve.service/kek.key", True),
        (0o440, 0, 7, "/run/credentials/pregonero-serve.service/kek.key", True),
        (0o440, 0, 0, "/etc/pregonero/kek.key", True),
    ],
)
def test_a_credential_of_systemd_may_show_its_access_list_as_a_group(
    mode: int, uid: int, gid: int, path: str, *, exposed: bool
) -> None:
    facts = os.stat_result((stat.S_IFREG | mode, 1, 1, 1, uid, gid, 0, 0, 0, 0))
    assert files._is_exposed(Path(path), facts) is exposed


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o420, 0o444])
def test_a_key_file_that_others_may_touch_is_refused(key_path: Path, mode: int) -> None:
    key_file(key_path)
    key_path.chmod(mode)
    with pytest.raises(KeyFileExposed, match="chmod 400"):
        key_place(key_path).read()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to someone else")
def test_a_key_file_of_a_stranger_is_refused(key_path: Path) -> None:
    key_file(key_path)
    os.chown(key_path, 12345, 12345)
    with pytest.raises(KeyFileExposed):
        key_place(key_path).read()


def test_a_damaged_key_file_is_said_to_be_damaged(key_path: Path) -> None:
    key_file(key_path)
    body = json.loads(key_path.read_text())
    flipped = ("B" if body["kek"][0] == "A" else "A") + body["kek"][1:]
    short = json.dumps(body | {"root": ""})
    for text in ("", "{}", "[]", "\xff", "[" * 3000, short, json.dumps(body | {"kek": flipped})):
        key_path.unlink()
        key_path.write_text(text)
        key_path.chmod(0o400)
        with pytest.raises(KeyDamaged):
            key_place(key_path).read()


def test_a_folder_in_place_of_the_key_gives_a_sentence(tmp_path: Path) -> None:
    with pytest.raises((KeyDamaged, KeyFileUnusable)):
        key_place(tmp_path).read()
    blocked = tmp_path / "archivo"
    blocked.write_text("")
    with pytest.raises(KeyFileUnusable):
        key_file(blocked / "kek")
