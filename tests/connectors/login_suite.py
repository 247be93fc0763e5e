"""What every connector that logs in by password must show; each inherits it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import ClassVar

import pytest

from connectors.contract import Credential
from connectors.endpoints import Endpoints
from connectors.opening import CodeKind, Done, Login, LoginRefused, LogsIn, NeedsCode, Outcome
from connectors.registry import load
from connectors.sandbox.testing import RunningSandbox
from tests.connectors.bench import endpoints

SESSION_ID = re.compile(r'(?<="sessionid": ")[^"]+')


class LoginSuite:
    """For connectors whose credential is a session: the logins that must end well, or in words."""

    key: ClassVar[str]
    account: ClassVar[str]
    registration: ClassVar[dict[str, str]]
    code_steps: ClassVar[dict[str, CodeKind]]
    """What may follow a right password, as the sandbox names it, and where the code then is."""
    password = "plantada-contraseña-91"

    @pytest.fixture
    def login(self, shared_sandbox: RunningSandbox) -> Callable[..., Login]:
        """Return a function that registers an account with a step and returns a fresh login."""

        def make(step: str = "", settings: str = "", **more: object) -> Login:
            sandbox = shared_sandbox
            sandbox.reset(everything=True)
            given = {"password": self.password, "login": step, "login_code": "424242"}
            sandbox.register({**self.registration, **given})
            connector = load(self.key, endpoints(sandbox.base_url, **{"read_timeout": 9.0, **more}))
            assert isinstance(connector, LogsIn)
            return connector.login(Credential(self.account, {"settings": settings}))

        return make

    @property
    def user(self) -> str:
        return self.registration["handle"]

    def proven(self, done: Outcome, shared_sandbox: RunningSandbox) -> str:
        """Return as whom the settings of a finished login act."""
        assert isinstance(done, Done), done
        connector = load(self.key, endpoints(shared_sandbox.base_url, upload_timeout=9.0))
        return connector.verify(Credential(self.account, {"settings": done.settings})).handle

    def test_a_right_password_opens_a_session_that_acts_as_the_account(
        self, login: Callable[..., Login], shared_sandbox: RunningSandbox
    ) -> None:
        done = login().begin(f" @{self.user} ", self.password)
        assert self.proven(done, shared_sandbox) == self.user

    def test_each_code_that_may_be_asked_for_is_answered_and_a_wrong_one_asked_again(
        self, login: Callable[..., Login], shared_sandbox: RunningSandbox
    ) -> None:
        for step, kind in self.code_steps.items():
            opening = login(step)
            asked = opening.begin(self.user, self.password)
            assert isinstance(asked, NeedsCode), (step, asked)
            assert (asked.kind, asked.again) == (kind, False), step
            again = opening.answer("000000")
            assert again == NeedsCode(kind=kind, hint=asked.hint, again=True), step
            assert self.proven(opening.answer("424 242"), shared_sandbox) == self.user

    def test_guessing_codes_ends_the_login(self, login: Callable[..., Login]) -> None:
        opening = login(next(iter(self.code_steps)))
        opening.begin(self.user, self.password)
        outcomes = [opening.answer(f"00000{n}") for n in range(3)]
        assert isinstance(outcomes[-1], LoginRefused)
        assert outcomes[-1].reason == "codes"
        with pytest.raises(RuntimeError):
            opening.answer("424242")

    def test_what_people_must_mend_is_said_in_words(self, login: Callable[..., Login]) -> None:
        refused = {
            "password": login().begin(self.user, "otra"),
            "address": login().begin("nadie", self.password),
            "app": login("native").begin(self.user, self.password),
            "suspended": login("suspended").begin(self.user, self.password),
        }
        for reason, outcome in refused.items():
            assert isinstance(outcome, LoginRefused)
            assert outcome.reason == reason
            assert outcome.sentence.endswith(".")

    @pytest.mark.parametrize(
        "fault", ["drop", "reset", "hang", "500", "cut", "html", "empty", "429"]
    )
    def test_a_fault_at_any_step_ends_the_login_in_words(
        self, login: Callable[..., Login], shared_sandbox: RunningSandbox, fault: str
    ) -> None:
        order = {"network": "*", "route": "login", "fault": fault, "seconds": 2}
        for step in ("", *list(self.code_steps)[:1]):
            opening = login(step, read_timeout=0.6 if fault == "hang" else 9.0)
            if step:
                opening.begin(self.user, self.password)
            shared_sandbox.put_faults(order)
            outcome = opening.answer("424242") if step else opening.begin(self.user, self.password)
            assert isinstance(outcome, LoginRefused), outcome
            assert outcome.reason in {"unreachable", "wait", "no_session"}

    def test_no_password_code_or_session_in_logs_output_or_what_it_says(
        self,
        login: Callable[..., Login],
        caplog: pytest.LogCaptureFixture,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        caplog.set_level(logging.DEBUG)
        for name in list(logging.root.manager.loggerDict):
            logging.getLogger(name).setLevel(logging.DEBUG)
        said: list[object] = []
        sessions = set()
        for step in ("", *self.code_steps):
            opening = login(step)
            said += [opening.begin(self.user, self.password), opening]
            if isinstance(said[-2], NeedsCode):
                said += [opening.answer("909090"), opening.answer("424242")]
            sessions |= {SESSION_ID.search(s.settings).group() for s in said if isinstance(s, Done)}  # type: ignore[union-attr]
        said.append(login().begin(self.user, "equivocada-plantada"))
        assert len(sessions) == 1 + len(self.code_steps)
        ours = [r.getMessage() for r in caplog.records if not r.name.startswith("uvicorn")]
        text = "\n".join([*ours, *map(repr, said), *capsys.readouterr()])
        for secret in (self.password, "equivocada-plantada", "909090", "424242", *sessions):
            assert secret not in text

    def test_a_login_of_a_sandbox_process_reaches_no_real_network(
        self, network_attempts: list[str]
    ) -> None:
        real = load(self.key, Endpoints(loopback_only=True))
        assert isinstance(real, LogsIn)
        outcome = real.login(Credential(self.account, {})).begin(self.user, self.password)
        assert isinstance(outcome, LoginRefused)
        assert network_attempts == []
