import pytest

from risk.domain.urgency import Urgency, most_urgent

IN_ORDER = [Urgency.ROUTINE, Urgency.URGENT, Urgency.ASAP, Urgency.STAT]


def test_urgencies_sort_by_seriousness_and_not_by_spelling() -> None:
    assert sorted(Urgency, key=str) != IN_ORDER
    assert sorted(sorted(Urgency, key=str)) == IN_ORDER
    assert Urgency.ASAP > Urgency.ROUTINE
    assert Urgency.ROUTINE <= Urgency.ROUTINE < "stat"
    assert not Urgency.URGENT >= Urgency.ASAP


def test_the_most_urgent_of_none_is_routine() -> None:
    assert most_urgent([]) is Urgency.ROUTINE
    assert most_urgent([Urgency.URGENT, Urgency.STAT, Urgency.ASAP]) is Urgency.STAT


def test_an_urgency_does_not_compare_with_other_words() -> None:
    with pytest.raises(ValueError, match="soon"):
        _ = Urgency.STAT > "soon"
