"""One visible request with all that it needs, and the one way to make it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from connectors.contract import Connector, Credential, Part, Receipt, Staged
from connectors.errors import ConnectorError, NotConfigured, NotSent, OutcomeUnknown
from connectors.transport import Sleep

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Call:
    """The visible request of the delivery ``id``, by the adapter ``connector``.

    It starts before ``deadline`` (monotonic seconds, the same in every process of a machine) and
    by ``not_after``, the delivery's own limit, or not at all. ``sleep`` knows how long the machine
    slept since the deadline was set.
    """

    id: int
    connector: str
    credential: Credential
    part: Part
    staged: Staged
    parent: Receipt | None
    deadline: float
    sleep: Sleep
    not_after: datetime


def publish(
    call: Call, connector: Callable[[str], Connector], clock: Callable[[], datetime]
) -> Receipt | ConnectorError:
    """Make ``call``; what the connector answers and what it raises are both results to settle."""
    if clock() > call.not_after:
        # the clock may have been set since the attempt was opened
        return NotSent("past its limit", code="engine.late")
    try:
        adapter = connector(call.connector)
    except ConnectorError as error:
        return error
    except Exception as error:
        log.exception("connector.unloadable", connector=call.connector)
        return NotConfigured(type(error).__name__, code="engine.adapter")
    try:
        return adapter.publish(
            call.credential,
            call.part,
            call.staged,
            deadline=call.deadline - call.sleep.seconds(),
            parent=call.parent,
        )
    except ConnectorError as error:
        return error
    except Exception as error:
        log.exception("connector.defect", delivery=call.id)
        return OutcomeUnknown(type(error).__name__)
