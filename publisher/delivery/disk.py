"""Room on the disk: without it no attempt could be written down, so none is begun."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy.engine import make_url

from publisher.app import App
from publisher.delivery.alarm import Alarms
from publisher.delivery.process import host_name
from publisher.texts import delivery as texts

MEGABYTE = 1024 * 1024


class Disk:
    """The file systems that the data folder and a SQLite database are on."""

    def __init__(self, app: App, alarms: Alarms) -> None:
        self._floor = app.settings.min_free_mb
        self._alarms = alarms
        self._folders = _folders(app)
        self._roomy: bool | None = None

    def has_room(self) -> bool:
        """Tell whether something may be begun; a change raises or clears the alarm, once."""
        roomy = all(free_bytes(folder) >= self._floor * MEGABYTE for folder in self._folders)
        if roomy != self._roomy:
            self._roomy = roomy
            name = f"disk:{host_name()}"
            if roomy:
                self._alarms.clear(name)
            else:
                sentence = texts.DISK_LOW.format(host=host_name(), floor=self._floor)
                self._alarms.sound(name, subject=texts.ALARM_DISK, sentence=sentence)
        return roomy


def free_bytes(folder: Path) -> int:
    """Return what an ordinary process may still write in ``folder``; 0 if that is unknown.

    A folder that is not there yet will be made in the nearest one that is.
    """
    try:
        found = os.statvfs(folder)
    except FileNotFoundError:
        return free_bytes(folder.parent) if folder != folder.parent else 0
    except OSError:
        return 0
    return found.f_bavail * found.f_frsize


def _folders(app: App) -> list[Path]:
    folders = {app.settings.data_dir.resolve()}
    url = make_url(app.settings.url)
    if url.get_backend_name() == "sqlite" and url.database:
        folders.add(Path(url.database).resolve().parent)
    return sorted(folders)
