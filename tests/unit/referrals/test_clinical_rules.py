from pathlib import Path

from referrals.domain.rules import RULES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "CLINICAL_RULES.md"


def test_the_page_lists_every_rule_as_the_code_has_it() -> None:
    rows = {
        line.split("|")[1].strip(): line
        for line in PAGE.read_text().splitlines()
        if line.startswith("| REFR-")
    }
    assert list(rows) == [rule.id for rule in RULES]
    for rule in RULES:
        assert [cell.strip() for cell in rows[rule.id].split("|")[2:5]] == [
            rule.text,
            rule.source,
            rule.evidence,
        ]


def test_the_test_named_for_each_rule_exists() -> None:
    for line in PAGE.read_text().splitlines():
        if line.startswith("| REFR-"):
            assert (PAGE.parents[1] / line.split("|")[5].strip().strip("`")).is_file()
