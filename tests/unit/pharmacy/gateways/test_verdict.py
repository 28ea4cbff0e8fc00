from datetime import date

import pytest

from pharmacy.gateways.dispenser import Order
from pharmacy.gateways.wwks2.parts import Article, Pack
from pharmacy.gateways.wwks2.verdict import judge

ORDER = Order("08806411000019", "LOT1", date(2028, 1, 31), packs=2, bay="1")


def dropped(*packs: str, bay: str | None = "1") -> tuple[Article, ...]:
    return tuple(Article("08806411000019", pack=(Pack(id=pack, output_destination=bay),)) for pack in packs)


@pytest.mark.parametrize(
    ("status", "articles", "outcome"),
    [
        ("Completed", dropped("1", "2"), "completed"),
        ("Completed", dropped("1", "2", bay=None), "completed"),
        ("Incomplete", dropped("1"), "partial"),
        ("Aborted", dropped("1"), "partial"),
        ("Incomplete", (), "failed"),
        ("Incomplete", (Article("08806411000019"),), "failed"),
        ("Completed", dropped("1"), "unknown"),
        ("Completed", (), "unknown"),
        ("Completed", dropped("1", "1"), "unknown"),
        ("Completed", dropped("1", "2", "3"), "unknown"),
        ("Incomplete", dropped("1", "2"), "unknown"),
        ("Incomplete", dropped("1", "2", "3"), "unknown"),
        ("Completed", dropped("1", "2", bay="2"), "unknown"),
    ],
)
def test_what_a_last_message_means(status: str, articles: tuple[Article, ...], outcome: str) -> None:
    assert judge(ORDER, status, articles).outcome == outcome
