from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import av
import pytest
from PIL import Image

from connectors.contract import Credential, Part, Pending, Staged
from connectors.errors import CredentialRejected, NotConfigured, Refused, Unavailable
from connectors.instagram_uploads import still
from connectors.instagrapi_client import GuardedClient
from connectors.opening import CodeKind, Done, Login, LoginRefused
from connectors.registry import load
from connectors.sandbox.testing import RunningSandbox, running_sandbox
from connectors.transport import Transport
from tests.connectors.bench import Bench, Pictures, endpoints
from tests.connectors.login_suite import LoginSuite
from tests.connectors.pictures import jpeg
from tests.connectors.suite import ConnectorSuite
from tests.connectors.test_instagram import instagram_kinds

SESSION = "plantedsessionid0123456789"
SETTINGS = {
    "authorization_data": {"ds_user_id": "4404", "sessionid": SESSION},
    "private_transport": "curl",
    "session_retry_total": 3,
    "request_timeout": 1,
}


class TestInstagramLogin(LoginSuite):
    key = "instagram_private"
    account = "4404"
    code_steps: ClassVar[dict[str, CodeKind]] = {
        "app": "app",
        "sms": "sms",
        "profile": "sent",
        "legacy_app": "app",
        "legacy_sms": "sms",
        "challenge_email": "email",
        "challenge_sms": "sms",
    }
    registration: ClassVar[dict[str, str]] = {
        "network": "instagram",
        "external_id": account,
        "handle": "plantelsaltillo",
        "token": SESSION,
    }

    def test_the_device_stays_the_same_and_the_old_session_is_left_behind(
        self, login: Callable[..., Login]
    ) -> None:
        first = login().begin(self.user, self.password)
        assert isinstance(first, Done)
        second = login(settings=first.settings).begin(self.user, self.password)
        assert isinstance(second, Done)
        before, after = json.loads(first.settings), json.loads(second.settings)
        for name in ("uuids", "device_settings", "user_agent", "usdid", "country"):
            assert before[name] == after[name]
        assert before["country"] == "MX"
        assert before["authorization_data"] != after["authorization_data"]

    def test_who_recognises_the_login_needs_no_code(
        self, login: Callable[..., Login], shared_sandbox: RunningSandbox
    ) -> None:
        done = login("its_me").begin(self.user, self.password)
        assert self.proven(done, shared_sandbox) == self.user

    def test_a_session_of_another_account_is_not_taken_and_is_closed(
        self, login: Callable[..., Login], shared_sandbox: RunningSandbox
    ) -> None:
        opening = login()
        other = {**self.registration, "external_id": "4405", "handle": "otra", "token": "t" * 9}
        shared_sandbox.register(other)
        outcome = opening.begin("otra", "cualquiera")
        assert isinstance(outcome, LoginRefused)
        assert outcome.reason == "other_account"
        last = shared_sandbox.requests_log()[-1]
        assert (last["path"], last["status"]) == ("/api/v1/accounts/logout/", 200)

    def test_the_password_never_travels_in_clear(
        self, login: Callable[..., Login], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bodies: list[bytes] = []
        send = Transport.send

        def watched(self: Transport, request: Any, *args: Any, **kwargs: Any) -> Any:
            body = request.body or b""
            bodies.append(body if isinstance(body, bytes) else body.encode())
            return send(self, request, *args, **kwargs)

        monkeypatch.setattr(Transport, "send", watched)
        password = "ClaveSinAcentos91"
        login("legacy_app").begin(self.user, password)
        assert len(bodies) > 5
        assert not any(password.encode() in body for body in bodies)


class TestInstagramPrivate(ConnectorSuite):
    key = "instagram_private"
    account = "4404"
    fields: ClassVar[dict[str, str]] = {"settings": json.dumps(SETTINGS)}
    tokens = (SESSION,)
    throttles_at_publish = False
    quotas_told = frozenset()
    registration: ClassVar[dict[str, str]] = {
        "network": "instagram",
        "external_id": account,
        "handle": "plantelsaltillo",
        "name": "Plantel Saltillo",
        "token": SESSION,
    }

    @pytest.fixture(autouse=True)
    def stills(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("connectors.instagram_uploads.still", lambda _: jpeg(7))

    def kinds(self, images: Pictures, films: Pictures) -> dict[str, Part]:
        return {**super().kinds(images, films), **instagram_kinds(images, films)}

    def test_a_video_alone_is_shown_as_a_reel(self, bench: Bench, films: Pictures) -> None:
        receipt = bench.publish(Part(text="Un video", media=(films(1),)))
        assert bench.sandbox.posts()[0]["form"] == "reel"
        assert "/reel/" in receipt.permalink

    def test_a_film_gets_time_before_it_is_configured(self, bench: Bench, films: Pictures) -> None:
        part = Part(text="Un video", media=(films(1),), form="reel")
        first = bench.connector.stage(bench.credential, part)
        assert isinstance(first, Pending)
        assert first.wait == 10
        assert isinstance(bench.connector.stage(bench.credential, part, first.handle), Staged)

    def test_stories_and_reels_are_among_the_newest_posts(
        self, bench: Bench, images: Pictures, films: Pictures
    ) -> None:
        for part in instagram_kinds(images, films).values():
            bench.publish(part)
        forms = [seen.form for seen in bench.connector.recent(bench.credential).items]
        assert sorted(forms) == ["feed", "reel", "story", "story"]

    def test_another_story_is_not_taken_for_ours(
        self, bench: Bench, images: Pictures, since: datetime
    ) -> None:
        part = Part(text="", media=(images(1),), form="story")
        staged = bench.ready(part)
        bench.publish(Part(text="", media=(images(2),), form="story"))
        assert bench.find(part, staged, since).matches == ()

    def test_a_film_that_is_none_goes_back_to_its_author(
        self, bench: Bench, films: Pictures, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("connectors.instagram_uploads.still", still)
        with pytest.raises(Refused) as caught:
            bench.ready(Part(text="Roto", media=(films(1),), form="reel"))
        assert caught.value.code == "instagram_private.bad_video"

    def test_unreadable_settings_are_our_set_up(self, bench: Bench) -> None:
        with pytest.raises(NotConfigured) as caught:
            bench.connector.verify(Credential(self.account, {"settings": "{no"}))
        assert "vuelva a iniciar sesión" in caught.value.sentence

    def test_a_session_lost_before_the_upload_holds_the_account(
        self, bench: Bench, part: Part
    ) -> None:
        bench.sandbox.revoke(network="instagram", account=self.account)
        with pytest.raises(CredentialRejected):
            bench.ready(part)

    def test_several_images_are_one_configure_request(self, bench: Bench, part: Part) -> None:
        bench.publish(part)
        configures = [e for e in bench.sandbox.requests_log() if "configure" in e["path"]]
        assert len(configures) == 1


@pytest.mark.parametrize(
    "disturb",
    [
        lambda client: None,
        lambda client: client.set_settings(SETTINGS),
        lambda client: client.set_retry_config(session_retry_total=3, private_transport="curl"),
        lambda client: client.set_retry_config(private_transport="requests"),
        lambda client: client.set_retry_config(public_transport="requests"),
    ],
    ids=["new", "settings", "curl", "private", "public"],
)
def test_nothing_brings_the_librarys_own_transport_back(
    disturb: Callable[[GuardedClient], object],
) -> None:
    transport = Transport("http://127.0.0.1:9", loopback_only=True)
    client = GuardedClient(SETTINGS, transport)
    disturb(client)
    for session in (client.private, client.public, client.graphql):
        assert set(session.adapters.values()) == {transport}


def test_a_film_that_is_still_transcoded_was_not_published(films: Pictures) -> None:
    with running_sandbox(processing=30.0, accounts=(TestInstagramPrivate.registration,)) as running:
        connector = load("instagram_private", endpoints(running.base_url))
        credential = Credential(TestInstagramPrivate.account, TestInstagramPrivate.fields)
        part = Part(text="Un reel", media=(films(1),), form="reel")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("connectors.instagram_uploads.still", lambda _: jpeg(7))
            steps = connector.stage(credential, part)
        with pytest.raises(Unavailable) as caught:
            connector.publish(
                credential, part, Staged(handle=steps.handle), deadline=time.monotonic() + 9
            )
        assert caught.value.code == "instagram_private.not_ready"
        assert running.posts() == []


def test_nothing_is_configured_before_the_visible_request() -> None:
    client = GuardedClient(SETTINGS, Transport("http://127.0.0.1:9", loopback_only=True))
    with pytest.raises(RuntimeError):
        client.private_request("media/configure_to_clips/?video=1", {})


def test_the_still_of_a_film_is_one_of_its_pictures(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    with av.open(path, "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height = 64, 96
        frame = av.VideoFrame.from_image(Image.new("RGB", (64, 96), (200, 30, 30)))
        for packet in [*stream.encode(frame), *stream.encode()]:
            container.mux(packet)
    with Image.open(io.BytesIO(still(path))) as image:
        assert (image.format, image.size) == ("JPEG", (64, 96))
        red, green, _ = image.getpixel((32, 48))  # type: ignore[misc]
    assert red > 150 > green


def test_a_prompt_is_never_reached() -> None:
    client = GuardedClient(SETTINGS, Transport("http://127.0.0.1:9", loopback_only=True))
    assert client.with_challenge_flow is False
    with pytest.raises(RuntimeError):
        client.challenge_code_handler("plantel", "sms")
