from django.db import models
from django.db.models import F, Q

from pharmacy.domain.alerts import Tier
from pharmacy.domain.formulary.entry import Supply
from pharmacy.domain.policy import LegalClass
from pharmacy.models.stock import Medicine
from screening.domain.rules import EVIDENCE


class FormularyItem(models.Model):
    """What one version of the formulary says of a medicine. Versions stay; nothing of one is changed later."""

    medicine = models.ForeignKey(Medicine, on_delete=models.PROTECT, related_name="items")
    version = models.CharField(max_length=16)
    position = models.PositiveSmallIntegerField(help_text="order of preference")
    rule_id = models.CharField(max_length=8)
    indication = models.CharField(max_length=32)
    supply = models.CharField(max_length=24, choices=[(one.value, one.value) for one in Supply])
    route = models.CharField(max_length=16)
    doses_per_day_max = models.PositiveSmallIntegerField(help_text="drops in each eye, or capsules; 0: never")
    supply_days = models.PositiveSmallIntegerField(help_text="what one supply lasts at most; 0: never")
    opened_days = models.PositiveSmallIntegerField(null=True, help_text="how long an open bottle keeps")
    ask_under_years = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=120)
    evidence = models.CharField(max_length=1)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["medicine", "version"], name="formulary_item_once_a_version"),
            models.UniqueConstraint(fields=["version", "position"], name="formulary_position_once"),
            models.CheckConstraint(condition=Q(supply__in=list(Supply)), name="formulary_supply"),
            models.CheckConstraint(condition=Q(evidence__in=list(EVIDENCE)), name="formulary_evidence"),
            models.CheckConstraint(condition=~Q(source=""), name="formulary_source"),
            models.CheckConstraint(
                condition=Q(supply=Supply.NEVER) | Q(doses_per_day_max__gte=1, supply_days__gte=1),
                name="formulary_given_has_a_dose",
            ),
        ]


class FormularyLabel(models.Model):
    """Legal class and ages of one medicine in one country; an empty class is not known, and blocked."""

    item = models.ForeignKey(FormularyItem, on_delete=models.CASCADE, related_name="labels")
    country = models.CharField(max_length=2)
    legal_class = models.CharField(max_length=16, blank=True)
    from_years = models.PositiveSmallIntegerField()
    below_years = models.PositiveSmallIntegerField(null=True, help_text="the first age refused")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "country"], name="formulary_label_once"),
            models.CheckConstraint(
                condition=Q(legal_class__in=["", *LegalClass]), name="formulary_legal_class"
            ),
            models.CheckConstraint(
                condition=Q(below_years__isnull=True) | Q(below_years__gt=F("from_years")),
                name="formulary_ages",
            ),
        ]

    @property
    def to_years(self) -> int | None:
        """The last age allowed; None for no limit."""
        return None if self.below_years is None else self.below_years - 1


class FormularyContraindication(models.Model):
    """What speaks against a medicine: an illness, or an allergy beyond its own ingredients."""

    item = models.ForeignKey(FormularyItem, on_delete=models.CASCADE, related_name="contraindications")
    kind = models.CharField(max_length=16)
    code = models.CharField(max_length=32)
    tier = models.CharField(max_length=4)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "kind", "code"], name="formulary_contraindication_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["illness", "allergy"]), name="formulary_contraindication_kind"
            ),
            models.CheckConstraint(
                condition=Q(tier__in=[Tier.HARD, Tier.SOFT]), name="formulary_contraindication_tier"
            ),
        ]


class Product(models.Model):
    """A pack that a clinic may stock, by its GTIN; its permit decides over the counter or prescription."""

    gtin = models.CharField(max_length=14, unique=True, help_text="GS1 AI 01, 14 digits")
    medicine = models.ForeignKey(Medicine, on_delete=models.PROTECT, related_name="products")
    item_seq = models.CharField(max_length=16, blank=True, help_text="MFDS ITEM_SEQ; empty: not known")
    name = models.CharField(max_length=200)
    legal_class = models.CharField(max_length=16)
    source = models.CharField(max_length=120)
    evidence = models.CharField(max_length=1)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(gtin__regex=r"^\d{14}$"), name="product_gtin"),
            models.CheckConstraint(condition=Q(legal_class__in=list(LegalClass)), name="product_legal_class"),
            models.CheckConstraint(condition=Q(evidence__in=list(EVIDENCE)), name="product_evidence"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(source=""), name="product_named"),
        ]
