"""A code that nobody knows is told to the centre, once."""

from __future__ import annotations

from connectors.errors import OutcomeUnknown, Unavailable
from publisher.delivery import unlisted
from tests.publisher.delivery.desk import Desk
from tests.support.networks import Fault


def strange(code: str = "x.http_418") -> OutcomeUnknown:
    error = OutcomeUnknown("I'm a teapot", code=code, http_status=418)
    error.listed = False
    return error


def test_the_centre_hears_once_of_a_code_that_two_posts_met(desk: Desk) -> None:
    for code in ("SAL", "ACU"):
        desk.due("x", code=code)
    desk.networks.order("x", "publish", Fault(strange()), Fault(strange()))
    desk.run(desk.engine())
    assert desk.acts("connector.unlisted") == ["connector.unlisted"]
    hearers = desk.notices().count("connector.unlisted")
    assert hearers == 3  # the two coordinators and the administrator


def test_another_code_is_told_too_and_a_known_one_is_not(desk: Desk) -> None:
    assert unlisted.report(desk.app, strange())
    assert unlisted.report(desk.app, strange("facebook.12345"))
    assert not unlisted.report(desk.app, strange())
    assert not unlisted.report(desk.app, Unavailable(code="x.http_500"))
    assert not unlisted.report(desk.app, KeyError("id"))
