"""Persons: who enters, with which roles, and until when.

``create_first_admin`` ``create_person`` ``disable_person`` ``enable_person`` ``list_people``
``sign_in_offered`` ``depart`` ``arrive`` ``unlink`` ``reach_provider`` (the institution's account)
``sign_in`` ``waiting`` ``second_step`` ``actor_of`` ``sign_out`` ``sessions_of`` ``revoke``
``change_password`` ``reset_password`` ``must_change``
``designate`` ``end_designation`` ``planteles_without_operator``
``require_factor`` ``check_factor`` ``prove`` ``factor_state`` ``must_enrol``
``enrol`` ``enrolment_begun`` ``confirm`` ``renew_codes`` ``remove_factor`` ``reset_factor``
``delegate`` ``revoke_delegation`` ``delegation_in_force``
"""

from publisher.people.codes import CodeRefused
from publisher.people.delegations import delegate, delegation_in_force, revoke_delegation
from publisher.people.designations import (
    Gap,
    designate,
    end_designation,
    planteles_without_operator,
)
from publisher.people.elsewhere import (
    Arrival,
    Departure,
    arrive,
    depart,
    reach_provider,
    unlink,
)
from publisher.people.elsewhere import offered as sign_in_offered
from publisher.people.enrolment import (
    Enrolment,
    confirm,
    enrol,
    enrolment_begun,
    remove_factor,
    renew_codes,
    reset_factor,
)
from publisher.people.factor import (
    FactorMissing,
    FactorNeeded,
    FactorResting,
    FactorState,
    check_factor,
    factor_state,
    must_enrol,
    prove,
    require_factor,
)
from publisher.people.persons import (
    Issued,
    PersonRow,
    actor_for,
    create_first_admin,
    create_person,
    disable_person,
    enable_person,
    list_people,
)
from publisher.people.renewal import change_password, must_change, reset_password
from publisher.people.second_step import StepExpired, Waiting, second_step, waiting
from publisher.people.sessions import SessionRow, revoke, sessions_of
from publisher.people.signin import SignedIn, SignInRefused, actor_of, sign_in, sign_out
from publisher.people.throttle import Throttled

__all__ = [
    "Arrival",
    "CodeRefused",
    "Departure",
    "Enrolment",
    "FactorMissing",
    "FactorNeeded",
    "FactorResting",
    "FactorState",
    "Gap",
    "Issued",
    "PersonRow",
    "SessionRow",
    "SignInRefused",
    "SignedIn",
    "StepExpired",
    "Throttled",
    "Waiting",
    "actor_for",
    "actor_of",
    "arrive",
    "change_password",
    "check_factor",
    "confirm",
    "create_first_admin",
    "create_person",
    "delegate",
    "delegation_in_force",
    "depart",
    "designate",
    "disable_person",
    "enable_person",
    "end_designation",
    "enrol",
    "enrolment_begun",
    "factor_state",
    "list_people",
    "must_change",
    "must_enrol",
    "planteles_without_operator",
    "prove",
    "reach_provider",
    "remove_factor",
    "renew_codes",
    "require_factor",
    "reset_factor",
    "reset_password",
    "revoke",
    "revoke_delegation",
    "second_step",
    "sessions_of",
    "sign_in",
    "sign_in_offered",
    "sign_out",
    "unlink",
    "waiting",
]
