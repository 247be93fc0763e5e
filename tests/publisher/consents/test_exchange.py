"""The register as a file: looked at row by row, brought in whole or not at all, taken out again."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from publisher.consents import exchange
from publisher.consents.register import revoke
from publisher.errors import Conflict, Forbidden, Invalid
from publisher.models import Consent
from publisher.queries import consents
from tests.support.consents import registered
from tests.support.house import SmallHouse
from vault.audit_tables import AuditEntry

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HEAD = "folio,plantel,persona,menor,firma,opinion,cubre,redes,desde,hasta,guardado_en,nota\n"
GOOD = "A-7,SAL,L.R.G. 2024001,sí,Madre,sí,imagen y voz,Facebook,2026-08-01,31/07/2027,Archivo 3,\n"
NEXT = ",SAL,P.S.T. 2024002,,padre,x,imagen,,2026-08-01,2027-07-31,Archivo 4,\n"


def outcomes(small: SmallHouse, body: str, by: str = "OPER.SAL") -> list[str]:
    told = exchange.preview(small.app, small.people[by], (HEAD + body).encode(), "c.csv")
    return [row.outcome for row in told.rows]


def test_a_file_is_brought_in_whole_and_does_nothing_the_second_time(small: SmallHouse) -> None:
    body = (HEAD + GOOD + NEXT).encode()
    told = exchange.preview(small.app, small.operador(), body, "c.csv")
    assert [row.outcome for row in told.rows] == ["created", "created"]
    exchange.apply(small.app, small.operador(), body, "c.csv", expected=told.digest)
    page = consents.listed(small.app, small.operador())
    assert {(row.folio, row.scopes, row.networks) for row in page.rows} == {
        ("A-7", ("image", "voice"), ("facebook",)),
        ("C-SAL-2026-0001", ("image",), ()),
    }
    assert outcomes(small, GOOD) == ["unchanged"]
    with pytest.raises(Conflict):
        exchange.apply(small.app, small.operador(), body, "c.csv", expected=told.digest)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (GOOD.replace("SAL", "TOR"), "plantel"),
        (GOOD.replace("SAL", "XXX"), "plantel"),
        (GOOD.replace("L.R.G. 2024001", "Luisa Ramos García"), "persona"),
        (GOOD.replace("imagen y voz", "todo"), "cubre"),
        (GOOD.replace("Facebook", "Myspace"), "redes"),
        (GOOD.replace("2026-08-01", "ayer"), "desde"),
        (GOOD.replace("31/07/2027", "31/07/2026"), "hasta"),
        (GOOD.replace("Madre,sí", "Madre,no"), "opinion"),
        (GOOD.replace("Madre", "vecina"), "firma"),
        (GOOD.replace(",sí,Madre", ",quizá,Madre"), "menor"),
        (GOOD + GOOD, "folio"),
    ],
)
def test_a_wrong_row_is_refused_at_its_column_and_keeps_all_others_out(
    small: SmallHouse, row: str, column: str
) -> None:
    body = (HEAD + NEXT + row).encode()
    told = exchange.preview(small.app, small.operador(), body, "c.csv")
    assert column in {error.column for one in told.rows for error in one.errors}
    with pytest.raises(Invalid):
        exchange.apply(small.app, small.operador(), body, "c.csv")
    with small.app.read() as session:
        assert session.scalar(select(func.count()).select_from(Consent)) == 0


def test_a_file_never_changes_what_is_registered(small: SmallHouse) -> None:
    exchange.apply(small.app, small.operador(), (HEAD + GOOD).encode(), "c.csv")
    assert outcomes(small, GOOD.replace("Facebook", "")) == ["error"]
    revoke(small.app, small.operador(), "A-7", reason="La familia lo pidió.")
    assert outcomes(small, GOOD) == ["unchanged"]


def test_what_is_taken_out_comes_back_unchanged_and_is_on_record(small: SmallHouse) -> None:
    registered(small)
    registered(small, code="TOR", folio="=B-1".lstrip("="), scopes=("image", "interview"))
    for form in ("csv", "xlsx"):
        made = exchange.export(small.app, small.operador(), form)  # type: ignore[arg-type]
        told = exchange.preview(small.app, small.operador(), made.content, made.name)
        assert [row.outcome for row in told.rows] == ["unchanged"]
    whole = exchange.export(small.app, small.people["AUD"], "csv").content.decode("utf-8-sig")
    assert len(whole.strip().splitlines()) == 3
    for by in ("ADM",):
        with pytest.raises(Forbidden):
            exchange.export(small.app, small.people[by])
    with pytest.raises(Forbidden):
        exchange.preview(small.app, small.directora, HEAD.encode(), "c.csv")
    with small.app.read() as session:
        told_rows = session.scalars(
            select(AuditEntry).where(col(AuditEntry.action) == "consent.export")
        ).all()
    assert len(told_rows) == 3
    assert not any("20231234" in repr(row.model_dump()) for row in told_rows)
    assert exchange.template("csv").content.decode("utf-8-sig").startswith("folio,plantel,persona")
