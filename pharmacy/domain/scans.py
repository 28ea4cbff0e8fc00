"""A scanned GS1 code as the label it stands for. Source: facts 2.5, GS1 General Specifications."""

import re
from dataclasses import dataclass
from datetime import date

from biip import ParseError
from biip.gs1_element_strings import GS1ElementString
from biip.gs1_messages import GS1Message

from pharmacy.domain.labels import read_gtin
from pharmacy.errors import LotInvalid, LotNotNamed, ScanInvalid

GTIN, LOT, EXPIRY, SERIAL = "01", "10", "17", "21"
_NAMES = {GTIN: "product number", LOT: "lot", EXPIRY: "expiry"}
# Scanners may put the name of the symbol in front: ]d2 is a GS1 DataMatrix, ]C1 GS1-128, ]Q3 a GS1 QR code.
_SYMBOLS = ("]d2", "]C1", "]Q3")
_LONGEST = 200
# The bars of a shop's till, EAN-13: the product number alone. A scanner may put ]E0 in front.
_BARS = re.compile(r"(?:\]E0)?([0-9]{13})")
# How scanners that act as a keyboard write FNC1, which is no key; of single signs, those that no GS1 value has.
_FNC1 = ("<GS>", "{GS}", "\u241d", "|", "~", "^")
# A keyboard set to Korean turns letters of a lot number into these.
_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")


@dataclass(frozen=True)
class PackLabel:
    """`gtin` has 14 digits; `serial` is empty where the code names none."""

    gtin: str
    lot: str
    expiry: date
    serial: str = ""


def read_scan(code: str) -> PackLabel:
    """The label of a pack from its GS1 code, whatever the order of its parts.

    FNC1 is \\x1d, or what a scanner that types writes for it, such as <GS>; at the end it may be missing. An
    expiry whose day is 00 is the last day of its month.

    Raises
    ------
    LotNotNamed
        The bars were scanned: they name the product (EAN-13), which is no proof of its lot.
    ScanInvalid
        `part` says what is wrong: "code" (no GS1 code, an impossible date), "keyboard" (typed with a Korean
        one), or the part that is missing, contradicts itself or has a wrong check digit.
    """
    if bars := _BARS.fullmatch(code.strip()):
        raise LotNotNamed("the bars name the product alone; scan the square code", _gtin(bars[1]))
    read = _elements(code)
    values = {name: _one(read, name) for name in (GTIN, LOT, EXPIRY)}
    gtin = _gtin(values[GTIN].value)
    expiry = values[EXPIRY].date
    if expiry is None:
        raise ScanInvalid(_NAMES[EXPIRY], "there is no such day; set the pack aside")
    serial = read.element_strings.filter(ai=SERIAL)
    return PackLabel(gtin, values[LOT].value, expiry, serial[0].value if serial else "")


def scan_of(label: PackLabel) -> str:
    """The GS1 code that says what `label` says, as a scanner would give it; `read_scan` reads it back."""
    serial = f"\x1d{SERIAL}{label.serial}" if label.serial else ""
    return f"{GTIN}{label.gtin}{EXPIRY}{label.expiry:%y%m%d}{LOT}{label.lot}{serial}"


def fnc1_read(code: str) -> str:
    """A code with FNC1 as \\x1d, whichever way a scanner typed it."""
    for written in _FNC1:
        code = code.replace(written, "\x1d")
    return code


def _gtin(written: str) -> str:
    try:
        return read_gtin(written)
    except LotInvalid:
        raise ScanInvalid(_NAMES[GTIN], "its check digit is wrong; scan again") from None


def _elements(code: str) -> GS1Message:
    written = fnc1_read(code).strip()
    if _HANGUL.search(written):
        raise ScanInvalid("keyboard", "the keyboard is set to Korean; set it to English and scan again")
    for symbol in _SYMBOLS:
        written = written.removeprefix(symbol)
    if not 1 <= len(written) <= _LONGEST:
        raise ScanInvalid("code", "it is empty or too long for a pack's; scan again")
    try:
        return GS1Message.parse(written)
    except (ParseError, ValueError):
        raise ScanInvalid(
            "code", "it is no GS1 code or names a day that does not exist; scan again"
        ) from None


def _one(read: GS1Message, name: str) -> GS1ElementString:
    found = read.element_strings.filter(ai=name)
    if not found:
        raise ScanInvalid(_NAMES[name], "the code does not name it; scan the square code of the pack")
    if len({one.value for one in found}) > 1:
        raise ScanInvalid(_NAMES[name], "the code names two; scan one pack alone")
    return found[0]
