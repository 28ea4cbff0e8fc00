from django.db import models
from django.db.models import F, Func, Q, Value

from pharmacy.domain.drug_data import DrugDataSource
from pharmacy.domain.drug_rules import Route, RuleKind
from pharmacy.domain.policy import LegalClass


class DrugDataImport(models.Model):
    """One import of one source; what it brought is in force until the next one supersedes it."""

    source = models.CharField(max_length=32, choices=[(one.value, one.value) for one in DrugDataSource])
    file = models.CharField(max_length=200, help_text="name of the file, or where it was fetched")
    sha256 = models.CharField(max_length=64)
    as_of = models.DateField(null=True, help_text="day of the data; null: not known, and so stale")
    complete = models.BooleanField(help_text="false: pages or rows are missing; never counts for dispensing")
    rows_read = models.PositiveIntegerField()
    rows_refused = models.PositiveIntegerField()
    values_stored = models.PositiveIntegerField(help_text="rules, recalls, permits or leaflets")
    imported_at = models.DateTimeField()
    imported_by = models.CharField(max_length=100)
    reader = models.CharField(max_length=32, help_text="by which aliases and notes it was read")
    checked_at = models.DateTimeField(help_text="when the same data were last seen again")
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(superseded_at__isnull=True),
                name="drug_data_one_current_per_source",
            ),
            models.CheckConstraint(
                condition=Q(source__in=[one.value for one in DrugDataSource]), name="drug_data_source"
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="drug_data_sha256"),
            models.CheckConstraint(
                condition=Q(complete=False) | Q(rows_refused=0), name="drug_data_complete_refuses_nothing"
            ),
        ]


class DrugDataIssue(models.Model):
    """One cell that an import could not take, or took in one reading of several."""

    data_import = models.ForeignKey(DrugDataImport, on_delete=models.CASCADE, related_name="issues")
    row = models.PositiveIntegerField(help_text="line of an SQL file, item of a payload; from 1")
    column = models.CharField(max_length=64, blank=True)
    value = models.CharField(max_length=120, blank=True)
    advice = models.CharField(max_length=200)
    refused = models.BooleanField(help_text="the row was not taken")


class UnjoinedIngredient(models.Model):
    """A name of an import that joins no code of ours; its rules stand under the source's own name."""

    data_import = models.ForeignKey(DrugDataImport, on_delete=models.CASCADE, related_name="unjoined")
    name = models.TextField()
    rows = models.PositiveIntegerField()


def _choices(words: type[Route] | type[RuleKind]) -> list[tuple[str, str]]:
    return [(word.value, word.value) for word in words]


class DrugRule(models.Model):
    """One notice about one ingredient by one route, column for field as pharmacy.domain.drug_rules.DrugRule."""

    data_import = models.ForeignKey(DrugDataImport, on_delete=models.CASCADE, related_name="rules")
    key = models.TextField()
    kind = models.CharField(max_length=16, choices=_choices(RuleKind))
    ingredient = models.TextField()
    route = models.CharField(max_length=12, choices=_choices(Route))
    source = models.CharField(max_length=32)
    evidence = models.CharField(max_length=1)
    other_ingredient = models.TextField(blank=True)
    other_route = models.CharField(max_length=12, choices=_choices(Route))
    grade = models.PositiveSmallIntegerField(null=True)
    from_months = models.PositiveSmallIntegerField(null=True)
    below_months = models.PositiveSmallIntegerField(null=True)
    dose_per_day_max = models.DecimalField(max_digits=18, decimal_places=8, null=True)
    dose_unit = models.CharField(max_length=8, blank=True)
    days_max = models.PositiveSmallIntegerField(null=True)
    duplicate_class = models.TextField(blank=True)
    detail = models.TextField(blank=True)
    notified_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[one.value for one in RuleKind]), name="drug_rule_kind"
            ),
            models.CheckConstraint(
                condition=Q(
                    route__in=[one.value for one in Route], other_route__in=[one.value for one in Route]
                ),
                name="drug_rule_route",
            ),
            models.CheckConstraint(condition=~Q(ingredient=""), name="drug_rule_ingredient"),
            models.CheckConstraint(
                condition=Q(kind=RuleKind.INTERACTION) & ~Q(other_ingredient="")
                | ~Q(kind=RuleKind.INTERACTION) & Q(other_ingredient=""),
                name="drug_rule_pair_has_two",
            ),
        ]
        # A combination is found by its first part, and then asked for all its parts.
        indexes = [
            models.Index(
                Func(F("ingredient"), Value("+"), Value(1), function="split_part"), name="drug_rule_lead"
            ),
            models.Index(
                Func(F("other_ingredient"), Value("+"), Value(1), function="split_part"),
                condition=~Q(other_ingredient=""),
                name="drug_rule_other_lead",
            ),
        ]


class DrugPermit(models.Model):
    """One permitted product of the MFDS; `legal_class` is empty where the permit states none."""

    data_import = models.ForeignKey(DrugDataImport, on_delete=models.CASCADE, related_name="permits")
    item_seq = models.CharField(max_length=16, db_index=True)
    name = models.TextField()
    company = models.TextField(blank=True)
    legal_class = models.CharField(
        max_length=16, choices=[(one.value, one.value) for one in LegalClass], blank=True
    )
    ingredients = models.TextField(blank=True)
    status = models.TextField(blank=True)
    permitted_on = models.DateField(null=True)


class PermittedPack(models.Model):
    """A GTIN of a permitted product."""

    permit = models.ForeignKey(DrugPermit, on_delete=models.CASCADE, related_name="packs")
    gtin = models.CharField(max_length=14, db_index=True)


class DrugRecall(models.Model):
    """One recall or stop of sale."""

    data_import = models.ForeignKey(DrugDataImport, on_delete=models.CASCADE, related_name="recalls")
    key = models.TextField()
    item_seq = models.CharField(max_length=16, blank=True, db_index=True)
    product = models.TextField()
    company = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    ordered_on = models.DateField(null=True)
    lots_written = models.TextField(blank=True)


class RecalledLot(models.Model):
    """What a recall blocks: a lot of a GTIN; `number` "" is every lot, `gtin` "" every pack of the recall's item."""

    recall = models.ForeignKey(DrugRecall, on_delete=models.CASCADE, related_name="blocked")
    gtin = models.CharField(max_length=14, blank=True)
    number = models.CharField(max_length=20, blank=True, help_text="as pharmacy.domain.labels.lot_key")

    class Meta:
        indexes = [models.Index(fields=["gtin", "number"], name="recalled_lot")]


class DrugLeaflet(models.Model):
    """What the patient's leaflet of a product says, as plain text."""

    data_import = models.ForeignKey(DrugDataImport, on_delete=models.CASCADE, related_name="leaflets")
    item_seq = models.CharField(max_length=16, db_index=True)
    name = models.TextField()
    company = models.TextField(blank=True)
    efficacy = models.TextField(blank=True)
    directions = models.TextField(blank=True)
    warnings = models.TextField(blank=True)
    cautions = models.TextField(blank=True)
    interactions = models.TextField(blank=True)
    side_effects = models.TextField(blank=True)
    storage = models.TextField(blank=True)
    updated_on = models.DateField(null=True)
