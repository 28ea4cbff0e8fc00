"""The schema as a page shows it: operations with their parameters, their fields and their replies."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """One value of a request or a reply; `path` leads to it through objects (.) and lists ([])."""

    path: str
    kind: str
    required: bool
    note: str


@dataclass(frozen=True)
class Reply:
    status: str
    media_type: str
    description: str
    examples: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Field, ...]
    media_type: str
    body: tuple[Field, ...]
    replies: tuple[Reply, ...]


def operations(document: Schema) -> list[Operation]:
    """Every operation of an OpenAPI document, in its order."""
    return [
        _operation(path, method, told)
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    ]


def fields_of(document: Schema, name: str) -> list[Field]:
    """The fields of a named schema, those of the schemas it refers to included."""
    return list(_fields(document["components"]["schemas"][name], document=document))


def _operation(path: str, method: str, told: Schema) -> Operation:
    content = told.get("requestBody", {}).get("content", {})
    media_type = next(iter(content), "")
    return Operation(
        name=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        description=told["description"],
        parameters=tuple(_parameter(one) for one in told.get("parameters", ())),
        media_type=media_type,
        body=tuple(_fields(content[media_type]["schema"])) if media_type else (),
        replies=tuple(_replies(told["responses"])),
    )


def _parameter(told: Schema) -> Field:
    place = {"path": "in the address", "query": "after ?", "header": "header"}[told["in"]]
    note = " · ".join(filter(None, (place, told.get("description", ""))))
    return Field(told["name"], _kind(told["schema"]), bool(told.get("required")), note)


def _replies(responses: Schema) -> Iterator[Reply]:
    for status, told in sorted(responses.items()):
        for media_type, content in told.get("content", {}).items():
            examples = content.get("examples", {}).items()
            texts = ((name, json.dumps(one["value"], indent=2, ensure_ascii=False)) for name, one in examples)
            yield Reply(status, media_type, told["description"], tuple(texts))


def _fields(schema: Schema, path: str = "", document: Schema | None = None) -> Iterator[Field]:
    schema = _resolved(schema, document)
    required = schema.get("required", ())
    for name, inner in schema.get("properties", {}).items():
        inner, here = _resolved(inner, document), f"{path}.{name}" if path else name
        yield Field(here, _kind(inner), name in required, inner.get("description", ""))
        yield from _fields(inner, here, document)
        yield from _fields(inner.get("items", {}), f"{here}[]", document)


def _resolved(schema: Schema, document: Schema | None) -> Schema:
    """A reference followed; of `this or null`, this."""
    for option in schema.get("oneOf", ()):
        if "$ref" in option:
            return {**_resolved(option, document), "description": schema.get("description", "")}
    if document is not None and "$ref" in schema:
        return document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def _kind(schema: Schema) -> str:
    """Type, format, choices and bounds in a few words."""
    types = schema.get("type", "")
    words = [types if isinstance(types, str) else " or ".join(types), schema.get("format", "")]
    if "enum" in schema:
        words.append(": " + ", ".join(str(one) for one in schema["enum"] if one is not None))
    for key, sign in (("minimum", "≥"), ("maximum", "≤"), ("maxLength", "length ≤"), ("maxItems", "items ≤")):
        if key in schema:
            words.append(f"{sign} {schema[key]}")
    return " ".join(filter(None, words)).replace(" :", ":")
