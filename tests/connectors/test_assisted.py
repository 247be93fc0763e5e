"""Connectors of accounts whose access is not granted yet: they check, and never publish."""

from __future__ import annotations

import pytest

from connectors.after import Corrector, Listener, Meter, Remover, Seer, offers
from connectors.contract import Connector, Content, Credential, Part, Staged
from connectors.errors import NotConfigured
from connectors.registry import ASSISTED, NETWORKS, load
from tests.connectors.bench import endpoints

NOBODY = endpoints("http://127.0.0.1:9")


@pytest.mark.parametrize(("key", "direct"), ASSISTED.items())
def test_it_checks_as_the_network_s_own_and_refuses_to_send(key: str, direct: str) -> None:
    assisted, own = load(key, NOBODY), load(direct, NOBODY)
    assert isinstance(assisted, Connector)
    content = Content(parts=(Part(text="a" * 70_000),))
    assert assisted.check(content) == own.check(content) != ()
    assert (assisted.network, assisted.limits) == (NETWORKS[key], own.limits)
    assert assisted.weigh("https://example.com/") == own.weigh("https://example.com/")
    assert assisted.credential_fields == own.credential_fields
    assert not assisted.needs_public_media
    credential, part = Credential("1", {}), Part(text="hola")
    with pytest.raises(NotConfigured) as refused:
        assisted.publish(credential, part, Staged(handle={}), deadline=1e12)
    assert "a mano" in refused.value.sentence
    with pytest.raises(NotConfigured):
        assisted.stage(credential, part)


@pytest.mark.parametrize(("key", "direct"), ASSISTED.items())
def test_it_is_read_as_its_network_is_and_changes_nothing_there(key: str, direct: str) -> None:
    assisted, own = load(key, NOBODY), load(direct, NOBODY)
    for reading in (Seer, Meter, Listener):
        assert offers(assisted, reading) is offers(own, reading)  # type: ignore[type-abstract]
    assert offers(own, Meter) is own  # type: ignore[type-abstract]
    for changing in (Remover, Corrector):
        assert offers(assisted, changing) is None  # type: ignore[type-abstract]
