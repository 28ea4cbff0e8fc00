"""Reads of imported drug data: the rules that bear on a prescription, how old they are, what is recalled."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import date

from django.db.models import Count, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Replace, Upper

from pharmacy.domain import drug_rules as domain
from pharmacy.domain.drug_data import DrugDataSource, StaleNeed, stale_needs
from pharmacy.domain.drug_rules import DrugRules, Route, RuleKind
from pharmacy.domain.labels import lot_key
from pharmacy.models import Dispense, DrugDataImport, DrugRule, Lot, PermittedPack, Prescription, RecalledLot
from pharmacy.models.dispense import UNDER_WAY
from pharmacy.models.prescription import PrescriptionStatus

RULE_FIELDS = tuple(field.name for field in fields(domain.DrugRule))


def imports_in_force() -> QuerySet[DrugDataImport]:
    """The import of every source that is in force."""
    return DrugDataImport.objects.filter(superseded_at=None).order_by("source")


def import_in_force(source: DrugDataSource) -> DrugDataImport | None:
    """The import of one source that is in force; None before the first."""
    return imports_in_force().filter(source=source).first()


def drug_data_days() -> dict[DrugDataSource, date]:
    """The day of the data of every complete import in force whose age is known."""
    rows = imports_in_force().filter(complete=True, as_of__isnull=False)
    return {DrugDataSource(source): day for source, day in rows.values_list("source", "as_of")}


def drug_data_stale(today: date) -> tuple[StaleNeed, ...]:
    """What keeps the machine shut on a day (PD-01, PD-02): empty when all drug data are new enough.

    Referral does not depend on it.
    """
    return stale_needs(drug_data_days(), today)


def drug_rules_about(ingredients: Iterable[str], route: Route, *, beside: Iterable[str] = ()) -> DrugRules:
    """The rules that bear on a medicine.

    Parameters
    ----------
    ingredients : keys of single ingredients of the medicine (`domain.drug_rules.ingredient_key`).
    route : by which it is given. Rules of another route are left out; UNSTATED ones are given, as such.
    beside : ingredients of whatever else the person uses, by any route. They bring pairs and duplicate classes.

    A rule about a combination is given when all of it is there.
    """
    ours, others = frozenset(ingredients), frozenset(beside)
    everything = ours | others
    lead = _lead("ingredient")
    rows = DrugRule.objects.annotate(lead=lead, other_lead=_lead("other_ingredient"))
    # A pair stands once, both its sides among everything; what is no pair has "" for the other side.
    rows = rows.filter(lead__in=everything, other_lead__in=["", *everything])
    rows = rows.filter(Q(lead__in=ours) | Q(kind__in=[RuleKind.INTERACTION, RuleKind.DUPLICATE_CLASS]))
    found = {domain.DrugRule(**_as_domain(values)) for values in rows.values_list(*RULE_FIELDS)}
    return DrugRules(rule for rule in found if _bears(rule, ours, others, route))


def _lead(field: str) -> Func:
    # Written as the index has it, or it is not used.
    return Func(F(field), Value("+"), Value(1), function="split_part", output_field=TextField())


def _as_domain(values: tuple[object, ...]) -> dict[str, object]:
    named = dict(zip(RULE_FIELDS, values, strict=True))
    return named | {
        "kind": RuleKind(named["kind"]),
        "route": Route(named["route"]),
        "other_route": Route(named["other_route"]),
    }


def _bears(rule: domain.DrugRule, ours: frozenset[str], others: frozenset[str], route: Route) -> bool:
    routes = (route, Route.UNSTATED)
    first, second = rule.ingredient.split("+"), rule.other_ingredient.split("+")
    if rule.kind is RuleKind.INTERACTION:
        everything = ours | others
        there = everything.issuperset(first) and everything.issuperset(second)
        by_first = ours.issuperset(first) and rule.route in routes
        by_second = ours.issuperset(second) and rule.other_route in routes
        return there and (by_first or by_second)
    if ours.issuperset(first) and rule.route in routes:
        return True
    return rule.kind is RuleKind.DUPLICATE_CLASS and others.issuperset(first)


def recalled(gtin: str, number: str) -> bool:
    """Whether a recall in force blocks a lot, given as GTIN of 14 digits and `labels.lot_key`."""
    return _blocking(gtin, number).exists()


def lots_recalled(organization_id: int) -> QuerySet[Lot]:
    """The lots of one clinic that a recall in force names, whether in quarantine already or not."""
    lots = Lot.objects.annotate(as_recalled=Upper(Replace("number", Value(" "), Value(""))))
    packs = PermittedPack.objects.filter(gtin=OuterRef(OuterRef("gtin")))
    blocked = RecalledLot.objects.filter(_names(OuterRef("gtin"), OuterRef("as_recalled"), packs))
    return lots.filter(Exists(blocked), organization_id=organization_id).order_by("pk")


def _blocking(gtin: str, number: str) -> QuerySet[RecalledLot]:
    return RecalledLot.objects.filter(_names(gtin, number, PermittedPack.objects.filter(gtin=gtin)))


def _names(gtin: object, number: object, packs: QuerySet[PermittedPack]) -> Q:
    # A recall without barcodes is about every pack that is permitted for its item.
    items = packs.values("permit__item_seq")
    return Q(number__in=["", number]) & (Q(gtin=gtin) | Q(gtin="", recall__item_seq__in=items))


def recall_of(lot: Lot) -> str:
    """The key of the recall that names a lot; "" for none."""
    return (
        _blocking(lot.gtin, lot_key(lot.number)).order_by("pk").values_list("recall__key", flat=True).first()
        or ""
    )


def supplies_of(lots: Iterable[Lot]) -> QuerySet[Prescription]:
    """Prescriptions of these lots whose packs reached a patient, or may have, with their patients.

    What the machine moves now, or nobody knows of, is among them, and what was authorised where no machine stands
    before hand-overs were booked there; packs that all came back are not.
    """
    moving = Dispense.objects.filter(prescription=OuterRef("pk"), status__in=UNDER_WAY)
    returned = Count("dropped", filter=Q(dropped__returned_at__isnull=False))
    handed = Dispense.objects.filter(prescription=OuterRef("pk"), lot__in=[lot.pk for lot in lots])
    kept = handed.annotate(returned=returned).filter(packs_handed_over__gt=F("returned"))
    rows = Prescription.objects.filter(lot__in=[lot.pk for lot in lots], status=PrescriptionStatus.AUTHORISED)
    reached = rows.filter(Exists(moving) | Exists(kept) | Q(perhaps_given=True))
    return reached.select_related("encounter__patient", "lot", "medicine").order_by("authorised_at", "pk")
