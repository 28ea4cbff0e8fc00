"""Recalls and stops of sale as the MFDS lists them. Source: facts 2.2, payloads of 2.3 [R]."""

import re
from dataclasses import dataclass
from datetime import date

from pharmacy.domain.labels import lot_key
from pharmacy.importers.products import gtins_of
from pharmacy.importers.reading import Row
from pharmacy.importers.texts import listed

_LOT = re.compile(r"[A-Z0-9][A-Z0-9._/-]{0,19}")
# What a lot number says where there is none.
NO_LOT = ""


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


def recall(row: Row) -> list[Recall]:
    """One recall or stop of sale, of the list or of the details."""
    item, product = row.text("ITEM_SEQ")[:16], row.text("PRDUCT")
    if not item and not product:
        row.issues.refuse(row.number, "ITEM_SEQ", None, "names no product; ask the source for the row")
        return []
    ordered = row.day("RECALL_COMMAND_DATE") or row.day("RTRVL_CMMND_DT")
    gtins = gtins_of(row, "STD_CD")
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
