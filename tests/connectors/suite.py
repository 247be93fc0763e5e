"""The behaviour every connector must show, against the sandbox; each network inherits it."""

from __future__ import annotations

import logging
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from connectors.contract import Connector, Content, Credential, MediaItem, Part, PartKind, Staged
from connectors.endpoints import Endpoints
from connectors.errors import (
    ConnectorError,
    CredentialRejected,
    NotConfigured,
    NotSent,
    OutcomeUnknown,
    Throttled,
    Unavailable,
)
from connectors.registry import load
from connectors.sandbox.testing import RunningSandbox
from tests.connectors.bench import Bench, Pictures, endpoints, refused_port
from tests.connectors.films import lengthened


class ConnectorSuite:
    """Inherit, set the class attributes, and the network is held to the contract."""

    key: ClassVar[str]
    account: ClassVar[str]
    registration: ClassVar[dict[str, str]]
    fields: ClassVar[dict[str, str]]
    tokens: ClassVar[tuple[str, ...]]
    throttles_at_publish: ClassVar[bool] = True
    quotas_told: ClassVar[frozenset[str]] = frozenset({"account", "app"})
    follows: ClassVar[PartKind | None] = None
    """What may follow a post here: the items of a thread, a first comment, or nothing."""

    @pytest.fixture
    def bench(self, shared_sandbox: RunningSandbox) -> Bench:
        sandbox = shared_sandbox
        sandbox.reset(everything=True)
        sandbox.register(self.registration)
        return Bench(
            connector=load(self.key, endpoints(sandbox.base_url)),
            credential=Credential(self.account, self.fields),
            sandbox=sandbox,
            account=self.account,
        )

    @pytest.fixture
    def part(self, images: Pictures) -> Part:
        return Part(
            text="Jornada de vacunación & registro: https://example.com/a", media=(images(1),)
        )

    @pytest.fixture
    def since(self) -> datetime:
        return datetime.now(UTC) - timedelta(seconds=2)

    def kinds(self, images: Pictures, films: Pictures) -> dict[str, Part]:
        """Return one part of each kind of post that the network publishes, by name."""
        return {
            "image": Part(text="Una imagen", media=(images(1),)),
            "images": Part(text="Tres imágenes", media=tuple(images(n) for n in (3, 1, 2))),
        }

    # What it is

    def test_it_keeps_the_protocol(self, bench: Bench) -> None:
        assert isinstance(bench.connector, Connector)
        assert tuple(self.fields) == bench.connector.credential_fields

    def test_one_instance_serves_a_process(self, bench: Bench) -> None:
        assert load(self.key, endpoints(bench.sandbox.base_url)) is bench.connector

    def test_a_long_film_is_never_asked_for_as_a_whole(self, bench: Bench, films: Pictures) -> None:
        limits = bench.connector.limits
        if not limits.videos_max or bench.connector.needs_public_media:
            return
        for form in limits.forms:
            asked: list[int] = []
            film = lengthened(films(1), 9 << 20, asked)
            bench.publish(Part(text="" if form == "story" else form, media=(film,), form=form))
            assert max(asked) <= 5 << 20
            assert bench.sandbox.posts()[-1]["media_digests"] == [film.sha256]

    # Check

    def test_good_content_raises_no_issue(self, bench: Bench, part: Part) -> None:
        assert bench.connector.check(Content(parts=(part,))) == ()

    def test_check_needs_neither_bytes_nor_address(self, bench: Bench, part: Part) -> None:
        bare = tuple(
            MediaItem(sha256=i.sha256, kind=i.kind, mime=i.mime, width=800, height=800, size=i.size)
            for i in part.media
        )
        assert bench.connector.check(Content(parts=(Part(text=part.text, media=bare),))) == ()

    def test_too_long_a_text_is_refused_in_spanish(self, bench: Bench, part: Part) -> None:
        most = bench.connector.limits.text_max or 0
        issues = bench.connector.check(
            Content(parts=(Part(text="a" * (most + 3), media=part.media),))
        )
        (issue,) = issues
        assert issue.code.endswith(".text.too_long")
        assert issue.severity == "block"
        assert "quite 3" in issue.sentence

    def test_a_text_of_exactly_the_limit_passes(self, bench: Bench, part: Part) -> None:
        text = "a" * (bench.connector.limits.text_max or 0)
        assert bench.connector.check(Content(parts=(Part(text=text, media=part.media),))) == ()

    def test_too_many_images_are_refused(self, bench: Bench, images: Pictures) -> None:
        many = tuple(images(n) for n in range(bench.connector.limits.images_max + 1))
        codes = {
            i.code for i in bench.connector.check(Content(parts=(Part(text="a", media=many),)))
        }
        assert codes == {f"{bench.connector.network}.media.too_many"}

    def test_nothing_at_all_is_refused(self, bench: Bench) -> None:
        issues = bench.connector.check(Content(parts=(Part(text="  \n"),)))
        assert any(issue.severity == "block" for issue in issues)
        assert bench.connector.check(Content(parts=()))[0].severity == "block"

    # Verify

    def test_verify_names_the_account(self, bench: Bench) -> None:
        assert bench.connector.verify(bench.credential).external_id == self.account

    def test_a_token_of_another_account_is_rejected(self, bench: Bench) -> None:
        with pytest.raises((CredentialRejected, Unavailable)):
            bench.connector.verify(Credential("999", self.fields))

    def test_a_revoked_token_is_rejected(self, bench: Bench) -> None:
        bench.sandbox.revoke(network=bench.connector.network, account=self.account)
        with pytest.raises(CredentialRejected) as caught:
            bench.connector.verify(bench.credential)
        assert caught.value.sentence.endswith(".")

    def test_a_missing_field_is_our_own_set_up(self, bench: Bench) -> None:
        with pytest.raises(NotConfigured) as caught:
            bench.connector.verify(Credential(self.account, {}))
        assert "«Cuentas»" in caught.value.sentence

    # Stage and publish

    def test_staging_twice_shows_nothing(self, bench: Bench, part: Part) -> None:
        first, second = bench.ready(part), bench.ready(part)
        assert first.handle != second.handle
        assert bench.sandbox.posts() == []
        assert bench.visible_requests() == 0

    def test_a_fresh_handle_is_not_uploaded_again(self, bench: Bench, part: Part) -> None:
        staged = bench.ready(part)
        uploads = sum(e["route"] == "upload" for e in bench.sandbox.requests_log())
        again = bench.connector.stage(bench.credential, part, staged.handle)
        assert isinstance(again, Staged)
        assert again.handle == staged.handle
        assert sum(e["route"] == "upload" for e in bench.sandbox.requests_log()) == uploads

    def test_a_handle_of_other_media_is_not_reused(
        self, bench: Bench, part: Part, images: Pictures
    ) -> None:
        staged = bench.ready(part)
        other = Part(text=part.text, media=(images(2),))
        again = bench.connector.stage(bench.credential, other, staged.handle)
        assert again.handle != staged.handle

    def test_publish_shows_exactly_what_was_approved(self, bench: Bench, part: Part) -> None:
        receipt = bench.publish(part)
        (post,) = bench.sandbox.posts()
        assert post["id"] == receipt.remote_id
        assert post["account"] == self.account
        assert post["text"] == part.text
        assert post["alt_texts"] == [part.media[0].alt_text]
        assert bench.visible_requests() == 1
        assert {told.scope for told in receipt.usage} == self.quotas_told

    def test_several_images_keep_their_order(self, bench: Bench, images: Pictures) -> None:
        part = Part(text="Tres momentos", media=tuple(images(n) for n in (3, 1, 2)))
        bench.publish(part)
        (post,) = bench.sandbox.posts()
        assert post["alt_texts"] == [item.alt_text for item in part.media]

    def test_past_its_deadline_nothing_is_sent(self, bench: Bench, part: Part) -> None:
        staged = bench.ready(part)
        with pytest.raises(NotSent) as caught:
            bench.connector.publish(
                bench.credential, part, staged, deadline=time.monotonic() - 0.001
            )
        assert caught.value.code == "transport.deadline"
        assert bench.visible_requests() == 0

    def test_threads_share_a_connector(self, bench: Bench, images: Pictures) -> None:
        parts = [Part(text=f"Aviso número {n}", media=(images(n),)) for n in range(8)]
        with ThreadPoolExecutor(8) as pool:
            receipts = list(pool.map(bench.publish, parts))
        assert {post["id"] for post in bench.sandbox.posts()} == {r.remote_id for r in receipts}
        assert len(receipts) == 8

    # Each kind of post

    def test_each_kind_is_shown_by_one_request(
        self, bench: Bench, images: Pictures, films: Pictures
    ) -> None:
        for name, part in self.kinds(images, films).items():
            bench.sandbox.reset()
            issues = bench.connector.check(Content(parts=(part,)))
            assert [issue for issue in issues if issue.severity == "block"] == [], name
            receipt = bench.publish(part)
            (post,) = bench.sandbox.posts()
            assert post["id"] == receipt.remote_id, name
            assert post["text"] == part.text, name
            assert post["form"] == part.form, name
            assert len(post["media_digests"]) == len(part.media), name
            assert bench.visible_requests() == 1, name
            assert receipt.permalink, name

    def test_a_lost_reply_of_any_kind_leaves_one_post_that_is_found(
        self, bench: Bench, images: Pictures, films: Pictures, since: datetime
    ) -> None:
        for name, part in self.kinds(images, films).items():
            bench.sandbox.reset()
            staged = bench.ready(part)
            bench.fault("accept-then-drop")
            with pytest.raises(OutcomeUnknown):
                bench.publish(part, staged)
            (post,) = bench.sandbox.posts()
            sighting = bench.find(part, staged, since)
            assert [match.remote_id for match in sighting.matches] == [post["id"]], name
            assert bench.visible_requests() == 1, name

    def test_what_never_arrived_is_not_found_whatever_its_kind(
        self, bench: Bench, images: Pictures, films: Pictures, since: datetime
    ) -> None:
        for name, part in self.kinds(images, films).items():
            bench.sandbox.reset()
            staged = bench.ready(part)
            bench.fault("drop")
            with pytest.raises(OutcomeUnknown):
                bench.publish(part, staged)
            assert bench.find(part, staged, since).matches == (), name
            assert bench.sandbox.posts() == [], name

    # The lost reply

    @pytest.mark.parametrize(
        "fault",
        ["accept-then-drop", "accept-then-reset", "accept-then-500", "cut", "html", "empty"],
    )
    def test_a_lost_reply_is_unknown_and_found_once(
        self, bench: Bench, part: Part, since: datetime, fault: str
    ) -> None:
        staged = bench.ready(part)
        bench.fault(fault)
        with pytest.raises(OutcomeUnknown):
            bench.publish(part, staged)
        (post,) = bench.sandbox.posts()
        sighting = bench.find(part, staged, since)
        assert [match.remote_id for match in sighting.matches] == [post["id"]]
        assert bench.visible_requests() == 1

    @pytest.mark.parametrize("fault", ["hang", "accept-then-hang"])
    def test_a_silent_network_is_an_unknown_outcome(
        self, bench: Bench, part: Part, fault: str
    ) -> None:
        staged = bench.ready(part)
        bench.fault(fault, seconds=1.5)
        began = time.monotonic()
        with pytest.raises(OutcomeUnknown):
            bench.publish(part, staged)
        assert time.monotonic() - began < 1.4
        assert bench.visible_requests() == 1

    @pytest.mark.parametrize("fault", ["drop", "reset", "500", "502", "503"])
    def test_an_unclear_failure_is_never_called_a_refusal(
        self, bench: Bench, part: Part, since: datetime, fault: str
    ) -> None:
        staged = bench.ready(part)
        bench.fault(fault)
        with pytest.raises(OutcomeUnknown):
            bench.publish(part, staged)
        assert bench.visible_requests() == 1
        sighting = bench.find(part, staged, since)
        assert sighting.matches == ()
        assert sighting.trustworthy

    def test_what_belongs_to_another_delivery_is_not_a_match(
        self, bench: Bench, part: Part, since: datetime
    ) -> None:
        staged = bench.ready(part)
        receipt = bench.publish(part, staged)
        sighting = bench.find(part, staged, since, ignore=frozenset({receipt.remote_id}))
        assert sighting.matches == ()

    # What follows a post

    def test_what_may_follow_passes_the_check_and_nothing_else_does(
        self, bench: Bench, part: Part
    ) -> None:
        for kind, word in (("reply", "hilo"), ("comment", "comentario")):
            after = Part(text="Y además", kind=kind, position=1)  # type: ignore[arg-type]
            issues = bench.connector.check(Content(parts=(part, after)))
            assert [issue.severity for issue in issues] == ["block"] * (kind != self.follows)
            assert all(word in i.sentence.lower() and i.part == 1 for i in issues)

    # Absence

    def test_absence_needs_the_canary(self, bench: Bench, part: Part, images: Pictures) -> None:
        owned = bench.publish(Part(text="Publicación anterior", media=(images(5),)))
        since = datetime.now(UTC) + timedelta(seconds=3)
        staged = bench.ready(part)
        with_canary = bench.find(part, staged, since, known=frozenset({owned.remote_id}))
        assert with_canary.matches == ()
        assert with_canary.trustworthy
        stranger = bench.find(part, staged, since, known=frozenset({"123456789"}))
        assert not stranger.trustworthy

    def test_what_it_calls_fenced_is_shown_once_however_often_it_is_sent(
        self, bench: Bench, part: Part
    ) -> None:
        staged = bench.ready(part)
        bench.publish(part, staged)
        fenced = bench.connector.absence(part, staged.handle) == "fenced"
        again = bench.connector.stage(bench.credential, part, staged.handle)
        assert isinstance(again, Staged)
        with suppress(ConnectorError):
            bench.publish(part, again)
        assert not fenced or len(bench.sandbox.posts()) == 1

    def test_recent_shows_what_a_reply_told_of_by_the_same_id(
        self, bench: Bench, part: Part
    ) -> None:
        receipt = bench.publish(part)
        listing = bench.connector.recent(bench.credential)
        assert [seen.remote_id for seen in listing.items] == [receipt.remote_id]

    def test_an_empty_listing_of_a_known_account_is_not_absence(
        self, bench: Bench, part: Part, images: Pictures, since: datetime
    ) -> None:
        owned = bench.publish(Part(text="Publicación anterior", media=(images(5),)))
        staged = bench.ready(part)
        bench.fault("listing-empty", route="list")
        sighting = bench.find(part, staged, since, known=frozenset({owned.remote_id}))
        assert sighting.matches == ()
        assert not sighting.trustworthy

    @pytest.mark.parametrize("fault", ["500", "drop", "html", "empty", "cut", "429"])
    def test_a_failed_listing_is_an_error_and_not_absence(
        self, bench: Bench, part: Part, since: datetime, fault: str
    ) -> None:
        staged = bench.ready(part)
        bench.fault(fault, route="list")
        with pytest.raises(NotSent):
            bench.find(part, staged, since)

    def test_recent_lists_newest_first(self, bench: Bench, images: Pictures) -> None:
        for number in range(3):
            bench.publish(Part(text=f"Aviso {number}", media=(images(number),)))
            time.sleep(0.005)
        texts = [seen.text for seen in bench.connector.recent(bench.credential).items]
        assert len(texts) == 3
        assert set(texts) == {"Aviso 0", "Aviso 1", "Aviso 2"}
        assert bench.connector.recent(bench.credential, limit=2).items[0].text == texts[0]

    # Not sent, throttled, rejected

    def test_a_refused_connection_is_not_sent(self, bench: Bench, part: Part) -> None:
        staged = bench.ready(part)
        elsewhere = load(self.key, endpoints(f"http://127.0.0.1:{refused_port()}"))
        with pytest.raises(Unavailable):
            elsewhere.publish(bench.credential, part, staged, deadline=time.monotonic() + 5)

    def test_too_many_requests_at_publication(self, bench: Bench, part: Part) -> None:
        staged = bench.ready(part)
        bench.fault("429")
        with pytest.raises(Throttled if self.throttles_at_publish else OutcomeUnknown) as caught:
            bench.publish(part, staged)
        if isinstance(caught.value, Throttled):
            assert caught.value.until is not None
            assert caught.value.until > datetime.now(UTC)
        if self.quotas_told:
            blocked = [told for told in caught.value.usage if told.blocked_until is not None]
            assert {told.scope for told in blocked} == {"account"}
        assert bench.visible_requests() == 1

    def test_too_many_requests_on_a_read_says_when_to_come_back(self, bench: Bench) -> None:
        bench.fault("429", route="verify")
        with pytest.raises(Throttled) as caught:
            bench.connector.verify(bench.credential)
        assert caught.value.until is not None
        assert caught.value.until > datetime.now(UTC)

    def test_a_failed_upload_may_be_repeated(self, bench: Bench, part: Part) -> None:
        bench.fault("503", route="upload")
        with pytest.raises(NotSent):
            bench.ready(part)
        assert bench.publish(part).remote_id

    def test_a_token_revoked_before_publication_holds_the_account(
        self, bench: Bench, part: Part
    ) -> None:
        staged = bench.ready(part)
        bench.sandbox.revoke(network=bench.connector.network, account=self.account)
        with pytest.raises(CredentialRejected):
            bench.publish(part, staged)
        assert bench.sandbox.posts() == []

    # Secrets and addresses

    def test_no_token_in_logs_or_errors(
        self, bench: Bench, part: Part, since: datetime, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        for name in list(logging.root.manager.loggerDict):
            logging.getLogger(name).setLevel(logging.DEBUG)
        errors: list[ConnectorError] = []
        staged = bench.ready(part)
        for action, route in (
            (lambda: bench.publish(part, staged), "publish"),
            (lambda: bench.find(part, staged, since), "list"),
            (lambda: bench.connector.verify(bench.credential), "verify"),
        ):
            for fault in ("drop", "500", "html", "429"):
                bench.fault(fault, route=route)
                try:
                    action()
                except ConnectorError as error:
                    errors.append(error)
        assert len(errors) >= 9
        assert [e for e in errors if e.__cause__ or e.__context__] == []
        # The sandbox runs in this process; its access log is the far side's, not ours.
        ours = [r.getMessage() for r in caplog.records if not r.name.startswith("uvicorn")]
        said = [f"{e} {e.detail} {''.join(traceback.format_exception(e))}" for e in errors]
        text = "\n".join([*ours, *said])
        for token in self.tokens:
            assert token not in text

    def test_a_sandbox_process_reaches_no_real_network(
        self, bench: Bench, part: Part, network_attempts: list[str]
    ) -> None:
        real = load(self.key, Endpoints(loopback_only=True))
        staged = bench.ready(part)
        for action in (
            lambda: real.verify(bench.credential),
            lambda: real.recent(bench.credential),
            lambda: real.publish(bench.credential, part, staged, deadline=time.monotonic() + 5),
        ):
            with pytest.raises(NotConfigured) as caught:
                action()
            assert caught.value.code == "transport.address_refused"
        assert network_attempts == []
