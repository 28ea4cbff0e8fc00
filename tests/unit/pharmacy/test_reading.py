import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmacy.domain.reading import Names, normal_form
from pharmacy.domain.substances import SUBSTANCES, substances_named_in

NAMES = {one.code: one.names for one in SUBSTANCES}
pieces = st.sampled_from(
    [*(name for names in NAMES.values() for name in names), "and", "-", "150 mg", "(", "x"]
)


def compared_one_by_one(text: str) -> tuple[str, ...]:
    words = normal_form(text)
    return tuple(
        code
        for code, names in NAMES.items()
        if any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words) for name in names)
    )


@given(st.lists(pieces, max_size=5), st.sampled_from([" ", "", "/", ", "]))
def test_names_are_found_as_if_every_one_was_compared(parts: list[str], between: str) -> None:
    text = between.join(parts)
    assert tuple(one.code for one in substances_named_in(text)) == compared_one_by_one(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Timolol 0.5% eye drops", ("timolol",)),
        ("β-carotene", ("beta-carotene",)),
        ("carboxymethyl cellulose", ("carmellose", "cellulose")),
        ("methylcellulose", ("cellulose",)),
        ("timololx", ()),
        ("", ()),
    ],
)
def test_a_name_counts_where_it_stands_as_whole_words(text: str, found: tuple[str, ...]) -> None:
    assert Names(NAMES).codes_in(text) == found
