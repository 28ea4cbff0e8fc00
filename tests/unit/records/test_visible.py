"""What may stand in a name or a record number."""

import pytest

from records.visible import is_visible_line


@pytest.mark.parametrize(
    "text", ["홍길동", "홍 길동", "Nguyễn Thị Ánh", "O'Brien-Lee", "කිරි\u200d", "金子", "A-1", "7", "홍길동"]
)
def test_names_of_all_scripts_are_taken(text: str) -> None:
    assert is_visible_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "a\0b",
        "a\nb",
        "a\tb",
        "a\x7f",
        "홍\u202e길동",
        "a\u2066b",
        "a\u200bb",
        "a\ufeff",
        "\u3164",
        "홍\u3164길동",
        "\u200d",
        "\u2800",
        "-",
        "",
        "a\u2028b",
        "a\u00a0b",
        "\ue000",
        "\ud800",
    ],
)
def test_what_nobody_sees_is_refused(text: str) -> None:
    assert not is_visible_line(text)
