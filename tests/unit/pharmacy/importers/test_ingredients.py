import csv

import pytest

from pharmacy.domain.drug_rules import Route
from pharmacy.domain.formulary import FORMULARY
from pharmacy.importers.ingredients import ALIASES, read_ingredient


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Brimonidine Tartrate", "brimonidine"),
        ("  timolol   MALEATE ", "timolol"),
        ("티몰롤말레산염", "timolol"),
        ("Latanoprost/Timolol", "latanoprost+timolol"),
        ("brimonidine+timolol", "brimonidine+timolol"),
        ("[M257644]라타노프로스트", "latanoprost"),
        ("Levofloxacin 함유제제", "levofloxacin"),
        ("Timolol(점안제)", "timolol"),
    ],
)
def test_a_name_joins_our_code(name: str, key: str) -> None:
    assert read_ingredient(name) == (key, ())


@pytest.mark.parametrize(
    ("name", "key", "unjoined"),
    [
        ("Rifampicin(Rifampin)", "rifampicin", ("rifampicin",)),
        ("levonorgestrel(정제, 이식제(자궁내 삽입))", "levonorgestrel", ("levonorgestrel",)),
        ("epinephrine (분류번호 : 245)", "epinephrine", ("epinephrine",)),
        ("Norethisterone(EP) = Norethindrone(USP)", "norethisterone", ("norethisterone",)),
        ("ketoprofen 함유 외용제", "ketoprofen", ("ketoprofen",)),
        ("Sodium iodide(131I)", "sodium iodide(131i)", ("sodium iodide(131i)",)),
        ("Timolol + Unknownol", "timolol+unknownol", ("unknownol",)),
        ("", "", ()),
        (" + / ", "", ()),
    ],
)
def test_a_name_that_joins_nothing_keeps_its_words_and_is_told(
    name: str, key: str, unjoined: tuple[str, ...]
) -> None:
    assert read_ingredient(name) == (key, unjoined)


def aliases() -> list[dict[str, str]]:
    with ALIASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_alias_gives_its_source_and_evidence_and_stands_once() -> None:
    rows = aliases()
    assert all(row["code"] and row["source"] and row["evidence"] in ("V", "R", "K", "P") for row in rows)
    assert len({row["name"] for row in rows}) == len(rows)


DROPS = {one for entry in FORMULARY if entry.route is Route.OCULAR for one in entry.ingredients}


@pytest.mark.parametrize("ingredient", sorted(DROPS))
def test_every_drop_of_the_formulary_has_a_korean_and_an_english_name(ingredient: str) -> None:
    assert {row["language"] for row in aliases() if row["code"] == ingredient} == {"ko", "en"}
