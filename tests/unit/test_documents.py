"""Documents that name settings and answers cannot fall behind the code."""

import re
from pathlib import Path

import pytest

from pharmacy.domain.safety_answers import QUESTIONS
from risk.domain.answers import ANSWER_FIELDS, SYMPTOM_FIELDS

PROJECT = Path(__file__).resolve().parents[2]


def test_the_readme_explains_every_setting_that_comes_from_the_environment() -> None:
    read = set(
        re.findall(r'env_(?:text|bool|int|list)\(\s*"(\w+)"', (PROJECT / "config/settings.py").read_text())
    )
    assert read, "no setting was found: the pattern no longer fits"
    assert {name for name in read if f"`{name}`" not in (PROJECT / "README.md").read_text()} == set()


@pytest.mark.parametrize("name", [*ANSWER_FIELDS, *SYMPTOM_FIELDS, *QUESTIONS])
def test_every_answer_is_described(name: str) -> None:
    assert f"`{name}`" in (PROJECT / "docs/api/answers.md").read_text()


def test_the_questionnaire_fits_one_page() -> None:
    # The symptom checklist and the family table count as one question each.
    assert len(ANSWER_FIELDS) + len(QUESTIONS) <= 25
