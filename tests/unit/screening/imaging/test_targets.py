"""The doctors' keywords say what an eye has; what they leave open is never taken for absent."""

import math

import pytest

from screening.domain.findings import LABELS
from screening.imaging.targets import TARGETS, split_keywords, targets_of


def answers(keywords: str, *present: str) -> dict[str, float]:
    labels = [int(label in present) for label in LABELS]
    return dict(zip(TARGETS, targets_of(labels, split_keywords(keywords)), strict=True))


def severity(keywords: str, *present: str) -> str:
    """The five severity answers in one word: 1, 0, or ? where not known."""
    found = answers(keywords, *present)
    names = ("dr>=mild", "dr>=moderate", "dr>=severe", "amd-dry", "amd-wet")
    return "".join("?" if math.isnan(found[name]) else str(int(found[name])) for name in names)


@pytest.mark.parametrize(
    ("keywords", "labels", "expected"),
    [
        ("normal fundus", "N", "00000"),
        ("mild nonproliferative retinopathy", "D", "10000"),
        ("moderate non proliferative retinopathy，laser spot", "DO", "11000"),
        ("severe nonproliferative retinopathy", "D", "11100"),
        ("severe proliferative diabetic retinopathy", "D", "11100"),
        ("mild nonproliferative retinopathy，moderate non proliferative retinopathy", "D", "11000"),
        ("dry age-related macular degeneration", "A", "00010"),
        ("wet age-related macular degeneration，glaucoma", "AG", "00001"),
    ],
)
def test_a_stated_severity_is_an_answer(keywords: str, labels: str, expected: str) -> None:
    assert severity(keywords, *labels) == expected


@pytest.mark.parametrize(
    ("keywords", "labels", "expected"),
    [
        ("diabetic retinopathy", "D", "1??00"),
        ("suspected diabetic retinopathy", "D", "???00"),
        ("a retinopathy in words of another hospital", "D", "???00"),
        ("age-related macular degeneration", "A", "000??"),
        ("low image quality", "O", "?????"),
    ],
)
def test_a_severity_that_nobody_stated_is_not_known(keywords: str, labels: str, expected: str) -> None:
    assert severity(keywords, *labels) == expected


def test_the_eight_labels_come_first_and_unchanged() -> None:
    assert TARGETS[: len(LABELS)] == LABELS
    assert [answers("cataract，drusen", "C", "O")[label] for label in LABELS] == [0, 0, 0, 1, 0, 0, 0, 1]


def test_single_findings_behind_other_are_answers_of_their_own() -> None:
    found = answers("macular epiretinal membrane，lens dust", "O")
    assert (found["epiretinal membrane"], found["lens dust"], found["drusen"]) == (1, 1, 0)


def test_keywords_are_parted_by_either_comma() -> None:
    assert split_keywords("drusen, lens dust，，cataract ") == {"drusen", "lens dust", "cataract"}


def test_a_label_that_nobody_told_is_not_known_and_denies_no_severity() -> None:
    told: list[int | None] = [None] * len(LABELS)
    told[LABELS.index("C")] = 1
    found = dict(zip(TARGETS, targets_of(told, (), all_named=False), strict=True))
    assert found.pop("C") == 1.0
    assert all(math.isnan(answer) for answer in found.values())


def test_where_nobody_listed_all_findings_only_a_named_one_is_known() -> None:
    labels = [int(label == "O") for label in LABELS]
    found = dict(zip(TARGETS, targets_of(labels, {"drusen"}, all_named=False), strict=True))
    assert found["drusen"] == 1.0 and math.isnan(found["lens dust"])
    assert (found["D"], found["dr>=mild"]) == (0.0, 0.0)
