"""What a drug authority says about ingredients, as values that the safety check reads.

An importer stores one row a rule, with columns named as the fields of DrugRule; the check asks for the
few rows that bear on one prescription (`pharmacy.selectors`), so nobody holds 246,000 pairs in memory.
Route is part of the key: a rule about tablets says nothing about an eye drop. Source: facts 2.1, 2.2.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pharmacy.errors import DrugRuleInvalid
from screening.domain.rules import EVIDENCE


class RuleKind(StrEnum):
    """The kinds of Korean DUR notices. Source: facts 2.2."""

    INTERACTION = "interaction"  # 병용금기
    PREGNANCY = "pregnancy"  # 임부금기, grade 1 or 2
    LACTATION = "lactation"  # 수유부주의
    ELDERLY = "elderly"  # 노인주의
    AGE = "age"  # 특정연령대금기
    DOSE = "dose"  # 용량주의
    DURATION = "duration"  # 투여기간주의
    DUPLICATE_CLASS = "duplicate-class"  # 효능군중복
    SPLITTING = "splitting"  # 분할주의


class Route(StrEnum):
    """How a medicine enters the body. UNSTATED: the notice names no form; it is never read as "any"."""

    OCULAR = "ocular"
    ORAL = "oral"
    INJECTION = "injection"
    NASAL = "nasal"
    INHALED = "inhaled"
    SKIN = "skin"
    OTHER = "other"
    UNSTATED = "unstated"


@dataclass(frozen=True, slots=True)
class DrugRule:
    """One notice about one ingredient (or combination) by one route.

    Parameters
    ----------
    key : the same for the same notice at every import: source and its own numbers, "kids-conc-117".
    ingredient, other_ingredient : see `ingredient_key`. A pair is stored once and holds both ways.
    route, other_route : a notice for two routes is two rules.
    grade : of PREGNANCY: 1 forbidden in principle, 2 only for a clear medical reason (facts 2.1 [K]).
    from_months, below_months : of AGE and ELDERLY: ages concerned, months; `below_months` is the first age
        not concerned. None is an open end.
    dose_per_day_max, dose_unit : of DOSE: "drop", "mg" or "g" a day.
    days_max : of DURATION.
    duplicate_class : of DUPLICATE_CLASS: two medicines of one class are the same treatment twice.
    detail : the notice in its own words.
    evidence : V read in the source, R read in a public file, K unchecked, P product policy.

    A limit that is None though the kind has one stands in words only: a person reads it.
    Raises DrugRuleInvalid naming the field.
    """

    key: str
    kind: RuleKind
    ingredient: str
    route: Route
    source: str
    evidence: str
    other_ingredient: str = ""
    other_route: Route = Route.UNSTATED
    grade: int | None = None
    from_months: int | None = None
    below_months: int | None = None
    dose_per_day_max: Decimal | None = None
    dose_unit: str = ""
    days_max: int | None = None
    duplicate_class: str = ""
    detail: str = ""
    notified_on: date | None = None

    def __post_init__(self) -> None:
        for field in ("key", "ingredient", "source"):
            if not getattr(self, field).strip():
                raise DrugRuleInvalid(
                    field, "is empty; a rule must say what it is about and where it is from"
                )
        if bool(self.other_ingredient) is not (self.kind is RuleKind.INTERACTION):
            raise DrugRuleInvalid("other_ingredient", "belongs to an interaction, and to nothing else")
        if bool(self.duplicate_class) is not (self.kind is RuleKind.DUPLICATE_CLASS):
            raise DrugRuleInvalid("duplicate_class", "belongs to a duplicate class, and to nothing else")
        if self.grade not in ((None, 1, 2) if self.kind is RuleKind.PREGNANCY else (None,)):
            raise DrugRuleInvalid("grade", "is 1 or 2, and of pregnancy only")
        if self.evidence not in EVIDENCE:
            raise DrugRuleInvalid("evidence", f"is one of {', '.join(EVIDENCE)}")
        self._limits_possible()

    def _limits_possible(self) -> None:
        limits = (self.from_months, self.below_months, self.dose_per_day_max, self.days_max)
        if any(limit is not None and limit < 0 for limit in limits):
            raise DrugRuleInvalid("limit", "is negative")
        if self.below_months is not None and self.below_months <= (self.from_months or 0):
            raise DrugRuleInvalid("below_months", "must lie above from_months")
        if (self.dose_per_day_max is None) is not (not self.dose_unit):
            raise DrugRuleInvalid("dose_unit", "goes with a dose")

    def concerns_age(self, age_years: int) -> bool:
        """Whether some month of a year of life is concerned; with no bound at all, every age is."""
        youngest, oldest = age_years * 12, age_years * 12 + 11
        return oldest >= (self.from_months or 0) and (
            self.below_months is None or youngest < self.below_months
        )


def ingredient_key(*ingredients: str) -> str:
    """The key of an ingredient, or of a combination: lower case, in alphabetical order, joined by "+".

    Ingredients are codes of `substances` where the name joins one, and else the source's own English name.
    A rule about a combination concerns a medicine that holds all of it.
    """
    return "+".join(sorted(" ".join(one.casefold().split()) for one in ingredients))


class DrugRules:
    """The rules that bear on one prescription, found by ingredient."""

    def __init__(self, rules: Iterable[DrugRule] = ()) -> None:
        self._by_ingredient: dict[str, list[DrugRule]] = {}
        # Sorted, so that the same rules give the same alerts whatever order they were read in.
        for rule in sorted(rules, key=lambda rule: (rule.kind, rule.key, rule.route)):
            for ingredient in {rule.ingredient, rule.other_ingredient} - {""}:
                self._by_ingredient.setdefault(ingredient, []).append(rule)

    def about(self, ingredient: str, kind: RuleKind) -> tuple[DrugRule, ...]:
        """The rules of a kind about one ingredient key, on either side of a pair."""
        return tuple(rule for rule in self._by_ingredient.get(ingredient, ()) if rule.kind is kind)
