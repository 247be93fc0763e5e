"""How one anchor reaches its target: a file, an e-mail, an object that nobody can delete.

Never inside a transaction: a mount, a mail server and a bucket may all keep us waiting. The SDK of
buckets is imported only where one is named.
"""

from __future__ import annotations

import hashlib
import smtplib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

from publisher import db
from publisher.app import App
from publisher.auditing.targets import BucketTarget, FileTarget, MailTarget, Target
from publisher.errors import PublisherError
from publisher.notices import mail
from publisher.texts import auditing as texts
from vault import checkpoints
from vault.checkpoints import Checkpoint
from vault.errors import AnchorContradicts, AnchorProblem

TRIES = 2
CONNECT_SECONDS = 5
READ_SECONDS = 20


class NotKept(PublisherError):
    """The anchor did not get there; ``alarming`` if the target contradicts the chain."""

    def __init__(self, sentence: str, *, alarming: bool = False) -> None:
        super().__init__(sentence)
        self.alarming = alarming


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """What is sent: every checkpoint there is, of which the newest is the anchor.

    ``known`` says whether the target has kept an anchor of ours before.
    """

    signed: Sequence[Checkpoint]
    public: bytes
    now: datetime
    known: bool

    @property
    def newest(self) -> Checkpoint:
        """The checkpoint that is anchored."""
        return self.signed[-1]

    @property
    def file_name(self) -> str:
        """A name that no other anchor has, in the order of the chain."""
        return f"ancla-{self.now:%Y%m%dT%H%M%SZ}-{self.newest.seq}.json"


def keep(app: App, target: Target, parcel: Parcel) -> str:
    """Bring the anchor to ``target``; return where it is. Raises ``NotKept``."""
    if db.in_transaction():
        raise RuntimeError("an anchor is never sent inside a transaction")
    if isinstance(target, FileTarget):
        return _keep_file(target, parcel)
    if isinstance(target, MailTarget):
        return _keep_mail(app, target, parcel)
    return _keep_object(app, target, parcel)


def _keep_file(target: FileTarget, parcel: Parcel) -> str:
    path = target.path
    if parcel.known and not path.exists():
        # a mount that is not there would otherwise be replaced by a file on the local disk
        raise NotKept(texts.FILE_GONE.format(path=path))
    try:
        checkpoints.write_anchor(parcel.signed, parcel.public, path)
    except AnchorContradicts as error:
        raise NotKept(str(error), alarming=True) from None
    except AnchorProblem:
        raise NotKept(texts.FILE_UNUSABLE.format(path=path)) from None
    return str(path)


def _keep_mail(app: App, target: MailTarget, parcel: Parcel) -> str:
    url = app.settings.smtp_url.get_secret_value()
    if not url:
        raise NotKept(texts.MAIL_NONE)
    server = mail.Server.parse(url)
    if app.sandboxed and server.host not in mail.LOOPBACK:
        raise NotKept(texts.SANDBOXED)
    message = _message(app, target, parcel)
    try:
        with server.connect(mail.domain(app)) as client:
            client.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise NotKept(texts.MAIL_REFUSED.format(error=type(error).__name__)) from None
    return target.address


def _message(app: App, target: MailTarget, parcel: Parcel) -> EmailMessage:
    newest, institution = parcel.newest, app.institution
    message = EmailMessage()
    message["From"] = mail.sender(app)
    message["To"] = target.address
    message["Subject"] = texts.MAIL_SUBJECT.format(
        seq=newest.seq, institution=institution.short_name
    )
    message["Date"] = parcel.now
    message["Message-ID"] = f"<{parcel.file_name.removesuffix('.json')}@{mail.domain(app)}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(
        texts.MAIL_BODY.format(
            institution=institution.name, seq=newest.seq, head=newest.head, at=newest.at
        )
    )
    message.add_attachment(
        checkpoints.document(parcel.signed, parcel.public),
        maintype="application",
        subtype="json",
        filename=parcel.file_name,
    )
    return message


def _keep_object(app: App, target: BucketTarget, parcel: Parcel) -> str:
    host = urlsplit(target.endpoint).hostname
    if app.sandboxed and host not in mail.LOOPBACK:
        raise NotKept(texts.SANDBOXED)
    from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]

    key = f"{target.prefix}{parcel.now:%Y}/{parcel.file_name}"
    until = parcel.now + timedelta(days=target.retain)
    body = checkpoints.document(parcel.signed, parcel.public)
    try:
        with closing(_client(target)) as client:
            made = client.put_object(
                Bucket=target.bucket,
                Key=key,
                Body=body,
                ContentType="application/json",
                # whoever locks is asked for a digest of what is sent; every server takes this one
                ContentMD5=_md5(body),
                ObjectLockMode=target.mode,
                ObjectLockRetainUntilDate=until,
            )
            kept = client.head_object(
                Bucket=target.bucket, Key=key, **_version(made.get("VersionId"))
            )
    except ClientError as error:
        said = error.response.get("Error", {})
        sentence = texts.BUCKET_LOCKLESS if _lockless(said) else texts.BUCKET_REFUSED
        raise NotKept(sentence.format(bucket=target.bucket, error=said.get("Code", ""))) from None
    except (BotoCoreError, ValueError) as error:
        sentence = texts.BUCKET_UNREACHABLE.format(bucket=target.bucket, error=type(error).__name__)
        raise NotKept(sentence) from None
    retained = kept.get("ObjectLockRetainUntilDate")
    if retained is None or retained < until - timedelta(days=1):
        raise NotKept(texts.BUCKET_LOCKLESS.format(bucket=target.bucket))
    return f"s3://{target.bucket}/{key}"


def _client(target: BucketTarget) -> Any:
    import botocore.session  # type: ignore[import-untyped]
    from botocore.config import Config  # type: ignore[import-untyped]

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": TRIES},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        **({"s3": {"addressing_style": "path"}} if target.endpoint else {}),
    )
    return botocore.session.get_session().create_client(
        "s3",
        region_name=target.region or None,
        endpoint_url=target.endpoint or None,
        config=config,
    )


def _version(version: str | None) -> dict[str, str]:
    return {"VersionId": version} if version else {}


def _lockless(said: dict[str, str]) -> bool:
    return said.get("Code") == "InvalidRequest" and "lock" in said.get("Message", "").lower()


def _md5(body: bytes) -> str:
    from base64 import b64encode

    return b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
