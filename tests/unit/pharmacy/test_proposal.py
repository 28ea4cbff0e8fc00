from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmacy.domain import rules
from pharmacy.domain.alerts import Tier, stops_of
from pharmacy.domain.duplicates import RecentSupply
from pharmacy.domain.formulary import DRY_EYE, OCULAR_ALLERGY, PROPOSED
from pharmacy.domain.policy import policy_for
from pharmacy.domain.proposal import MedicineDecision, Outcome, block_country, propose_medicine
from pharmacy.domain.safety_answers import SafetyAnswers
from pharmacy.domain.safety_case import SafetyCase
from pharmacy.domain.stock import LotOnShelf

TODAY = date(2026, 11, 2)
CARMELLOSE, HYPROMELLOSE, KETOTIFEN = (entry.code for entry in PROPOSED)
SHELF = tuple(
    LotOnShelf(key, entry.code, date(2028, 1, 31), on_hand=3, reserved=0)
    for key, entry in enumerate(PROPOSED, start=1)
)
CLEAR = SafetyAnswers(
    allergies=(),
    current_medicines=(),
    pregnant_or_breastfeeding=False,
    contact_lenses=False,
    eye_surgery_last_3_months=False,
    narrow_angle=False,
    guardian_present=None,
)


def propose(
    indication: str = DRY_EYE,
    answers: SafetyAnswers = CLEAR,
    age_years: int | None = 44,
    country: str = "KR",
    lots: tuple[LotOnShelf, ...] = SHELF,
    red_flags: tuple[str, ...] = (),
    recent: tuple[RecentSupply, ...] = (),
) -> MedicineDecision:
    policy = policy_for(country)
    if policy is None:
        return block_country(country, red_flags)
    case = SafetyCase(answers, age_years, policy, TODAY, red_flags=red_flags, recent=recent)
    return propose_medicine(indication, case, lots)


def ids(decision: MedicineDecision) -> set[str]:
    return {alert.rule_id for alert in decision.reasons}


def test_dry_eyes_and_clear_answers_get_preservative_free_tears_and_a_lot() -> None:
    decision = propose()
    assert (decision.outcome, decision.medicine, decision.lot) == (Outcome.PROPOSED, CARMELLOSE, 1)
    assert (decision.packs, decision.supply_days) == (1, 14)
    assert ids(decision) == {rules.PH_CARMELLOSE, rules.PH_FEFO, rules.PH_FIRST_SUPPLY, rules.PH_RELEASE}


def test_itchy_allergic_eyes_get_ketotifen() -> None:
    assert propose(OCULAR_ALLERGY).medicine == KETOTIFEN


def test_the_second_tears_are_proposed_when_the_first_are_out_of_stock() -> None:
    decision = propose(lots=SHELF[1:])
    assert (decision.outcome, decision.medicine) == (Outcome.PROPOSED, HYPROMELLOSE)


