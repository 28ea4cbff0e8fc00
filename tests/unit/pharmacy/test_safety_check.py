"""What holds for every case: unknown never frees, more told never silences, order never matters."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pharmacy.domain.alerts import Alert, Tier, stops_of
from pharmacy.domain.drug_rules import DrugRule, DrugRules, Route, RuleKind
from pharmacy.domain.formulary import FORMULARY, FormularyEntry
from pharmacy.domain.policy import EXAMPLE_PERMISSIVE, KOREA
from pharmacy.domain.safety_answers import LIST_QUESTIONS, QUESTIONS, SafetyAnswers
from pharmacy.domain.safety_case import SafetyCase
from pharmacy.domain.safety_check import check_safety
from pharmacy.domain.substances import SUBSTANCES
from risk.domain.features import Smoking
from tests.unit.pharmacy.cases import CLEAR, TODAY, order_for

NAMES = sorted(
    {name for one in SUBSTANCES for name in one.names} | {"metformin", "penicillin", "a blue pill"}
)
ILLNESSES = ["asthma", "천식", "heart failure", "diabetes", "uveitis", "a rare illness", "kidney failure"]
some = st.lists(st.sampled_from(NAMES), max_size=4, unique=True).map(tuple)
ill = st.lists(st.sampled_from(ILLNESSES), max_size=3, unique=True).map(tuple)
maybe = st.none() | st.booleans()

answers = st.builds(
    SafetyAnswers,
    allergies=st.none() | some,
    current_medicines=st.none() | some,
    conditions=st.none() | ill,
    **{name: maybe for name in QUESTIONS if name not in LIST_QUESTIONS},
)
notices = st.builds(
    lambda kind, one, other, route: DrugRule(
        f"{kind}-{one}",
        kind,
        one,
        route,
        "generated",
        "P",
        other_ingredient=other if kind is RuleKind.INTERACTION else "",
        duplicate_class="class" if kind is RuleKind.DUPLICATE_CLASS else "",
    ),
    st.sampled_from(RuleKind),
    st.sampled_from([one.code for one in SUBSTANCES]),
    st.sampled_from([one.code for one in SUBSTANCES]),
    st.sampled_from([Route.OCULAR, Route.ORAL, Route.UNSTATED]),
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[FormularyEntry, SafetyCase]:
    entry = draw(st.sampled_from(FORMULARY))
    case = SafetyCase(
        answers=draw(answers),
        age_years=draw(st.none() | st.integers(0, 100)),
        policy=draw(st.sampled_from([KOREA, EXAMPLE_PERMISSIVE])),
        today=TODAY,
        red_flags=draw(st.sampled_from([(), ("sudden-vision-loss",)])),
        smoking=draw(st.sampled_from(Smoking)),
        confirmed=draw(st.sampled_from([None, frozenset(), frozenset({"amd-intermediate"})])),
        order=order_for(entry, draw(st.sampled_from(["", "none", "lapsed", "? a day", "60 days"]))),
        drug_rules=DrugRules(draw(st.lists(notices, max_size=5))),
    )
    return entry, case


def with_answer(case: SafetyCase, question: str, value: Any) -> SafetyCase:
    return replace(case, answers=replace(case.answers, **{question: value}))


def worst(alerts: tuple[Alert, ...]) -> int:
    return max((("info", "soft", "hard").index(alert.tier) for alert in alerts), default=-1)


@given(cases(), st.sampled_from(QUESTIONS))
def test_an_answer_taken_away_never_frees_a_medicine(
    checked: tuple[FormularyEntry, SafetyCase], question: str
) -> None:
    entry, case = checked
    known, forgotten = check_safety(entry, case), check_safety(entry, with_answer(case, question, None))
    assert not stops_of(known) or stops_of(forgotten)


@given(cases(), st.sampled_from(QUESTIONS))
def test_a_clear_answer_taken_away_leaves_every_other_stop_standing(
    checked: tuple[FormularyEntry, SafetyCase], question: str
) -> None:
    entry, case = checked
    clear = with_answer(case, question, getattr(CLEAR, question))
    told = stops_of(check_safety(entry, clear))
    assert set(told) <= set(check_safety(entry, with_answer(case, question, None)))


@given(cases())
def test_what_nobody_knows_of_age_smoking_and_diagnosis_never_frees_a_medicine(
    checked: tuple[FormularyEntry, SafetyCase],
) -> None:
    entry, case = checked
    known = stops_of(check_safety(entry, case))
    for unknown in ({"age_years": None}, {"smoking": Smoking.UNKNOWN}, {"confirmed": None}):
        assert not known or stops_of(check_safety(entry, replace(case, **unknown)))


@given(
    cases(),
    st.sampled_from(["allergies", "current_medicines", "conditions"]),
    st.sampled_from(NAMES + ILLNESSES),
)
def test_one_more_allergy_medicine_or_illness_never_silences_an_alert(
    checked: tuple[FormularyEntry, SafetyCase], question: str, name: str
) -> None:
    entry, case = checked
    told = getattr(case.answers, question) or ()
    less, more = with_answer(case, question, told), with_answer(case, question, (*told, name))
    assert set(check_safety(entry, less)) <= set(check_safety(entry, more))


@given(cases(), cases())
def test_one_more_notice_never_silences_an_alert(
    checked: tuple[FormularyEntry, SafetyCase], other: tuple[FormularyEntry, SafetyCase]
) -> None:
    entry, case = checked
    kept = [
        rule for code in SUBSTANCES for kind in RuleKind for rule in case.drug_rules.about(code.code, kind)
    ]
    added = [
        r for code in SUBSTANCES for kind in RuleKind for r in other[1].drug_rules.about(code.code, kind)
    ]
    more = replace(case, drug_rules=DrugRules({*kept, *added}))
    assert set(check_safety(entry, case)) <= set(check_safety(entry, more))


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_what_was_reported_does_not_matter(
    checked: tuple[FormularyEntry, SafetyCase], random: Any
) -> None:
    entry, case = checked
    shuffled = case
    for question in LIST_QUESTIONS:
        told = list(getattr(case.answers, question) or ())
        random.shuffle(told)
        if getattr(case.answers, question) is not None:
            shuffled = with_answer(shuffled, question, tuple(told))
    assert check_safety(entry, case) == check_safety(entry, shuffled)


@given(cases())
def test_the_same_case_gives_the_same_alerts_hard_stops_first_and_each_once(
    checked: tuple[FormularyEntry, SafetyCase],
) -> None:
    entry, case = checked
    alerts = check_safety(entry, case)
    assert alerts == check_safety(entry, case)
    assert len(set(alerts)) == len(alerts)
    tiers = [alert.tier for alert in alerts]
    assert tiers == sorted(tiers, key=[Tier.HARD, Tier.SOFT, Tier.INFO].index)


@given(cases())
def test_nothing_is_given_to_somebody_of_whom_nothing_is_known(
    checked: tuple[FormularyEntry, SafetyCase],
) -> None:
    entry, case = checked
    blank = replace(
        case, answers=SafetyAnswers(), age_years=None, smoking=Smoking.UNKNOWN, confirmed=None, order=None
    )
    assert stops_of(check_safety(entry, blank))
