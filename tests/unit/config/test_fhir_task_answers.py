from hypothesis import given
from hypothesis import strategies as st

from config.fhir.mapping.task_answers import CODES, output, read_answer
from screening.domain.findings import Label
from screening.domain.laterality import Laterality

OUTCOMES = st.dictionaries(st.sampled_from(sorted(CODES.values())), st.booleans(), min_size=1)
CURRENT = {"resourceType": "Task", "id": "7", "status": "in-progress", "intent": "order"}


@given(OUTCOMES)
def test_what_was_found_reads_back_as_it_was_said(outcome: dict[tuple[Laterality, Label], bool]) -> None:
    answer = read_answer(CURRENT | {"status": "completed", "output": output(outcome)}, CURRENT)
    assert answer.outcome == outcome


def test_a_task_as_it_was_read_is_an_answer_whatever_the_server_adds() -> None:
    answer = read_answer(CURRENT | {"meta": {"versionId": "1"}, "text": {"status": "generated"}}, CURRENT)
    assert (answer.status, answer.reason, answer.outcome) == ("in-progress", "", {})


def test_a_reason_that_comes_back_as_it_was_read_is_no_reason_for_the_next_step() -> None:
    current = CURRENT | {"statusReason": {"text": "no theatre this week"}}
    assert read_answer(current | {"status": "failed"}, current).reason == ""
    padded = {"statusReason": {"text": " no theatre this week ", "id": "x"}}
    assert read_answer(current | padded, current).reason == ""
    assert read_answer(current | {"statusReason": {"text": "moved away"}}, current).reason == "moved away"


LINES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20)


@given(told=st.lists(LINES, max_size=4), new=LINES, at=st.integers(0, 4))
def test_the_note_of_a_step_is_the_one_that_was_not_there(told: list[str], new: str, at: int) -> None:
    current = CURRENT | {"note": [{"text": text, "time": "2026-11-28T08:00:00Z"} for text in told]}
    again = [{"text": text, "time": "2026-11-28T17:00:00+09:00"} for text in told]
    assert read_answer(current | {"note": again}, current).note == ""
    assert read_answer(current | {"note": [*again[:at], {"text": new}, *again[at:]]}, current).note == new
    assert read_answer(current | {"note": [{"text": new}]}, current).note == new, "also in words of before"
