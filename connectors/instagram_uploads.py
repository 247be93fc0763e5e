"""What Instagram's unofficial way sends before a post exists, and the request that makes it one.

The library's own verbs for reels upload and configure in one go; here they are stopped before the
second (``instagrapi_client``). The still that stands for a film is one of its own pictures.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from connectors import texts
from connectors.calls import content_of, opened
from connectors.contract import MediaItem, Part
from connectors.errors import Refused
from connectors.instagrapi_client import GuardedClient
from connectors.instagrapi_films import FILM

TABLE = "instagram_private"

_COVER = Path("cover.jpg")
"""Named where the library wants a path of a still that went up before."""


_PIECE = 4 << 20


class _UploadIds:
    """The library names an upload by the millisecond; two of one millisecond would be one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def new(self) -> str:
        with self._lock:
            self._last = max(self._last + 1, int(time.time() * 1000))
            return str(self._last)


_upload_ids = _UploadIds()


def is_reel(part: Part) -> bool:
    """Tell whether the post is a reel, as the network shows every film that stands alone."""
    return part.form == "reel" or (
        part.form == "feed" and [i.kind for i in part.media] == ["video"]
    )


def send(client: GuardedClient, part: Part, item: MediaItem) -> dict[str, Any]:
    """Upload one medium of ``part``; return what configuring it needs."""
    album, story = len(part.media) > 1, part.form == "story"
    with tempfile.TemporaryDirectory() as folder:
        if item.kind != "video":
            path = Path(folder) / "image.jpg"
            path.write_bytes(content_of(TABLE, item))
            name, width, height = client.photo_rupload(
                path, _upload_ids.new(), to_album=album, for_story=story
            )
            return {"id": str(name), "width": width, "height": height}
        film, cover = Path(folder) / FILM, Path(folder) / "cover.jpg"
        with opened(TABLE, item) as (source, _), film.open("wb") as file:
            shutil.copyfileobj(source, file, _PIECE)
        cover.write_bytes(item.cover() if item.cover else still(film))
        if is_reel(part):
            name, width, height, seconds = client.clip_rupload(film, cover)
        else:
            name, width, height, seconds, _ = client.video_rupload(
                film, cover, to_album=album, to_story=story
            )
        if not story:
            client.photo_rupload(cover, str(name), for_story=not album)
    return {"id": str(name), "width": width, "height": height, "seconds": seconds}


def still(film: Path) -> bytes:
    """Return the first picture of a film as JPEG. Raises ``Refused`` if there is none."""
    import av

    out = io.BytesIO()
    try:
        with av.open(str(film), mode="r") as container:
            picture: Any = next(container.decode(video=0))
            picture.to_image().convert("RGB").save(out, "JPEG", quality=90)
    except (av.FFmpegError, StopIteration, IndexError, OSError, ValueError):
        raise Refused(
            "no picture could be read",
            code=f"{TABLE}.bad_video",
            sentence=texts.error(TABLE, "bad_video"),
        ) from None
    return out.getvalue()


def configure(
    client: GuardedClient, part: Part, uploads: list[Mapping[str, Any]]
) -> dict[str, Any]:
    """Make the uploads one visible post, by one request; return the reply."""
    with client.publishing():
        reply: dict[str, Any] = _configure(client, part, uploads)
    return reply


def _configure(client: GuardedClient, part: Part, uploads: list[Mapping[str, Any]]) -> Any:
    captions = [
        {"custom_accessibility_caption": i.alt_text} if i.alt_text else {} for i in part.media
    ]
    if len(uploads) > 1:
        children = [
            {**(_film_child(upload) if "seconds" in upload else _child(upload)), **caption}
            for upload, caption in zip(uploads, captions, strict=True)
        ]
        return client.album_configure(children, part.text)
    (only,) = uploads
    size = (only["id"], only["width"], only["height"])
    if part.form == "story" and "seconds" in only:
        return client.video_configure_to_story(*size, only["seconds"], _COVER, "")
    if part.form == "story":
        return client.photo_configure_to_story(*size, "")
    if "seconds" in only:
        return client.clip_configure(only["id"], _COVER, *size[1:], only["seconds"], part.text)
    return client.photo_configure(*size, part.text, extra_data=captions[0])


def _child(upload: Mapping[str, Any]) -> dict[str, Any]:
    """Return an image of an album as the private API wants it."""
    size = [upload["width"], upload["height"]]
    edits = {"crop_original_size": size, "crop_center": [0.0, -0.0], "crop_zoom": 1.0}
    return {
        "upload_id": upload["id"],
        "edits": _compact(edits),
        "extra": _compact({"source_width": size[0], "source_height": size[1]}),
        "scene_capture_type": "",
        "scene_type": None,
    }


def _film_child(upload: Mapping[str, Any]) -> dict[str, Any]:
    """Return a film of an album as the private API wants it."""
    size = {"source_width": upload["width"], "source_height": upload["height"]}
    return {
        "upload_id": upload["id"],
        "clips": _compact([{"length": upload["seconds"], "source_type": "4"}]),
        "extra": _compact(size),
        "length": upload["seconds"],
        "poster_frame_index": "0",
        "filter_type": "0",
        "video_result": "",
        "audio_muted": "false",
    }


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
