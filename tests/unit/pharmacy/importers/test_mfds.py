from decimal import Decimal

import pytest

from pharmacy.domain.drug_rules import Route, RuleKind
from pharmacy.importers import mfds
from pharmacy.importers.reading import Row
from records.import_issues import Issues
from tests.unit.pharmacy.importers.cast import row, said

SINGLE = {"INGR_CODE": "D000893", "INGR_ENG_NAME": "Chlorpheniramine Maleate", "FORM_NAME": "나정"}
PAIR = {
    "DUR_SEQ": "83",
    "INGR_CODE": "D1",
    "INGR_ENG_NAME": "Brimonidine Tartrate",
    "FORM_NAME": "점안액",
    "MIXTURE_INGR_CODE": "D2",
    "MIXTURE_INGR_ENG_NAME": "Selegiline Hydrochloride",
    "MIXTURE_FORM_NAME": "나정",
    "NOTIFICATION_DATE": "20090303",
    "PROHBT_CONTENT": "고혈압",
}


def test_a_pair_has_the_routes_of_its_forms() -> None:
    (rule,) = mfds.pairs(row(**PAIR))
    assert (rule.ingredient, rule.route) == ("brimonidine", Route.OCULAR)
    assert (rule.other_ingredient, rule.other_route) == ("selegiline", Route.ORAL)


def test_products_of_one_notice_give_the_same_rule() -> None:
    (first,), (second,) = mfds.pairs(row(**PAIR, ITEM_SEQ="1")), mfds.pairs(row(**PAIR, ITEM_SEQ="2"))
    assert first == second


def test_two_notices_about_one_pair_have_two_keys() -> None:
    (first,), (second,) = mfds.pairs(row(**PAIR)), mfds.pairs(row(**PAIR | {"PROHBT_CONTENT": "저혈압"}))
    assert first.key != second.key


def test_a_dose_a_duration_and_a_class_are_read_from_their_words() -> None:
    assert mfds.doses(row(**SINGLE, PROHBT_CONTENT="클로르페니라민말레산염 24mg"))[
        0
    ].dose_per_day_max == Decimal(24)
    assert mfds.durations(row(**SINGLE, PROHBT_CONTENT="5일"))[0].days_max == 5
    assert (
        mfds.duplicates(row(**SINGLE, EFFECT_NAME="소염제", SERS_NAME="비스"))[0].duplicate_class
        == "소염제 비스"
    )
    assert mfds.ages(row(**SINGLE, PROHBT_CONTENT="12세 미만"))[0].below_months == 144
    assert mfds.pregnancy(row(**SINGLE, PROHBT_CONTENT="1등급 금기"))[0].grade == 1
    assert mfds.elderly(row(**SINGLE))[0].from_months == 780


@pytest.mark.parametrize("read", [mfds.doses, mfds.durations, mfds.ages])
def test_a_limit_that_is_not_there_is_told_and_stays_open(read: object) -> None:
    made = row(**SINGLE, PROHBT_CONTENT=None)
    (rule,) = read(made)  # type: ignore[operator]
    assert (rule.dose_per_day_max, rule.days_max, rule.below_months) == (None, None, None)
    assert [refused for _, _, refused in said(made)] == [False]


def test_a_product_that_is_not_to_be_split_is_named_by_its_ingredients() -> None:
    made = row(
        MAIN_INGR="[M1]가나/[M2]다라/[M1]가나",
        FORM_CODE_NAME="장용성필름코팅정",
        ITEM_PERMIT_DATE="1971May6th",
    )
    (rule,) = mfds.splitting(made)
    assert (rule.kind, rule.ingredient, rule.route) == (RuleKind.SPLITTING, "가나+다라", Route.ORAL)
    assert said(made) == [("ITEM_PERMIT_DATE", "no such day; the row is taken without it", False)]


def test_null_codes_are_no_reason_to_lose_a_rule() -> None:
    (rule,) = mfds.pairs(row(**PAIR | {"DUR_SEQ": None, "INGR_CODE": None, "MIXTURE_INGR_CODE": None}))
    assert rule.key.startswith("mfds-interaction-brimonidine-selegiline-")


def test_a_row_without_an_english_name_is_read_by_its_korean_one() -> None:
    (rule,) = mfds.elderly(row(INGR_ENG_NAME=None, INGR_NAME="티몰롤말레산염", FORM_NAME=None))
    assert (rule.ingredient, rule.route) == ("timolol", Route.UNSTATED)


@pytest.mark.parametrize("name", ["INGR_ENG_NAME", "MIXTURE_INGR_ENG_NAME"])
def test_a_pair_of_which_one_is_not_named_is_refused(name: str) -> None:
    made = row(**PAIR | {name: None})
    assert mfds.pairs(made) == []
    assert said(made) == [(name, "names no ingredient; ask the source for the row", True)]


class Recorded(dict[str, str | None]):
    """Says which cells were looked at."""

    def __init__(self, **cells: str | None) -> None:
        super().__init__(cells)
        self.asked: set[str] = set()

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        self.asked.add(name)
        return super().get(name, default)


def test_a_pair_is_made_of_nothing_but_what_makes_two_rows_the_same() -> None:
    cells = Recorded(**PAIR, ITEM_SEQ="1")
    mfds.pairs(Row(1, cells, Issues("made.json")))
    assert cells.asked <= set(mfds.PAIR_CELLS)
