from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from publisher import media
from publisher.editorial.content import MediaUse
from publisher.errors import Forbidden, NotFound
from publisher.queries import pictures, places
from tests.support.posts import Newsroom


def upload(room: Newsroom) -> media.MediaInfo:
    held = BytesIO()
    Image.new("RGB", (640, 480), "#0F5F6E").save(held, "JPEG")
    return media.accept(
        room.app, room.oper, plantel_id=1, file_name="foto.jpg", data=held.getvalue()
    )


def test_a_picture_is_seen_by_its_plantel_and_the_central_office_only(room: Newsroom) -> None:
    info = upload(room)
    for actor in (room.oper, room.coor, room.dirv):
        pictures.require(room.app, actor, info.sha256)
    pictures.require(room.app, room.oper, info.renditions[0].sha256)
    with pytest.raises(NotFound):
        pictures.require(room.app, room.house.actor("OPER", 2), info.sha256)
    with pytest.raises(Forbidden):
        pictures.require(room.app, room.house.actor("ADM"), info.sha256)


def test_a_picture_of_a_post_meant_for_a_plantel_is_seen_there(room: Newsroom) -> None:
    info = upload(room)
    other = room.house.actor("OPER", 2)
    use = MediaUse(media_id=info.id, alt_text="Un muro verde liso y recién pintado", credit="Yo")
    post_id = room.submitted(media=(use,))
    with pytest.raises(NotFound):
        pictures.require(room.app, other, info.sha256)
    from publisher.editorial.content import write_targets
    from publisher.models import Post

    with room.app.write() as session:
        write_targets(session, session.get_one(Post, post_id), room.accounts(2, "x"))
    pictures.require(room.app, other, info.sha256)


def test_accounts_and_planteles_are_those_in_scope(room: Newsroom) -> None:
    assert [row.id for row in places.planteles(room.app, room.oper)] == [1]
    assert len(places.planteles(room.app, room.coor)) == 77
    assert {row.plantel_id for row in places.accounts(room.app, room.oper, [1, 2])} == {1}
