"""Bytes of one message to its value. Nothing of what is refused is quoted: it may hold anything."""

import re
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from pharmacy.gateways.errors import (
    EncodingRefused,
    FieldInvalid,
    MessageMalformed,
    MessageTruncated,
    MessageUnknown,
    UnsafeXml,
    VersionUnknown,
)
from pharmacy.gateways.wwks2.fields import Field, fields_of, read_value
from pharmacy.gateways.wwks2.messages import MESSAGES, Envelope

VERSION = "2.0"
_ENCODING = re.compile(rb"""\A<\?xml[^>]*encoding\s*=\s*["']([^"']*)["']""")
_END = re.compile(rb"</WWKS\s*>\s*\Z")


def read_message(document: bytes) -> Envelope:
    """One document of the protocol.

    Raises
    ------
    MessageRefused
        EncodingRefused, MessageTruncated, UnsafeXml, MessageMalformed, VersionUnknown, MessageUnknown,
        FieldInvalid or QuantityInvalid.
    """
    root = _root(document)
    if root.get("Version") != VERSION:
        raise VersionUnknown(f"the machine must speak version {VERSION}; see its settings")
    if len(root) != 1:
        raise MessageMalformed("a document must hold one message")
    kind = MESSAGES.get(root[0].tag)
    if kind is None:
        raise MessageUnknown("a message of a dialog that we do not take part in")
    return Envelope(_sent_at(root), _read(root[0], kind))


def _root(document: bytes) -> Element:
    _refuse_encoding(document)
    if not _END.search(document):
        raise MessageTruncated("the text ends within a message")
    try:
        root: Element = fromstring(document, forbid_dtd=True)
    except DefusedXmlException:
        raise UnsafeXml("document types and entities are refused") from None
    except (ParseError, ValueError):
        raise MessageMalformed("the text is not well-formed XML") from None
    if root.tag != "WWKS":
        raise MessageMalformed("the document must be a WWKS element")
    return root


def _refuse_encoding(document: bytes) -> None:
    declared = _ENCODING.search(document)
    if declared and declared[1].lower() not in (b"utf-8", b"utf8"):
        raise EncodingRefused("messages must be UTF-8; see the machine's settings")
    try:
        document.decode("utf-8")
    except UnicodeDecodeError:
        raise EncodingRefused("messages must be UTF-8; see the machine's settings") from None


def _sent_at(root: Element) -> datetime:
    try:
        sent_at = datetime.fromisoformat(root.get("TimeStamp", ""))
    except ValueError:
        raise FieldInvalid("TimeStamp", "must be a time as in ISO 8601") from None
    if sent_at.tzinfo is None:
        raise FieldInvalid("TimeStamp", "must name its time zone")
    return sent_at


def _read(element: Element, kind: Any) -> Any:
    read = {field.name: _value(element, field) for field in fields_of(kind)}
    return kind(**read)


def _value(element: Element, field: Field) -> Any:
    if not field.is_element:
        text = element.get(field.tag)
        if text is None and field.required:
            raise FieldInvalid(field.tag, "is missing")
        # Machines write an unknown day as an empty text.
        absent = text is None or (text == "" and field.kind is not str)
        return None if absent else read_value(field, text or "")
    children = tuple(_read(child, field.kind) for child in element if child.tag == field.tag)
    if field.many:
        return children
    if len(children) > 1:
        raise FieldInvalid(field.tag, "stands more than once")
    return children[0] if children else None
