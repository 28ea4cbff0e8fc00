"""The formulary and a clinic's list of products, put into tables."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.db import transaction

from pharmacy.domain.alerts import Tier
from pharmacy.domain.formulary import FORMULARY, FORMULARY_VERSION, FormularyEntry
from pharmacy.domain.products import ProductRow, read_products
from pharmacy.domain.rules import RULES
from pharmacy.errors import FormularyChanged, ProductInvalid
from pharmacy.models import (
    FormularyContraindication,
    FormularyItem,
    FormularyLabel,
    Product,
)
from pharmacy.services.stock import medicine_row

_RULES = {rule.id: rule for rule in RULES}
LABEL_FIELDS = ("country", "legal_class", "from_years", "below_years")
_country = itemgetter("country")


@transaction.atomic
def formulary_load(*, now: datetime) -> int:
    """Store this version of the formulary; the number of medicines added, 0 when it was there.

    Raises FormularyChanged when the version is stored with other content: what a version said stays.
    """
    stored = FormularyItem.objects.filter(version=FORMULARY_VERSION)
    if stored.exists():
        rows = stored.select_related("medicine").prefetch_related("labels", "contraindications")
        _unchanged({item.medicine.code: item for item in rows})
        return 0
    for position, entry in enumerate(FORMULARY):
        item = FormularyItem.objects.create(
            medicine=medicine_row(entry.code),
            version=FORMULARY_VERSION,
            position=position,
            loaded_at=now,
            **_values(entry),
        )
        FormularyLabel.objects.bulk_create(FormularyLabel(item=item, **label) for label in _labels(entry))
        FormularyContraindication.objects.bulk_create(
            FormularyContraindication(item=item, kind=kind, code=code, tier=tier)
            for kind, code, tier in _contraindications(entry)
        )
    return len(FORMULARY)


@transaction.atomic
def products_load(
    rows: Iterable[Mapping[str, str | None]], *, now: datetime
) -> tuple[int, list[ProductInvalid]]:
    """Store a list of products by GTIN, again and again without duplicates; nothing when a row is refused.

    Returns the number of products stored, and what is wrong with the rows that cannot be read.
    """
    read = list(read_products(rows))
    refused = [row for row in read if isinstance(row, ProductInvalid)]
    if refused:
        return 0, refused
    products = [row for row in read if isinstance(row, ProductRow)]
    for row in products:
        values = asdict(row) | {"medicine": medicine_row(row.medicine), "loaded_at": now}
        Product.objects.update_or_create(gtin=values.pop("gtin"), defaults=values)
    return len(products), []


def _unchanged(stored: dict[str, FormularyItem]) -> None:
    same = stored.keys() == {entry.code for entry in FORMULARY}
    if not same or any(_differs(stored[entry.code], entry) for entry in FORMULARY):
        raise FormularyChanged(
            f"version {FORMULARY_VERSION} is stored with other content; give the changed formulary a new version"
        )


def _differs(item: FormularyItem, entry: FormularyEntry) -> bool:
    labels = [{name: getattr(row, name) for name in LABEL_FIELDS} for row in item.labels.all()]
    contraindications = {(row.kind, row.code, row.tier) for row in item.contraindications.all()}
    return (
        any(getattr(item, name) != value for name, value in _values(entry).items())
        or sorted(labels, key=_country) != sorted(_labels(entry), key=_country)
        or contraindications != set(_contraindications(entry))
    )


def _values(entry: FormularyEntry) -> dict[str, Any]:
    rule = _RULES[entry.rule_id]
    return {
        "rule_id": entry.rule_id,
        "indication": entry.indication,
        "supply": str(entry.supply),
        "route": str(entry.route),
        "doses_per_day_max": entry.doses_per_day_max,
        "supply_days": entry.supply_days,
        "opened_days": entry.opened_days,
        "ask_under_years": entry.ask_under_years,
        "source": rule.source,
        "evidence": rule.evidence,
    }


def _labels(entry: FormularyEntry) -> list[dict[str, Any]]:
    return [
        {
            "country": country,
            "legal_class": str(entry.legal_class.get(country, "")),
            "from_years": limits.lower,
            "below_years": limits.upper,
        }
        for country, limits in entry.age_limits.items()
    ]


def _contraindications(entry: FormularyEntry) -> list[tuple[str, str, Tier]]:
    return [
        *(("illness", code, Tier.HARD) for code in entry.contraindications),
        *(("illness", code, Tier.SOFT) for code in entry.cautions),
        *(("allergy", code, Tier.HARD) for code in entry.forbidden_allergies),
    ]
