import pytest

from pharmacy.domain.safety_answers import LIST_MAX, QUESTIONS, TEXT_MAX, SafetyAnswers, parse_safety_answers
from pharmacy.errors import SafetyAnswersError


def test_nothing_answered_is_unknown_throughout() -> None:
    assert parse_safety_answers({}) == SafetyAnswers()
    assert all(getattr(SafetyAnswers(), question) is None for question in QUESTIONS)


def test_the_questionnaire_stays_short() -> None:
    assert len(QUESTIONS) <= 8


def test_an_empty_list_is_asked_and_none_while_null_is_unknown() -> None:
    assert parse_safety_answers({"allergies": [], "current_medicines": None}) == SafetyAnswers(allergies=())


def test_names_are_trimmed_and_counted_once() -> None:
    answers = parse_safety_answers({"allergies": ["  Benzalkonium   chloride", "Benzalkonium chloride"]})
    assert answers.allergies == ("Benzalkonium chloride",)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("allergies", "penicillin"),
        ("allergies", [""]),
        ("allergies", ["  "]),
        ("allergies", [3]),
        ("allergies", ["a\x00b"]),
        ("allergies", ["x" * (TEXT_MAX + 1)]),
        ("current_medicines", ["x"] * (LIST_MAX + 1)),
        ("current_medicines", {"metformin": True}),
        ("contact_lenses", "no"),
        ("contact_lenses", 0),
        ("narrow_angle", "false"),
        ("blood_group", True),
    ],
)
def test_an_unreadable_answer_names_its_question(field: str, value: object) -> None:
    with pytest.raises(SafetyAnswersError) as caught:
        parse_safety_answers({field: value})
    assert caught.value.field == field


def test_text_at_the_limit_is_accepted() -> None:
    answers = parse_safety_answers({"allergies": ["x" * TEXT_MAX], "current_medicines": ["y"] * LIST_MAX})
    assert answers.current_medicines == ("y",)
