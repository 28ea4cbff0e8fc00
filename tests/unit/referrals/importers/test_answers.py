import json
from pathlib import Path

import pytest

from referrals.errors import DirectoryUnreadable
from referrals.importers.reader import Directory
from tests.unit.referrals.importers.cast import HIRA, answer, read


@pytest.mark.parametrize(
    ("items", "hospitals"),
    [
        ({"item": [HIRA, HIRA | {"ykiho": "2"}]}, 2),
        ({"item": HIRA}, 1),
        ({"item": []}, 0),
        ({"item": ""}, 0),
        ("", 0),
        (None, 0),
    ],
    ids=["list", "single item", "empty list", "empty item", "empty string", "null"],
)
def test_items_come_as_a_list_a_single_item_or_an_empty_string(
    tmp_path: Path, items: object, hospitals: int
) -> None:
    assert len(read(tmp_path, Directory.HIRA, answer(items)).listings) == hospitals


def test_one_answer_a_line_is_read_as_well(tmp_path: Path) -> None:
    lines = [answer({"item": HIRA | {"ykiho": number}}) for number in ("1", "2", "3")]
    assert len(read(tmp_path, Directory.HIRA, "\n".join(lines)).listings) == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "<response/>",
        '{"response": 1}',
        answer({"item": [1]}),
        json.dumps({"response": {"header": {"resultCode": "22"}, "body": {}}}),
    ],
)
def test_what_is_no_answer_is_refused_whole(tmp_path: Path, text: str) -> None:
    with pytest.raises(DirectoryUnreadable):
        read(tmp_path, Directory.HIRA, text)


def test_a_page_of_several_is_no_whole_directory(tmp_path: Path) -> None:
    with pytest.raises(DirectoryUnreadable, match="1 of 3 items"):
        read(tmp_path, Directory.HIRA, answer({"item": HIRA}, total=3))
    pages = "\n".join(answer({"item": HIRA | {"ykiho": str(number)}}, total=3) for number in range(3))
    assert len(read(tmp_path, Directory.HIRA, pages).listings) == 3
