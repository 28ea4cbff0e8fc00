"""docs/CLINICAL_RULES.md and the rule tables of the apps list the same rules."""

import re
from collections import Counter
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from screening.domain.rules import Rule

ROOT = Path(__file__).resolve().parents[2]
TABLES = (
    "screening.domain.quality",
    "screening.domain.grading",
    "screening.domain.truth",
    "risk.domain.rules",
    "pharmacy.domain.rules",
    "pharmacy.domain.drug_data",
    "pharmacy.domain.handout_rules",
    "pharmacy.domain.dispensing",
    "pharmacy.domain.storage",
    "pharmacy.domain.machine_stock",
    "referrals.domain.rules",
    "config.patient_step",
)
ROW = re.compile(r"^\| ([A-Z]+-\d+) \| (.+) \| (.+) \| ([VRKP]) \| `([^`]+)` \|$", re.MULTILINE)


def documented() -> list[tuple[str, ...]]:
    return ROW.findall((ROOT / "docs" / "CLINICAL_RULES.md").read_text(encoding="utf-8"))


def rules() -> list[Rule]:
    return [rule for name in TABLES if find_spec(name) for rule in import_module(name).RULES]


def test_every_line_of_the_document_is_a_whole_row() -> None:
    lines = (ROOT / "docs" / "CLINICAL_RULES.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ") and not line.startswith("| id |")]
    assert len(rows) == len(documented())


def test_every_rule_is_documented_once_and_every_documented_rule_exists() -> None:
    assert Counter(row[0] for row in documented()) == Counter(rule.id for rule in rules())


def test_no_two_rules_have_one_id() -> None:
    assert [one for one, times in Counter(rule.id for rule in rules()).items() if times > 1] == []


def test_the_document_says_what_the_tables_say() -> None:
    assert {row[:4] for row in documented()} == {(r.id, r.text, r.source, r.evidence) for r in rules()}


@pytest.mark.parametrize("path", sorted({row[4] for row in documented()}))
def test_every_rule_names_a_test_that_exists(path: str) -> None:
    assert (ROOT / path).is_file()
