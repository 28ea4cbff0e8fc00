import ast
from pathlib import Path

import pytest
from django.utils.translation import override

from pharmacy.domain.scans import read_scan
from pharmacy.errors import ScanInvalid
from pharmacy.scan_texts import SCANS, scan_text

SCANNING = Path(__file__).resolve().parents[3] / "pharmacy" / "domain" / "scans.py"


def advice() -> set[str]:
    """What the rules of scanning advise, wherever they refuse."""
    calls = [node for node in ast.walk(ast.parse(SCANNING.read_text())) if isinstance(node, ast.Call)]
    place = {"ScanInvalid": 1, "LotNotNamed": 0}
    raised = [call for call in calls if getattr(call.func, "id", "") in place]
    return {call.args[place[call.func.id]].value for call in raised}


def test_every_refused_scan_has_words_and_no_words_are_left_over() -> None:
    assert advice() == set(SCANS)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("8806411000019", "Scan the square code of the pack. If it has none, put the pack aside"),
        ("hello", "no GS1 code"),
        ("0108806411000019", "is missing in this code"),
    ],
)
def test_a_refused_scan_says_what_to_do(code: str, said: str) -> None:
    with pytest.raises(ScanInvalid) as refused:
        read_scan(code)
    with override("en"):
        assert said in scan_text(refused.value)
