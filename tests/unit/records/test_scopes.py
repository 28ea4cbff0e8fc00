from hypothesis import given
from hypothesis import strategies as st

from records.scopes import LETTERS, allows, granted, read_scopes, unreadable, write_scopes

TYPES = st.sampled_from(["Patient", "Task", "Media", "*"])
SETS = st.dictionaries(TYPES, st.frozensets(st.sampled_from(LETTERS), min_size=1), max_size=4)


@given(SETS)
def test_written_scopes_read_back(scopes: dict[str, frozenset[str]]) -> None:
    assert read_scopes(write_scopes(scopes)) == scopes


@given(SETS, SETS)
def test_nothing_is_granted_beyond_what_is_registered(
    asked: dict[str, frozenset[str]], registered: dict[str, frozenset[str]]
) -> None:
    given_now = granted(write_scopes(asked), write_scopes(registered))
    for kind, letters in read_scopes(given_now).items():
        assert letters <= registered[kind]


def test_words_that_are_no_scope_are_named() -> None:
    text = "system/Patient.rs user/Patient.rs system/Patient.sr system/Patient. launch"
    assert unreadable(text) == ["user/Patient.rs", "system/Patient.sr", "system/Patient.", "launch"]


def test_each_interaction_needs_its_letter() -> None:
    assert allows("system/Task.rs", "Task", "s")
    assert not allows("system/Task.rs", "Task", "u")
    assert not allows("system/Task.rs", "Patient", "r")
