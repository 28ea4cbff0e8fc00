"""Products as a clinic lists them: which pack holds which medicine of the formulary."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pharmacy.domain.formulary import FORMULARY, Supply
from pharmacy.domain.labels import read_gtin
from pharmacy.domain.policy import LegalClass
from pharmacy.errors import LotInvalid, ProductInvalid
from screening.domain.rules import EVIDENCE

COLUMNS: Final = ("medicine", "gtin", "item_seq", "name", "legal_class", "source", "evidence")
NAME_MAX: Final = 200
SOURCE_MAX: Final = 120
_GIVEN = {entry.code for entry in FORMULARY if entry.supply is not Supply.NEVER}


@dataclass(frozen=True)
class ProductRow:
    """One pack; `gtin` has 14 digits, `item_seq` is the MFDS number or empty."""

    medicine: str
    gtin: str
    item_seq: str
    name: str
    legal_class: LegalClass
    source: str
    evidence: str


def read_products(rows: Iterable[Mapping[str, str | None]]) -> Iterator[ProductRow | ProductInvalid]:
    """Each row of a list as a product, or as what is wrong with it; line 1 is the header."""
    seen: set[str] = set()
    for line, row in enumerate(rows, start=2):
        try:
            product = _read({name: (row.get(name) or "").strip() for name in COLUMNS}, line)
            if product.gtin in seen:
                raise ProductInvalid(line, "gtin", "stands twice in the list")
        except ProductInvalid as refused:
            yield refused
        else:
            seen.add(product.gtin)
            yield product


def _read(row: dict[str, str], line: int) -> ProductRow:
    if row["medicine"] not in _GIVEN:
        raise ProductInvalid(line, "medicine", "is no code of the formulary that is ever given")
    for name, longest in (("name", NAME_MAX), ("source", SOURCE_MAX)):
        if not 1 <= len(row[name]) <= longest:
            raise ProductInvalid(line, name, f"needs 1 to {longest} characters")
    if row["evidence"] not in EVIDENCE:
        raise ProductInvalid(line, "evidence", f"is one of {', '.join(EVIDENCE)}")
    if row["item_seq"] and not row["item_seq"].isdecimal():
        raise ProductInvalid(line, "item_seq", "has digits only")
    try:
        gtin, legal_class = read_gtin(row["gtin"]), LegalClass(row["legal_class"])
    except LotInvalid:
        raise ProductInvalid(line, "gtin", "is mistyped: its check digit is wrong") from None
    except ValueError:
        raise ProductInvalid(line, "legal_class", f"is one of {', '.join(LegalClass)}") from None
    return ProductRow(
        row["medicine"], gtin, row["item_seq"], row["name"], legal_class, row["source"], row["evidence"]
    )