# indication, changed answers, age, expected tier, rule, medicine of the alert
STOPS = [
    (DRY_EYE, {"eye_surgery_last_3_months": True}, 44, Tier.HARD, rules.PH_EYE_SURGERY),
    (DRY_EYE, {"eye_surgery_last_3_months": None}, 44, Tier.SOFT, rules.PH_UNKNOWN),
    (DRY_EYE, {"allergies": None}, 44, Tier.SOFT, rules.PH_UNKNOWN),
    (DRY_EYE, {"allergies": ("carboxymethylcellulose",)}, 44, Tier.HARD, rules.PH_ALLERGY),
    (DRY_EYE, {"allergies": ("카르멜로오스",)}, 44, Tier.HARD, rules.PH_ALLERGY),
    (DRY_EYE, {"allergies": ("CMC",)}, 44, Tier.HARD, rules.PH_ALLERGY),
    (DRY_EYE, {"allergies": ("methylcellulose",)}, 44, Tier.SOFT, rules.PH_ALLERGY_CLASS),
    (DRY_EYE, {"allergies": ("artificial tears",)}, 44, Tier.SOFT, rules.PH_ALLERGY_CLASS),
    (DRY_EYE, {"allergies": ("some eye drop",)}, 44, Tier.SOFT, rules.PH_ALLERGY_UNREAD),
    (DRY_EYE, {"allergies": ("penicillin and something",)}, 44, Tier.SOFT, rules.PH_ALLERGY_UNREAD),
    (DRY_EYE, {"current_medicines": None}, 44, Tier.SOFT, rules.PH_UNKNOWN),
    (DRY_EYE, {"current_medicines": ("인공눈물",)}, 44, Tier.SOFT, rules.PH_DUPLICATE),
    (DRY_EYE, {"current_medicines": ("a blue pill",)}, 44, Tier.SOFT, rules.PH_MEDICINE_UNREAD),
    (DRY_EYE, {"current_medicines": ("timolol and a pill",)}, 44, Tier.SOFT, rules.PH_MEDICINE_UNREAD),
    (DRY_EYE, {"guardian_present": True}, 5, Tier.SOFT, rules.PH_AGE_ASK),
    (DRY_EYE, {"guardian_present": False}, 18, Tier.SOFT, rules.PH_GUARDIAN),
    (DRY_EYE, {"guardian_present": None}, 18, Tier.SOFT, rules.PH_UNKNOWN),
    (DRY_EYE, {}, None, Tier.SOFT, rules.PH_UNKNOWN),
    (OCULAR_ALLERGY, {"allergies": ("ketotifen",)}, 44, Tier.HARD, rules.PH_ALLERGY),
    (OCULAR_ALLERGY, {"allergies": ("방부제",)}, 44, Tier.HARD, rules.PH_ALLERGY),
    (OCULAR_ALLERGY, {"allergies": ("olopatadine",)}, 44, Tier.SOFT, rules.PH_ALLERGY_CLASS),
    (OCULAR_ALLERGY, {"guardian_present": True}, 5, Tier.HARD, rules.PH_AGE_LABEL),
    (OCULAR_ALLERGY, {}, 65, Tier.HARD, rules.PH_AGE_LABEL),
    (OCULAR_ALLERGY, {"pregnant_or_breastfeeding": True}, 30, Tier.SOFT, rules.PH_PREGNANCY),
    (OCULAR_ALLERGY, {"pregnant_or_breastfeeding": None}, 30, Tier.SOFT, rules.PH_UNKNOWN),
    (OCULAR_ALLERGY, {"contact_lenses": True}, 30, Tier.SOFT, rules.PH_LENSES),
    (OCULAR_ALLERGY, {"contact_lenses": None}, 30, Tier.SOFT, rules.PH_UNKNOWN),
    (OCULAR_ALLERGY, {"narrow_angle": True}, 30, Tier.SOFT, rules.PH_NARROW_ANGLE),
    (OCULAR_ALLERGY, {"narrow_angle": None}, 30, Tier.SOFT, rules.PH_UNKNOWN),
    (OCULAR_ALLERGY, {"current_medicines": ("olopatadine",)}, 30, Tier.SOFT, rules.PH_DUPLICATE),
]


@pytest.mark.parametrize(("indication", "changed", "age_years", "tier", "rule_id"), STOPS)
def test_a_stop_sends_the_case_to_the_pharmacist(
    indication: str, changed: dict[str, object], age_years: int | None, tier: Tier, rule_id: str
) -> None:
    decision = propose(indication, replace(CLEAR, **changed), age_years)
    assert decision.outcome is Outcome.PHARMACIST
    assert (decision.lot, decision.packs) == (None, 0)
    assert (rule_id, tier) in {(alert.rule_id, alert.tier) for alert in decision.reasons}


PASSES = [
    (DRY_EYE, {"guardian_present": True}, 6, CARMELLOSE),
    (DRY_EYE, {}, 19, CARMELLOSE),
    (DRY_EYE, {"pregnant_or_breastfeeding": True}, 30, CARMELLOSE),
    (DRY_EYE, {"pregnant_or_breastfeeding": None}, 30, CARMELLOSE),
    (DRY_EYE, {"contact_lenses": True}, 30, CARMELLOSE),
    (DRY_EYE, {"narrow_angle": None}, 30, CARMELLOSE),
    (DRY_EYE, {"allergies": ("Penicillin", "pollen")}, 30, CARMELLOSE),
    (DRY_EYE, {"allergies": ("benzalkonium chloride",)}, 30, CARMELLOSE),
    (DRY_EYE, {"current_medicines": ("metformin", "암로디핀")}, 70, CARMELLOSE),
    (OCULAR_ALLERGY, {"guardian_present": True}, 6, KETOTIFEN),
    (OCULAR_ALLERGY, {}, 64, KETOTIFEN),
]


@pytest.mark.parametrize(("indication", "changed", "age_years", "medicine"), PASSES)
def test_an_answer_that_touches_nothing_stops_nothing(
    indication: str, changed: dict[str, object], age_years: int, medicine: str
) -> None:
    decision = propose(indication, replace(CLEAR, **changed), age_years)
    assert (decision.outcome, decision.medicine) == (Outcome.PROPOSED, medicine)


def test_a_soft_stop_names_the_medicine_the_pharmacist_may_still_release() -> None:
    assert propose(answers=replace(CLEAR, allergies=None)).medicine == CARMELLOSE


