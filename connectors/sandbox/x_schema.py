"""The bodies that the X API takes, as schemas: what does not fit is refused in its own shape.

Fields, bounds and enumerations are those of the vendor's OpenAPI document (2.167, August 2026),
which allows no additional properties. The documents do not tell the wording of the refusals: it is
ours, in the manner of the validator that X uses.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr, ValidationError

from connectors.sandbox.exchange import Call, Refusal
from connectors.sandbox.x_answers import invalid_all

Id = Annotated[StrictStr, Field(pattern=r"^[0-9]{1,19}$")]
Count = Annotated[int, Field(strict=True)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Media(_Body):
    """``media`` of a post."""

    media_ids: Annotated[list[Id], Field(min_length=1, max_length=4)]
    tagged_user_ids: Annotated[list[Id], Field(max_length=10)] | None = None


class Reply(_Body):
    """``reply`` of a post."""

    in_reply_to_tweet_id: Id
    exclude_reply_user_ids: list[Id] | None = None
    auto_populate_reply_metadata: StrictBool | None = None


class Poll(_Body):
    """``poll`` of a post."""

    options: Annotated[
        list[Annotated[StrictStr, Field(min_length=1, max_length=25)]],
        Field(min_length=2, max_length=4),
    ]
    duration_minutes: Annotated[Count, Field(ge=5, le=10_080)]
    reply_settings: Literal["following", "mentionedUsers", "subscribers", "verified"] | None = None


class Geo(_Body):
    """``geo`` of a post."""

    place_id: StrictStr | None = None


class Post(_Body):
    """The body of ``POST /2/tweets``."""

    text: StrictStr | None = None
    media: Media | None = None
    reply: Reply | None = None
    reply_settings: Literal["following", "mentionedUsers", "subscribers", "verified"] | None = None
    quote_tweet_id: Id | None = None
    poll: Poll | None = None
    geo: Geo | None = None
    card_uri: StrictStr | None = None
    community_id: Id | None = None
    direct_message_deep_link: StrictStr | None = None
    edit_options: dict[str, Any] | None = None
    for_super_followers_only: StrictBool | None = None
    share_with_followers: StrictBool | None = None
    made_with_ai: StrictBool | None = None
    paid_partnership: StrictBool | None = None
    nullcast: StrictBool | None = None


class Initialize(_Body):
    """The body of ``POST /2/media/upload/initialize``."""

    media_type: StrictStr
    total_bytes: Annotated[Count, Field(ge=0, le=17_179_869_184)]
    media_category: (
        Literal[
            "amplify_video",
            "tweet_gif",
            "tweet_image",
            "tweet_video",
            "dm_gif",
            "dm_image",
            "dm_video",
            "subtitles",
        ]
        | None
    ) = None
    additional_owners: list[Id] | None = None
    shared: StrictBool | None = None


class AltText(_Body):
    """``metadata.alt_text``."""

    text: Annotated[StrictStr, Field(min_length=1, max_length=1000)]


class MetadataFields(BaseModel):
    """``metadata``; the fields that nobody here sends are not looked at."""

    alt_text: AltText


class Metadata(_Body):
    """The body of ``POST /2/media/metadata``."""

    id: Id
    metadata: MetadataFields


Model = TypeVar("Model", bound=_Body)


def read(call: Call, model: type[Model]) -> Model:
    """Return the body of ``call`` as ``model``. Raises X's own refusal, with every error in it."""
    try:
        body = json.loads(call.body or b"{}")
    except ValueError:
        raise invalid_all([("The request body is not valid JSON", {})]) from None
    if call.content_type != "application/json":
        raise invalid_all([("The content type of the request must be application/json", {})])
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise _refusal(error) from None


def _refusal(error: ValidationError) -> Refusal:
    told = []
    for problem in error.errors(include_url=False, include_context=True):
        place = [part for part in problem["loc"] if not _is_branch(part)]
        path = "$" + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in place)
        name = ".".join(str(part) for part in place if isinstance(part, str)) or "body"
        told.append((f"{path}: {_said(dict(problem))}", {name: [_shown(problem["input"])]}))
    return invalid_all(told)


def _is_branch(part: int | str) -> bool:
    """Tell whether a place is pydantic's own name for a constraint, not a field."""
    return isinstance(part, str) and ("[" in part or part in {"list", "str", "none"})


def _said(problem: dict[str, Any]) -> str:
    kind, context = problem["type"], problem.get("ctx", {})
    match kind:
        case "extra_forbidden":
            return (
                "is not defined in the schema and the schema does not allow additional properties"
            )
        case "missing":
            return "is missing but it is required"
        case "too_short" | "string_too_short":
            return f"there must be a minimum of {context['min_length']} items"
        case "too_long" | "string_too_long":
            return f"there must be a maximum of {context['max_length']} items"
        case "string_pattern_mismatch":
            return f"does not match the regex pattern {context['pattern']}"
        case "literal_error":
            expected = str(context["expected"]).replace("'", "").replace(" or ", ", ")
            return f"does not have a value in the enumeration [{expected}]"
        case "greater_than_equal":
            return f"must have a minimum value of {context['ge']}"
        case "less_than_equal":
            return f"must have a maximum value of {context['le']}"
        case _:
            expected = _EXPECTED.get(kind, "another type")
            return f"{_type_of(problem['input'])} found, {expected} expected"


_EXPECTED = {
    "string_type": "string",
    "int_type": "integer",
    "int_from_float": "integer",
    "bool_type": "boolean",
    "list_type": "array",
    "dict_type": "object",
    "model_type": "object",
    "model_attributes_type": "object",
}


def _type_of(value: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    return "null" if value is None else names.get(type(value), "object")


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
