"""A stored reason becomes something that whoever reads it can act upon."""

import pytest
from django.utils import translation

from config.failure_words import failure_in_words


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("PhotographDamaged: restore it from the backup", "damaged"),
        ("WeightsMismatch: colour.safetensors", "installed model"),
        ("CaseChanged", "meanwhile"),
        ("OperationalError", "did not answer"),
        ("the worker stopped in mid-work 3 times", "stopped in mid-work"),
        ("ZeroDivisionError", "unforeseen"),
        ("", "unforeseen"),
    ],
)
def test_a_reason_is_said_in_words_that_lead_on(reason: str, said: str) -> None:
    with translation.override("en"):
        assert said in failure_in_words(reason)
