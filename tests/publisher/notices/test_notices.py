from __future__ import annotations

import email
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.message import Message
from email.policy import default
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, text

from publisher import notices
from publisher.app import App
from publisher.errors import Unready
from publisher.notices import mail, outbox
from tests.support.house import House, make_house


@dataclass
class MailServer:
    """A real SMTP server on loopback; ``refuse`` maps a recipient to the reply it gets."""

    refuse: dict[str, str] = field(default_factory=dict)
    drop_after: int | None = None
    received: list[tuple[str, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def close(self) -> None:
        with suppress(OSError):  # closed twice
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(2)

    def messages(self) -> list[Message]:
        return [email.message_from_bytes(raw, policy=default) for _, raw in self.received]

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            with client, client.makefile("rwb") as stream:
                self._talk(stream)

    def _talk(self, stream: Any) -> None:
        def say(line: str) -> None:
            stream.write(line.encode() + b"\r\n")
            stream.flush()

        say("220 local")
        to = ""
        while line := stream.readline():
            verb = line[:4].upper()
            if verb == b"RCPT":
                to = line.split(b"<")[1].split(b">")[0].decode()
                say(self.refuse.get(to, "250 ok"))
            elif verb == b"DATA":
                say("354 go")
                raw = b""
                while (part := stream.readline()) != b".\r\n":
                    raw += part
                self.received.append((to, raw))
                if self.drop_after is not None and len(self.received) >= self.drop_after:
                    return
                say("250 kept")
            elif verb == b"QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")


@pytest.fixture
def server() -> Iterator[MailServer]:
    made = MailServer()
    yield made
    made.close()


@pytest.fixture
def mailing(engine: Engine, tmp_path: Any, server: MailServer) -> House:
    """A house whose mail goes to ``server``."""
    house = make_house(engine, tmp_path, load=False, public_url="https://pregonero.example.mx")
    return replace_url(house, server.url)


def replace_url(house: House, url: str) -> House:
    settings = house.app.settings.model_copy(
        update={"smtp_url": SecretStr(url), "mail_from": "avisos@example.mx"}
    )
    return replace(house, app=replace(house.app, settings=settings))


def tell(app: App, *person_ids: int, subject: str = "Aviso", body: str = "Cuerpo") -> None:
    with app.write() as session:
        notices.notify(
            session,
            app,
            person_ids=person_ids,
            kind="prueba",
            subject=subject,
            body=body,
            link="aprobaciones?id=3",
        )


def states(house: House) -> list[tuple[str, int]]:
    with house.app.read() as session:
        rows = session.execute(text("SELECT mail_state, tries FROM notice ORDER BY id"))
        return [(row[0], row[1]) for row in rows]


def test_each_person_has_an_own_list_and_reads_only_that(house: House) -> None:
    ana, berta = house.actor("COOR"), house.actor("DIRV")
    notices.mark_read(house.app, ana)
    notices.mark_read(house.app, berta)
    tell(house.app, ana.person_id, berta.person_id, ana.person_id)

    [row] = notices.list_for(house.app, ana, unread_only=True)
    assert (row.subject, row.link, row.read_at) == ("Aviso", "aprobaciones?id=3", None)
    assert notices.mark_read(house.app, berta, [row.id]) == 0
    assert notices.unread_count(house.app, ana) == 1
    assert notices.mark_read(house.app, ana, [row.id]) == 1
    assert (notices.unread_count(house.app, ana), notices.unread_count(house.app, berta)) == (0, 1)


def test_the_list_goes_on_page_by_page(house: House) -> None:
    ana = house.actor("COOR")
    for number in range(5):
        tell(house.app, ana.person_id, subject=f"Aviso {number}")

    first = notices.list_for(house.app, ana, limit=2)
    second = notices.list_for(house.app, ana, limit=2, before=first[-1].id)
    assert [row.subject for row in (*first, *second)] == [f"Aviso {n}" for n in (4, 3, 2, 1)]


def test_a_role_at_a_plantel_hears_and_nobody_else(house: House) -> None:
    here, there = house.actor("OPER", 1), house.actor("OPER", 2)
    with house.app.write() as session:
        told = notices.notify(
            session, house.app, role="OPER", plantel_id=1, kind="k", subject="s", body="b"
        )

    assert told == 1
    assert notices.list_for(house.app, here)[0].kind == "k"
    assert notices.list_for(house.app, there)[0].kind != "k"


def test_custodians_are_the_plantel_s_operators_and_director_and_the_coordinators(
    house: House,
) -> None:
    expected = {
        house.actor("OPER", 1).person_id,
        house.actor("DIRP", 1).person_id,
        house.actor("COOR").person_id,
    }
    house.actor("OPER", 2)
    house.actor("DIRV")

    with house.app.read() as session:
        assert notices.custodians(session, 1, now=house.clock.now) == expected


def test_a_notice_is_undone_with_the_fact_it_tells(house: House) -> None:
    ana = house.actor("COOR")
    before = notices.unread_count(house.app, ana)

    def undone() -> None:
        with house.app.write() as session:
            notices.notify(
                session, house.app, person_ids=[ana.person_id], kind="k", subject="s", body="b"
            )
            raise RuntimeError

    with pytest.raises(RuntimeError):
        undone()
    assert notices.unread_count(house.app, ana) == before


def test_without_a_mail_server_nothing_waits(house: House) -> None:
    tell(house.app, house.person())

    assert notices.send_due(house.app, house.clock.now) == 0
    assert states(house) == [("none", 0)]


def test_an_e_mail_goes_out_once_in_whole(mailing: House, server: MailServer) -> None:
    tell(mailing.app, mailing.person("Ana Núñez"), subject="Señal\nX-Otro: sí", body="Línea ñ")

    assert notices.send_due(mailing.app, mailing.clock.now) == 1
    assert notices.send_due(mailing.app, mailing.clock.pass_(hours=9)) == 0

    [message] = server.messages()
    assert message["Subject"] == "Señal X-Otro: sí · Colegio de Pruebas"
    assert message["X-Otro"] is None
    assert message["To"] == "persona0@example.mx"
    assert message["Message-ID"].startswith("<aviso-1-")
    content = message.get_content()  # type: ignore[attr-defined]
    assert "Línea ñ" in content
    assert "https://pregonero.example.mx/aprobaciones?id=3" in content
    assert states(mailing) == [("sent", 1)]


def test_a_server_that_is_down_delays_longer_each_time_and_then_gives_up(
    mailing: House, server: MailServer
) -> None:
    server.close()
    tell(mailing.app, mailing.person())
    waits = []
    for _ in range(outbox.MAX_TRIES):
        before = mailing.clock.now
        assert notices.send_due(mailing.app, before) == 0
        with mailing.app.read() as session:
            due = session.execute(text("SELECT next_at FROM notice")).scalar_one()
        if due is None:
            break
        assert notices.send_due(mailing.app, before) == 0
        mailing.clock.pass_(minutes=2 ** len(waits))
        waits.append(mailing.clock.now - before)

    assert waits == [timedelta(minutes=2**n) for n in range(outbox.MAX_TRIES - 1)]
    assert states(mailing) == [("failed", outbox.MAX_TRIES)]


def test_a_recipient_refused_for_good_fails_and_one_refused_for_now_waits(
    mailing: House, server: MailServer
) -> None:
    first, second, third = (mailing.person() for _ in range(3))
    server.refuse = {"persona0@example.mx": "550 no such", "persona1@example.mx": "451 later"}
    tell(mailing.app, first, second, third)

    assert notices.send_due(mailing.app, mailing.clock.now) == 1
    assert states(mailing) == [("failed", 1), ("waiting", 1), ("sent", 1)]


def test_a_connection_lost_in_the_middle_loses_no_notice(
    mailing: House, server: MailServer
) -> None:
    server.drop_after = 2
    tell(mailing.app, *(mailing.person() for _ in range(4)))

    assert notices.send_due(mailing.app, mailing.clock.now) == 1
    server.drop_after = None
    assert notices.send_due(mailing.app, mailing.clock.pass_(minutes=2)) == 3

    assert {state for state, _ in states(mailing)} == {"sent"}
    assert {to for to, _ in server.received} == {f"persona{n}@example.mx" for n in range(4)}


def test_a_row_claimed_by_a_process_that_died_is_sent_by_another(
    mailing: House, server: MailServer
) -> None:
    tell(mailing.app, mailing.person())
    assert outbox._claim(mailing.app, mailing.clock.now, 10)

    assert notices.send_due(mailing.app, mailing.clock.now) == 0
    assert notices.send_due(mailing.app, mailing.clock.pass_(minutes=6)) == 1


def test_a_disabled_person_gets_no_mail(mailing: House, server: MailServer) -> None:
    person = mailing.person()
    tell(mailing.app, person)
    with mailing.app.write() as session:
        session.execute(text("UPDATE person SET state = 'disabled'"))

    assert notices.send_due(mailing.app, mailing.clock.now) == 0
    assert server.received == []
    assert states(mailing) == [("none", 1)]


def test_a_sandbox_sends_no_mail_beyond_loopback(mailing: House) -> None:
    house = replace_url(mailing, "smtp://smtp.example.com:587")
    tell(house.app, house.person())

    assert notices.send_due(house.app, house.clock.now) == 0
    assert states(house) == [("waiting", 0)]


@pytest.mark.parametrize(
    "url", ["http://u:secreto@x", "smtp://u:secreto@", "smtp://u:secreto@host:puerto"]
)
def test_a_mail_address_that_cannot_be_used_gets_a_sentence_without_its_password(
    mailing: House, url: str
) -> None:
    house = replace_url(mailing, url)

    with pytest.raises(Unready, match="PREGONERO_SMTP_URL") as refused:
        notices.send_due(house.app, house.clock.now)
    assert "secreto" not in str(refused.value)


def test_mail_is_never_sent_inside_a_transaction(mailing: House) -> None:
    tell(mailing.app, mailing.person())
    claimed = outbox._claim(mailing.app, mailing.clock.now, 10)

    with mailing.app.read(), pytest.raises(RuntimeError, match="inside a transaction"):
        outbox._send(mailing.app, mail.Server.parse("smtp://127.0.0.1:1"), claimed)


def test_times_in_sentences_are_the_institution_s(house: House) -> None:
    with house.app.read() as session:
        assert notices.when(session, house.clock.now) == "23 nov 2026, 09:00"
