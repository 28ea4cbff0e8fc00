"""The report puts the study's rows beside ours and draws no conclusion across different starts."""

import pytest

from screening.imaging.compare.rows import Row
from screening.imaging.compare.table import comparison_text

COLUMNS = ["accuracy", "precision", "recall", "f_beta", "auc", "kappa", "f1", "final"]
OFFICIAL = ["official_auc", "official_final", "macro_auc"]
OURS = {name: round(0.1 + 0.05 * place, 3) for place, name in enumerate([*COLUMNS, *OFFICIAL])}


def row(name: str, start: str, kind: str) -> Row:
    return Row(
        name,
        name.lower(),
        start,
        kind,
        scores={"colour": OURS, "grey": OURS, "both": OURS},
        trivial={"never a disease": OURS},
        interval=(0.5, 0.7),
        patients=6,
        parameters=5_000_000,
        multiply_adds=1_500_000_000,
        milliseconds=50.0,
        threads=2,
        load=1.5,
        seconds=90.0,
    )


@pytest.fixture(scope="module")
def text() -> str:
    rows = [
        row("EfficientNetB3", "random", "random"),
        row("MobileNet", "file mobilenet.safetensors", "file"),
        row("Own", "random", "random"),
        Row("VGG16", "vgg16", "random", "random", reason="RuntimeError: out of memory"),
    ]
    return comparison_text(rows, "ten epochs")


def test_the_studys_row_stands_below_ours_in_both_tables(text: str) -> None:
    lines = text.splitlines()
    places = [place for place, line in enumerate(lines) if line.startswith("EfficientNetB3 ")]
    single, ensemble = (lines[place + 1].split() for place in places[:2])
    assert single[2:10] == ["0.920", "0.710", "0.660", "0.920", "0.740", "0.520", "0.890", "0.720"]
    assert ensemble[2:6] == ["0.730", "0.500", "0.880", "0.700"]
    assert lines[places[0]].split()[2:6] == ["0.100", "0.150", "0.200", "0.250"]


def test_a_network_that_the_study_has_not_stands_alone(text: str) -> None:
    lines = text.splitlines()
    place = next(place for place, line in enumerate(lines) if line.startswith("Own "))
    assert "the study" not in lines[place + 1]


def test_networks_are_grouped_by_their_start_and_the_text_says_why(text: str) -> None:
    random, file = text.index("Begun from random weights"), text.index("Begun from a file of weights")
    assert random < text.index("EfficientNetB3 ") < file < text.index("MobileNet ")
    assert "file mobilenet.safetensors" in text and "Compare only within a group" in text[:random]


def test_size_speed_and_interval_are_printed(text: str) -> None:
    assert any(
        line.split() == ["Own", "random", "5.00", "1.500", "20.0", "1.5", "0.500", "to", "0.700", "1.5"]
        for line in text.splitlines()
    )


def test_a_network_without_numbers_says_why(text: str) -> None:
    assert "VGG16 (random) did not finish: RuntimeError: out of memory" in text
