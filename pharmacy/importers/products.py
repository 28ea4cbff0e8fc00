"""Products as the MFDS lists them: leaflets, permits, recalls. Source: facts 2.2, payloads of 2.3 [R]."""

import re
from dataclasses import dataclass
from datetime import date

from pharmacy.domain.labels import lot_key, read_gtin
from pharmacy.domain.policy import LegalClass
from pharmacy.errors import LotInvalid
from pharmacy.importers.reading import Row
from pharmacy.importers.texts import listed

_CLASSES = {"일반의약품": LegalClass.OVER_THE_COUNTER, "전문의약품": LegalClass.PRESCRIPTION}
_INGREDIENT = re.compile(r"성분명\s*:\s*([^|;]+)")
_LOT = re.compile(r"[A-Z0-9][A-Z0-9._/-]{0,19}")
# What a lot number says where there is none.
NO_LOT = ""


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


@dataclass(frozen=True, slots=True)
class Recall:
    """One recall. `blocked`: GTIN (14 digits) and lot number, "" for every lot of that GTIN."""

    key: str
    item_seq: str
    product: str
    company: str
    reason: str
    ordered_on: date | None
    lots_written: str
    blocked: tuple[tuple[str, str], ...]


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
            gtins=_gtins(row, "BAR_CODE"),
        )
    ]


def recall(row: Row) -> list[Recall]:
    """One recall or stop of sale, of the list or of the details."""
    item, product = row.text("ITEM_SEQ")[:16], row.text("PRDUCT")
    if not item and not product:
        row.issues.refuse(row.number, "ITEM_SEQ", None, "names no product; ask the source for the row")
        return []
    ordered = row.day("RECALL_COMMAND_DATE") or row.day("RTRVL_CMMND_DT")
    gtins = _gtins(row, "STD_CD")
    if not gtins:
        row.issues.note(
            row.number, "STD_CD", None, "no barcode; its packs are found by the permits of its item only"
        )
    written = row.text("MNFCTUR_NO")
    return [
        Recall(
            key="-".join(part for part in (item or product, ordered.isoformat() if ordered else "") if part),
            item_seq=item,
            product=product,
            company=row.text("ENTRPS"),
            reason=row.text("RTRVL_RESN"),
            ordered_on=ordered,
            lots_written=written,
            # Without a barcode the lots wait under an empty GTIN for the permits of the item.
            blocked=tuple((gtin, lot) for gtin in gtins or ("",) for lot in _lots(row, written)),
        )
    ]


def _lots(row: Row, written: str) -> tuple[str, ...]:
    lots = tuple(lot_key(entry) for entry in listed(written))
    unread = [lot for lot in lots if not _LOT.fullmatch(lot)]
    if unread:  # PD-05
        row.issues.note(
            row.number,
            "MNFCTUR_NO",
            ", ".join(unread),
            "no lot number that can be read; every lot is blocked",
        )
    return (NO_LOT,) if unread or not lots else tuple(dict.fromkeys(lots))


def _gtins(row: Row, column: str) -> tuple[str, ...]:
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
