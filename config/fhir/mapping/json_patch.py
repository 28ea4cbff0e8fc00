"""JSON Patch (RFC 6902): add, replace, remove and test, over elements that may change.

Without move and copy: an element here has one place, and a few copies of the whole make a document of any size.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, NoReturn

from config.fhir.errors import FhirRefused
from config.fhir.mapping.elements import Element

_POINTER = re.compile(r"(/([^~/]|~[01])*)*")
_INDEX = re.compile(r"0|[1-9]\d{0,8}", re.ASCII)
# What FHIRPath can say; anything else of the request is not repeated.
_NAME = re.compile(r"[A-Za-z]{1,40}|\d{1,9}", re.ASCII)


@dataclass(frozen=True)
class _Operation:
    """`number`: from 1 on; `steps`: where it leads from the whole, unescaped."""

    number: int
    act: str
    steps: tuple[str, ...]
    value: Any = None

    def refuse(self, status: int, advice: str, kind: str) -> NoReturn:
        known = self.steps if all(map(_NAME.fullmatch, self.steps)) else ()
        place = "".join((kind, *(f"[{step}]" if step.isdigit() else f".{step}" for step in known)))
        raise FhirRefused(status, f"operation {self.number} ({self.act}): {advice}", expression=place)


def patched(given: Any, current: Element, *, changeable: Collection[str]) -> Element:
    """`current` with all operations done; it stays as it is. Only elements of `changeable` are touched.

    Raises FhirRefused: 400 for what is no patch, 422 for one that does not apply or whose `test` fails (FHIR R4,
    http.html#patch).
    """
    kind = current["resourceType"]
    try:
        whole: Element = {"": deepcopy(current)}
        for one in _operations(given, kind):
            if one.act != "test" and (not one.steps or one.steps[0] not in changeable):
                one.refuse(422, f"only {', '.join(changeable)} may change", kind)
            _do(one, whole, kind)
    except RecursionError as error:
        raise FhirRefused(400, "the patch is nested too deeply", expression=kind) from error
    result: Element = whole[""]
    return result


def _operations(given: Any, kind: str) -> Iterator[_Operation]:
    if not isinstance(given, list):
        raise FhirRefused(400, "send a JSON Patch: a list of operations", expression=kind)
    for number, one in enumerate(given, start=1):
        path, act = (one.get("path"), one.get("op")) if isinstance(one, dict) else (None, None)
        if not isinstance(act, str) or act not in _ACTS:
            raise FhirRefused(
                400, f"operation {number}: op must be one of {', '.join(_ACTS)}", expression=kind
            )
        if not isinstance(path, str) or not _POINTER.fullmatch(path):
            raise FhirRefused(
                400, f"operation {number} ({act}): path must be a JSON Pointer", expression=kind
            )
        steps = tuple(part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:])
        if act != "remove" and "value" not in one:
            _Operation(number, act, steps).refuse(400, "needs a value", kind)
        yield _Operation(number, act, steps, one.get("value"))


def _do(one: _Operation, whole: Element, kind: str) -> None:
    *way, last = ("", *one.steps)
    try:
        inside: Any = whole
        for step in way:
            inside = inside[_key(inside, step)]
        _ACTS[one.act](inside, last, one.value)
    except LookupError:
        one.refuse(422, "is not so" if one.act == "test" else "nothing is at its path", kind)


def _key(inside: Any, step: str, *, beyond: bool = False) -> Any:
    """The key of what is there; `beyond`: or of what may be added. Raises LookupError."""
    if isinstance(inside, dict) and (beyond or step in inside):
        return step
    if isinstance(inside, list):
        if beyond and step == "-":
            return len(inside)
        if _INDEX.fullmatch(step) and int(step) < len(inside) + beyond:
            return int(step)
    raise LookupError


def _add(inside: Any, step: str, value: Any) -> None:
    key = _key(inside, step, beyond=True)
    if isinstance(inside, list):
        inside.insert(key, deepcopy(value))
    else:
        inside[key] = deepcopy(value)


def _replace(inside: Any, step: str, value: Any) -> None:
    inside[_key(inside, step)] = deepcopy(value)


def _remove(inside: Any, step: str, _value: Any) -> None:
    del inside[_key(inside, step)]


def _test(inside: Any, step: str, value: Any) -> None:
    if not _same(inside[_key(inside, step)], value):
        raise LookupError


def _same(one: Any, other: Any) -> bool:
    """As JSON has it: 1 is 1.0 and not true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


_ACTS: Mapping[str, Callable[[Any, str, Any], None]] = {
    "add": _add,
    "replace": _replace,
    "remove": _remove,
    "test": _test,
}
