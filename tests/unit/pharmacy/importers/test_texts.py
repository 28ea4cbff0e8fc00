from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmacy.importers.texts import listed, plain, read_day


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (None, ""),
        ("  ", ""),
        ("<p>1일 2회</p><p>점안</p>", "1일 2회\n점안"),
        ("가<br/>나&nbsp;다 &lt; 5", "가\n나 다 < 5"),
        ("CrCl<30 &amp; a<b and c>d", "CrCl<30 & a<b and c>d"),
        ("<script>alert(1)</script>눈", "눈"),
        ('"태아의 성장지체"', "태아의 성장지체"),
        ('"가" 와 "나"', '"가" 와 "나"'),
        ("가\n \n\n나", "가\n나"),
        ("a\0b\ud800", "a?b?"),
    ],
)
def test_a_cell_is_read_as_plain_text(written: str | None, read: str) -> None:
    assert plain(written) == read


@given(st.text(st.characters(whitelist_categories=["Lo", "Lu", "Ll", "Nd"]), min_size=1))
def test_a_text_without_markup_is_not_touched(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize("written", ["20250612", "2025-06-12", "2025-06-12 00:00:00", " 2025.06.12 "])
def test_a_day_is_read_as_the_services_write_it(written: str) -> None:
    assert read_day(written) == date(2025, 6, 12)


@pytest.mark.parametrize("written", ["1971May6th", "20250631", "202506", "soon"])
def test_a_day_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        read_day(written)


def test_a_list_loses_its_stray_blanks_and_repeats() -> None:
    assert listed("BR-230303-00,BR-230321-02 , BR-230303-00,,") == ("BR-230303-00", "BR-230321-02")
