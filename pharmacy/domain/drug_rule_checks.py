"""What the notices of the drug authority mean for one supply. Tiers: facts 4.2."""

from collections.abc import Iterator

from pharmacy.domain import rules
from pharmacy.domain.alerts import Alert, Tier
from pharmacy.domain.drug_data import ELDERLY_FROM_YEARS
from pharmacy.domain.drug_rules import DrugRule, Route, RuleKind, ingredient_key
from pharmacy.domain.formulary.entry import FormularyEntry
from pharmacy.domain.reading import normal_form
from pharmacy.domain.safety_case import SafetyCase
from pharmacy.domain.substances import SUBSTANCES, substances_named_in

TIERS: dict[RuleKind, tuple[str, Tier]] = {
    RuleKind.INTERACTION: (rules.PH_DUR_INTERACTION, Tier.HARD),
    RuleKind.AGE: (rules.PH_DUR_AGE, Tier.HARD),
    RuleKind.PREGNANCY: (rules.PH_DUR_PREGNANCY_2, Tier.SOFT),
    RuleKind.LACTATION: (rules.PH_DUR_LACTATION, Tier.SOFT),
    RuleKind.ELDERLY: (rules.PH_DUR_ELDERLY, Tier.SOFT),
    RuleKind.DOSE: (rules.PH_DUR_DOSE, Tier.SOFT),
    RuleKind.DURATION: (rules.PH_DUR_DURATION, Tier.SOFT),
    RuleKind.DUPLICATE_CLASS: (rules.PH_DUR_DUPLICATE, Tier.SOFT),
    RuleKind.SPLITTING: (rules.PH_DUR_SPLITTING, Tier.INFO),
}
SUBJECT_MAX = 120
_ONE_LESS = {Tier.HARD: Tier.SOFT, Tier.SOFT: Tier.INFO, Tier.INFO: Tier.INFO}
_ROUTES = {substance.code: substance.routes for substance in SUBSTANCES}


def drug_keys(entry: FormularyEntry) -> tuple[str, ...]:
    """Under which ingredient keys notices may concern a medicine: each ingredient, and all together."""
    return tuple(dict.fromkeys((*entry.ingredients, entry.ingredient)))


def reported_keys(reported: tuple[str, ...] | None) -> tuple[str, ...]:
    """The ingredient keys that reported medicines may mean; a name we do not list is a key as it is written."""
    keys: list[str] = []
    for text in reported or ():
        named = tuple(substance.code for substance in substances_named_in(text))
        keys += (*named, normal_form(text), *((ingredient_key(*named),) if named else ()))
    return tuple(sorted(set(keys)))


def check_drug_rules(entry: FormularyEntry, case: SafetyCase) -> tuple[Alert, ...]:
    """Alerts of PH-89 to PH-99, and PH-03 where a notice asks what nobody knows."""
    found: list[Alert] = []
    in_use = reported_keys(case.answers.current_medicines)
    for key in drug_keys(entry):
        for kind in RuleKind:
            for rule in case.drug_rules.about(key, kind):
                found += _check_rule(rule, key, entry, case, in_use)
    return tuple(found)


def _check_rule(
    rule: DrugRule, key: str, entry: FormularyEntry, case: SafetyCase, in_use: tuple[str, ...]
) -> Iterator[Alert]:
    if rule.kind is RuleKind.INTERACTION:
        yield from _check_pair(rule, key, entry, in_use)
        return
    if rule.route not in (entry.route, Route.UNSTATED):
        return
    if _asks_pregnancy(rule) and case.answers.pregnant_or_breastfeeding is None:
        yield Alert(rules.PH_UNKNOWN, Tier.SOFT, entry.code, "pregnant_or_breastfeeding")
    elif _concerns(rule, entry, case, in_use):
        yield _alert(rule, key, rule.route, entry)


def _asks_pregnancy(rule: DrugRule) -> bool:
    return rule.kind in (RuleKind.PREGNANCY, RuleKind.LACTATION)


def _concerns(rule: DrugRule, entry: FormularyEntry, case: SafetyCase, in_use: tuple[str, ...]) -> bool:
    match rule.kind:
        case RuleKind.AGE:
            return case.age_years is not None and rule.concerns_age(case.age_years)
        case RuleKind.ELDERLY:
            return _is_old(rule, case.age_years)
        case RuleKind.PREGNANCY | RuleKind.LACTATION:
            return case.answers.pregnant_or_breastfeeding is True
        case RuleKind.DOSE:
            return _is_over_dose(rule, entry, case)
        case RuleKind.DURATION:
            days = case.supply_days(entry)
            return days is None or rule.days_max is None or days > rule.days_max
        case RuleKind.DUPLICATE_CLASS:
            return _is_of_a_class_in_use(rule, entry, case, in_use)
        case _:
            return True


def _is_old(rule: DrugRule, age_years: int | None) -> bool:
    # An unknown age is already stopped by the age rule (PH-03).
    if age_years is None:
        return False
    if rule.from_months is None:
        return age_years >= ELDERLY_FROM_YEARS
    return rule.concerns_age(age_years)


def _is_over_dose(rule: DrugRule, entry: FormularyEntry, case: SafetyCase) -> bool:
    doses = case.doses_per_day(entry)
    comparable = rule.dose_unit == "drop" and entry.route is Route.OCULAR
    # A limit in words, or in a unit that drops are not counted in, a person must read.
    if doses is None or rule.dose_per_day_max is None or not comparable:
        return True
    return doses > rule.dose_per_day_max


def _is_of_a_class_in_use(
    rule: DrugRule, entry: FormularyEntry, case: SafetyCase, in_use: tuple[str, ...]
) -> bool:
    return any(
        other.duplicate_class == rule.duplicate_class and _may_be_by(other.route, key)
        for key in in_use
        if key not in drug_keys(entry)
        for other in case.drug_rules.about(key, RuleKind.DUPLICATE_CLASS)
    )


def _check_pair(rule: DrugRule, key: str, entry: FormularyEntry, in_use: tuple[str, ...]) -> Iterator[Alert]:
    sides = (
        (rule.ingredient, rule.route, rule.other_ingredient, rule.other_route),
        (rule.other_ingredient, rule.other_route, rule.ingredient, rule.route),
    )
    for ours, our_route, theirs, their_route in sides:
        by_our_route = our_route in (entry.route, Route.UNSTATED)
        if ours == key and by_our_route and theirs in in_use and _may_be_by(their_route, theirs):
            yield _alert(rule, key, our_route, entry, subject=theirs)


def _may_be_by(route: Route, key: str) -> bool:
    """Whether a medicine in use may be used by a route; how a reported one is used nobody asked."""
    known = _ROUTES.get(key)
    return route is Route.UNSTATED or known is None or route in known


def _alert(rule: DrugRule, key: str, route: Route, entry: FormularyEntry, subject: str = "") -> Alert:
    rule_id, tier = TIERS[rule.kind]
    if rule.kind is RuleKind.PREGNANCY and rule.grade == 1:
        rule_id, tier = rules.PH_DUR_PREGNANCY_1, Tier.HARD
    # PH-89: a notice that names no route may mean another one, unless the substance has only ours.
    if route is Route.UNSTATED and _ROUTES.get(key) != frozenset({entry.route}):
        tier = _ONE_LESS[tier]
    return Alert(rule_id, tier, entry.code, (subject or rule.key)[:SUBJECT_MAX])
