"""One answer of an MFDS service, as JSON or XML, in every shape in which they come.

Source: facts/clinical.md 2.2 and the payloads of 2.3 [R]; codes of the portal's gateway [K].
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from pharmacy.errors import DrugDataUnreadable, DrugServiceQuota, DrugServiceUnavailable

Item = Mapping[str, str | None]

_TEXTS = frozenset((str, type(None)))
_FINE, _NO_DATA, _QUOTA = "00", "03", "22"
_ADVICE = {
    "11": "the service wants other parameters",
    "20": "the key may not use this service; apply for it at the data portal",
    "30": "the key is not registered; check it",
    "31": "the key has expired; renew it at the data portal",
}


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one answer, and how many there are in all its pages."""

    number: int
    total: int
    items: tuple[Item, ...]


def read_page(content: str) -> Page:
    """Read one answer.

    Raises
    ------
    DrugServiceQuota
        The service says that the day's requests are used up.
    DrugServiceUnavailable
        It says no for another reason.
    DrugDataUnreadable
        It is no such answer, or says that there are rows and sends none.
    """
    head, body = _envelope(content.lstrip("\ufeff \r\n\t"))
    code = str(head.get("resultCode", "")).strip().zfill(2)
    if code == _NO_DATA:
        return Page(1, 0, ())
    if code != _FINE:
        _say_no(code, str(head.get("resultMsg", "")))
    total, items = _number(body, "totalCount"), _items(body.get("items"))
    number = _number(body, "pageNo")
    if total and not items and (number - 1) * max(_number(body, "numOfRows"), 1) < total:
        raise DrugDataUnreadable(
            f"page {number} says that there are {total} rows and holds none; fetch it again"
        )
    return Page(number, total, items)


def _envelope(content: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    document = _xml(content) if content[:1] == "<" else _json(content)
    document = document.get("response", document)
    gateway = document.get("cmmMsgHeader")
    if isinstance(gateway, dict):  # the portal's gateway answers before the service does, always as XML
        words = gateway.get("returnAuthMsg") or gateway.get("errMsg") or ""
        return {"resultCode": gateway.get("returnReasonCode", ""), "resultMsg": words}, {}
    head, body = document.get("header"), document.get("body")
    if not isinstance(head, dict) or not isinstance(body, dict):
        raise DrugDataUnreadable("header and body are missing; this is no answer of an MFDS service")
    return head, body


def _json(content: str) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise DrugDataUnreadable("neither JSON nor XML; is it whole?") from None
    if not isinstance(document, dict):
        raise DrugDataUnreadable("header and body are missing; this is no answer of an MFDS service")
    return document


def _xml(content: str) -> dict[str, Any]:
    if "<!DOCTYPE" in content or "<!ENTITY" in content:
        raise DrugDataUnreadable("an XML answer with a document type is not read; fetch it again")
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - entities are refused above
    except ElementTree.ParseError as error:
        raise DrugDataUnreadable(f"broken XML at line {error.position[0]}; is it whole?") from None
    return {child.tag: _element(child) for child in root}


def _element(element: ElementTree.Element) -> Any:
    if element.tag == "items":
        return [_element(child) for child in element]
    return {child.tag: _element(child) for child in element} if len(element) else element.text


def _say_no(code: str, words: str) -> None:
    if code == _QUOTA:
        raise DrugServiceQuota(
            "the day's requests to the service are used up (code 22); start again tomorrow"
        )
    advice = _ADVICE.get(code, "try later")
    raise DrugServiceUnavailable(
        f"the service says no (code {code}, {' '.join(words.split())[:120]}): {advice}"
    )


def _number(body: Mapping[str, Any], name: str) -> int:
    written = str(body.get(name, "")).strip()
    if not written.isascii() or not written.isdigit():
        raise DrugDataUnreadable(f"{name} is missing or no number; fetch it again")
    return int(written)


def _items(items: Any) -> tuple[Item, ...]:
    # Nothing comes as "", null, [] or no member at all; one row as itself, several as a list, each perhaps wrapped.
    if isinstance(items, dict):
        items = items.get("item", items)
    if not items:
        return ()
    listed = items if isinstance(items, list) else [items]
    return tuple(read_item(item) for item in listed)


def read_item(item: Any) -> Item:
    """One row as {name: text or None}. Raises DrugDataUnreadable where it is none."""
    if isinstance(item, dict) and len(item) == 1 and isinstance(item.get("item"), dict):
        item = item["item"]
    if not isinstance(item, dict):
        raise DrugDataUnreadable("a row is expected among the items, with a name for every cell")
    if _TEXTS.issuperset(map(type, item.values())):
        return item
    return {
        name: value if value is None or isinstance(value, str) else _cell(name, value)
        for name, value in item.items()
    }


def _cell(name: str, value: Any) -> str:
    if isinstance(value, dict | list):
        raise DrugDataUnreadable(f"{name} holds a structure where a text is expected")
    return json.dumps(value)
