"""Persons: who enters, with which roles, and until when.

``create_first_admin`` ``create_person`` ``disable_person`` ``enable_person`` ``list_people``
``sign_in`` ``actor_of`` ``sign_out`` ``sessions_of`` ``revoke``
``change_password`` ``reset_password`` ``must_change``
``designate`` ``end_designation`` ``planteles_without_operator``
``delegate`` ``revoke_delegation`` ``delegation_in_force``
"""

from publisher.people.delegations import delegate, delegation_in_force, revoke_delegation
from publisher.people.designations import (
    Gap,
    designate,
    end_designation,
    planteles_without_operator,
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
from publisher.people.signin import (
    SessionRow,
    SignedIn,
    SignInRefused,
    actor_of,
    revoke,
    sessions_of,
    sign_in,
    sign_out,
)
from publisher.people.throttle import Throttled

__all__ = [
    "Gap",
    "Issued",
    "PersonRow",
    "SessionRow",
    "SignInRefused",
    "SignedIn",
    "Throttled",
    "actor_for",
    "actor_of",
    "change_password",
    "create_first_admin",
    "create_person",
    "delegate",
    "delegation_in_force",
    "designate",
    "disable_person",
    "enable_person",
    "end_designation",
    "list_people",
    "must_change",
    "planteles_without_operator",
    "reset_password",
    "revoke",
    "revoke_delegation",
    "sessions_of",
    "sign_in",
    "sign_out",
]
