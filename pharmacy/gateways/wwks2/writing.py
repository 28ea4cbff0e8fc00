"""A message's value to the bytes of its document."""

from datetime import UTC
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from pharmacy.gateways.wwks2.fields import fields_of, write_value
from pharmacy.gateways.wwks2.messages import Envelope
from pharmacy.gateways.wwks2.reading import VERSION


def write_message(envelope: Envelope) -> bytes:
    """The document as it goes over the wire, UTF-8, without declaration, as recorded machines write it."""
    sent_at = envelope.sent_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    root = Element("WWKS", {"Version": VERSION, "TimeStamp": sent_at})
    _write(SubElement(root, type(envelope.message).__name__), envelope.message)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=False)
    return written


def _write(element: Element, part: Any) -> None:
    kind: Any = type(part)
    for field in fields_of(kind):
        value = getattr(part, field.name)
        if value is None:
            continue
        if not field.is_element:
            element.set(field.tag, write_value(value))
            continue
        for child in value if field.many else (value,):
            _write(SubElement(element, field.tag), child)