def test_a_hard_stop_of_the_only_medicine_leaves_none_and_still_goes_to_a_person() -> None:
    decision = propose(OCULAR_ALLERGY, replace(CLEAR, allergies=("ketotifen",)))
    assert (decision.outcome, decision.medicine) == (Outcome.PHARMACIST, "")


def test_other_eye_drops_are_a_note_on_spacing_not_a_stop() -> None:
    decision = propose(answers=replace(CLEAR, current_medicines=("latanoprost",)))
    assert decision.outcome is Outcome.PROPOSED
    assert rules.PH_SPACING in {alert.rule_id for alert in decision.alerts}


def test_a_red_flag_blocks_every_medicine_whatever_the_answers() -> None:
    decision = propose(red_flags=("sudden-vision-loss",))
    assert (decision.outcome, decision.medicine) == (Outcome.PHARMACIST, "")
    assert rules.PH_RED_FLAG in ids(decision)


@pytest.mark.parametrize("country", ["XX", "", "kr", "US"])
def test_a_country_without_a_policy_is_blocked(country: str) -> None:
    decision = propose(country=country)
    assert (decision.outcome, decision.medicine) == (Outcome.PHARMACIST, "")
    assert ids(decision) == {rules.PH_COUNTRY}


def test_an_indication_outside_the_formulary_goes_to_the_pharmacist() -> None:
    assert ids(propose("glaucoma")) == {rules.PH_NO_MEDICINE}


def test_an_empty_shelf_goes_to_the_pharmacist_with_that_reason() -> None:
    decision = propose(lots=())
    assert (decision.outcome, decision.medicine) == (Outcome.PHARMACIST, CARMELLOSE)
    assert ids(decision) == {rules.PH_NO_STOCK}


def test_stock_that_expires_too_soon_is_a_stock_out_with_its_own_reason() -> None:
    short = tuple(replace(lot, expiry=TODAY + timedelta(days=10)) for lot in SHELF)
    assert ids(propose(lots=short)) == {rules.PH_EXPIRY_MARGIN}


@pytest.mark.parametrize(("days_ago", "outcome"), [(13, Outcome.PHARMACIST), (14, Outcome.PROPOSED)])
def test_the_same_class_is_not_supplied_again_before_the_last_supply_is_used(
    days_ago: int, outcome: Outcome
) -> None:
    earlier = RecentSupply(HYPROMELLOSE, TODAY - timedelta(days=days_ago), days=14)
    assert propose(recent=(earlier,)).outcome is outcome


answers_of_any_kind = st.builds(
    SafetyAnswers,
    allergies=st.none() | st.just(()) | st.just(("ketotifen",)) | st.just(("cmc", "unknown thing")),
    current_medicines=st.none() | st.just(()) | st.just(("metformin",)),
    pregnant_or_breastfeeding=st.none() | st.booleans(),
    contact_lenses=st.none() | st.booleans(),
    eye_surgery_last_3_months=st.none() | st.booleans(),
    narrow_angle=st.none() | st.booleans(),
    guardian_present=st.none() | st.booleans(),
)


@given(
    indication=st.sampled_from([DRY_EYE, OCULAR_ALLERGY, "glaucoma"]),
    answers=answers_of_any_kind,
    age_years=st.none() | st.integers(0, 100),
    lots=st.sampled_from([SHELF, SHELF[:1], ()]),
    red_flags=st.sampled_from([(), ("sudden-vision-loss",)]),
)
def test_no_case_ends_with_nothing_and_no_stop_is_walked_past(
    indication: str,
    answers: SafetyAnswers,
    age_years: int | None,
    lots: tuple[LotOnShelf, ...],
    red_flags: tuple[str, ...],
) -> None:
    decision = propose(indication, answers, age_years, lots=lots, red_flags=red_flags)
    assert decision.reasons
    if decision.outcome is Outcome.PROPOSED:
        assert decision.lot in {lot.key for lot in lots if lot.medicine == decision.medicine}
        assert not stops_of(a for a in decision.alerts if a.medicine in (decision.medicine, ""))


@given(
    answers=answers_of_any_kind, question=st.sampled_from(["allergies", "current_medicines", "narrow_angle"])
)
def test_an_answer_taken_away_never_unlocks_a_medicine(answers: SafetyAnswers, question: str) -> None:
    known = propose(OCULAR_ALLERGY, answers)
    forgotten = propose(OCULAR_ALLERGY, replace(answers, **{question: None}))
    assert not (known.outcome is Outcome.PHARMACIST and forgotten.outcome is Outcome.PROPOSED)
