"""Products as the MFDS lists them: leaflets and permits. Source: facts 2.2, payloads of 2.3 [R]."""

import re
from dataclasses import dataclass
from datetime import date

from pharmacy.domain.labels import read_gtin
from pharmacy.domain.policy import LegalClass
from pharmacy.errors import LotInvalid
from pharmacy.importers.reading import Row
from pharmacy.importers.texts import listed

_CLASSES = {"일반의약품": LegalClass.OVER_THE_COUNTER, "전문의약품": LegalClass.PRESCRIPTION}
_INGREDIENT = re.compile(r"성분명\s*:\s*([^|;]+)")


@dataclass(frozen=True, slots=True)
class Leaflet:
    """What the patient's leaflet of one product says (e약은요), as plain text; "" where it says nothing."""

    item_seq: str
    name: str
    company: str
    efficacy: str
    directions: str
    warnings: str
    cautions: str
    interactions: str
    side_effects: str
    storage: str
    updated_on: date | None


@dataclass(frozen=True, slots=True)
class Permit:
    """One permitted product. `legal_class` is "" where the permit states none; `status` as written, "정상" in force."""

    item_seq: str
    name: str
    company: str
    legal_class: str
    ingredients: str
    status: str
    permitted_on: date | None
    gtins: tuple[str, ...]


def leaflet(row: Row) -> list[Leaflet]:
    """One item of e약은요."""
    item = _item_seq(row, "itemSeq")
    if not item:
        return []
    return [
        Leaflet(
            item_seq=item,
            name=row.text("itemName"),
            company=row.text("entpName"),
            efficacy=row.text("efcyQesitm"),
            directions=row.text("useMethodQesitm"),
            warnings=row.text("atpnWarnQesitm"),
            cautions=row.text("atpnQesitm"),
            interactions=row.text("intrcQesitm"),
            side_effects=row.text("seQesitm"),
            storage=row.text("depositMethodQesitm"),
            updated_on=row.day("updateDe"),
        )
    ]


def permit(row: Row) -> list[Permit]:
    """One permitted product, of the list or of the details."""
    item = _item_seq(row, "ITEM_SEQ")
    if not item:
        return []
    written = row.text("SPCLTY_PBLC", "ETC_OTC_CODE")
    if written not in _CLASSES:
        row.issues.note(
            row.number, "SPCLTY_PBLC", written, "neither over the counter nor prescription; taken as unknown"
        )
    named = " / ".join(name.strip() for name in _INGREDIENT.findall(row.text("MATERIAL_NAME")))
    return [
        Permit(
            item_seq=item,
            name=row.text("ITEM_NAME"),
            company=row.text("ENTP_NAME"),
            legal_class=_CLASSES.get(written, ""),
            ingredients=row.text("ITEM_INGR_NAME") or named,
            status=row.text("CANCEL_NAME"),
            permitted_on=row.day("ITEM_PERMIT_DATE"),
            gtins=gtins_of(row, "BAR_CODE"),
        )
    ]


def gtins_of(row: Row, column: str) -> tuple[str, ...]:
    """The GTINs of a cell as 14 digits; what is none is noted and left out."""
    read: dict[str, None] = {}
    for code in listed(row.text(column)):
        try:
            read[read_gtin(code)] = None
        except LotInvalid:
            row.issues.note(
                row.number, column, code, "no GTIN (wrong length or check digit); taken without it"
            )
    return tuple(read)


def _item_seq(row: Row, column: str) -> str:
    written = row.text(column)
    if 1 <= len(written) <= 16:
        return written
    row.issues.refuse(row.number, column, written, "no number of a product; ask the source for the row")
    return ""
