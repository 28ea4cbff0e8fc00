from decimal import Decimal

import pytest

from pharmacy.domain.drug_rules import Route, RuleKind
from pharmacy.importers import kids
from tests.unit.pharmacy.importers.cast import row, said


def test_a_pair_is_one_rule_with_both_ingredients_joined() -> None:
    (rule,) = kids.pairs(
        row(cth_condi_sn="118", igrd_nm_1="brimonidine", igrd_nm_2="selegiline", condi_rsn="고혈압")
    )
    assert (rule.key, rule.kind) == ("kids-conc-118", RuleKind.INTERACTION)
    assert (rule.ingredient, rule.other_ingredient, rule.route) == (
        "brimonidine",
        "selegiline",
        Route.UNSTATED,
    )
    assert rule.detail == "고혈압"


def test_a_pair_keeps_the_route_in_brackets() -> None:
    rules = kids.pairs(
        row(cth_condi_sn="1", igrd_nm_1="Ketoconazole(전신제제)", igrd_nm_2="D-Mannitol(주사제)")
    )
    assert {(rule.route, rule.other_route) for rule in rules} == {
        (Route.ORAL, Route.INJECTION),
        (Route.INJECTION, Route.INJECTION),
    }


def test_an_age_for_drops_is_no_age_for_tablets() -> None:
    (rule,) = kids.ages(
        row(
            age_condi_sn="21",
            igrd_nm="brimonidine",
            rlvt_age=2,
            rlvt_age_unit_nm="세",
            age_prcs_cnd_nm="미만",
            dtl_info_cn="(점안제) 안전성 및 유효성 미확립",
        )
    )
    assert (rule.route, rule.from_months, rule.below_months) == (Route.OCULAR, None, 24)


def test_the_systemic_age_of_levofloxacin_is_no_rule_for_eye_drops() -> None:
    rules = kids.ages(
        row(
            age_condi_sn="9",
            igrd_nm="levofloxacin",
            rlvt_age=18,
            rlvt_age_unit_nm="세",
            age_prcs_cnd_nm="이하",
        )
    )
    assert {rule.route for rule in rules} == {Route.ORAL, Route.INJECTION}


def test_an_age_without_a_unit_is_read_as_years_and_told() -> None:
    made = row(age_condi_sn="1", igrd_nm="x", rlvt_age=18, rlvt_age_unit_nm=None, age_prcs_cnd_nm="미만")
    assert kids.ages(made)[0].below_months == 216
    assert said(made) == [("rlvt_age_unit_nm", "no unit; 18 is read as years", False)]


@pytest.mark.parametrize("age", [None, "many", "9999", "-1"])
def test_an_age_that_cannot_be_read_concerns_every_age(age: str | None) -> None:
    made = row(age_condi_sn="1", igrd_nm="x", rlvt_age=age, rlvt_age_unit_nm="세", age_prcs_cnd_nm="미만")
    (rule,) = kids.ages(made)
    assert rule.concerns_age(0)
    assert rule.concerns_age(99)
    assert said(made)[-1][1] == "no age that can be read; taken as every age"


def test_a_dose_in_drops_is_a_dose_for_the_eye() -> None:
    (rule,) = kids.doses(
        row(
            cpct_cutn_sn="57",
            gnrl_nm="Latanoprost",
            mdcn_nm="라타노프로스트",
            day_max_admin_cpct_cn="라타노프로스트 해당 제형으로 1방울",
            dtl_cn="점안제",
        )
    )
    assert (rule.route, rule.dose_per_day_max, rule.dose_unit) == (Route.OCULAR, Decimal(1), "drop")


def test_a_dose_that_cannot_be_read_stays_in_words() -> None:
    made = row(cpct_cutn_sn="1", gnrl_nm="X/Y", day_max_admin_cpct_cn="엑스 8mg/와이 2,000mg", dtl_cn="정제")
    (rule,) = kids.doses(made)
    assert (rule.dose_per_day_max, rule.dose_unit) == (None, "")
    assert "엑스 8mg/와이 2,000mg" in rule.detail
    assert said(made) == [("day_max_admin_cpct_cn", "taken in words; a person reads the dose", False)]


def test_a_notice_for_two_routes_is_two_rules() -> None:
    rules = kids.elderly(row(snctz_cutn_sn="1", igrd_cd="X", igrd_nm="엑스", mdcn_dtl_cn="정제, 주사제"))
    assert {rule.route for rule in rules} == {Route.ORAL, Route.INJECTION}
    assert {rule.from_months for rule in rules} == {780}
    assert len({rule.key for rule in rules}) == 1


def test_a_name_cut_off_at_its_column_is_told() -> None:
    made = row(lacp_sn="1", igrd_cd="Trifluridine/Tipirac", igrd_nm="트리플루리딘/티피라실")
    assert kids.lactation(made)[0].ingredient == "tipirac+trifluridine"
    assert said(made)[0][0] == "igrd_cd"


def test_a_class_of_medicines_for_the_airways_says_nothing_about_eye_drops() -> None:
    (rule,) = kids.duplicates(
        row(eff_group_dpcn_sn="279", gnrl_nm="Ketotifen", eff_group_nm="호흡기관용약", group_nm="7-1")
    )
    assert (rule.duplicate_class, rule.route) == ("호흡기관용약 7-1", Route.ORAL)


@pytest.mark.parametrize("grade", ["1", "2"])
def test_the_grade_in_pregnancy_is_kept(grade: str) -> None:
    (rule,) = kids.pregnancy(row(pgw_condi_sn="1", igrd_nm="x", condi_grd_cd=grade, dtl_info_cn=None))
    assert rule.grade == int(grade)


def test_an_unknown_grade_is_told_and_left_out() -> None:
    made = row(pgw_condi_sn="1", igrd_nm="x", condi_grd_cd=None, dtl_info_cn=None)
    assert kids.pregnancy(made)[0].grade is None
    assert said(made)[0][0] == "condi_grd_cd"


@pytest.mark.parametrize(
    "read",
    [kids.pairs, kids.pregnancy, kids.ages, kids.doses, kids.durations, kids.duplicates, kids.lactation],
)
def test_a_row_without_an_ingredient_is_refused(read: object) -> None:
    made = row(igrd_nm=None, igrd_nm_1=None, gnrl_nm=None, igrd_cd=None)
    assert read(made) == []  # type: ignore[operator]
    assert any(refused for _, _, refused in said(made))
