from datetime import date

import pytest

from records.duplicates import Likeness, Person, likeness, near_dates, similar

BORN = date(1960, 5, 1)


@pytest.mark.parametrize(
    ("name", "born", "why"),
    [
        ("Hong Gil-dong", BORN, Likeness.SAME),
        ("ＨＯＮＧ gildong", BORN, Likeness.SAME),
        ("Hong Gil-tong", BORN, Likeness.SAME_BIRTH_DATE),
        ("Kim Cheol-su", BORN, None),
        ("Hong Gil-dong", date(1960, 1, 5), Likeness.NEAR_BIRTH_DATE),
        ("Hong Gil-dong", date(1961, 5, 1), Likeness.NEAR_BIRTH_DATE),
        ("Hong Gil-tong", date(1961, 5, 1), None),
        ("Hong Gil-dong", date(1972, 8, 9), None),
        ("Hong Gil-dong", None, Likeness.SAME_NAME),
        ("Kim Cheol-su", None, None),
    ],
)
def test_two_people_may_be_one_for_a_reason(name: str, born: date | None, why: Likeness | None) -> None:
    assert likeness(Person("Hong Gil-dong", BORN), Person(name, born)) == why


def test_names_are_similar_in_another_order_and_with_one_other_letter_of_hangul() -> None:
    assert similar("Gil-dong Hong", "Hong Gildong")
    assert similar("김영자", "김 영자")
    assert similar("김영자", "김영지")
    assert not similar("김영자", "박순옥")


def test_every_near_date_is_a_date_and_another_one() -> None:
    near = list(near_dates(date(2000, 2, 29)))
    assert date(2000, 2, 28) in near
    assert date(2000, 2, 29) not in near
