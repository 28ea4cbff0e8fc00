import json
from pathlib import Path

import pytest

from pharmacy.errors import DrugDataRefused, DrugDataUnreadable
from pharmacy.importers.files import read_rows, read_text


def page(number: int, total: int, *names: str) -> str:
    items = [{"ITEM_SEQ": name} for name in names]
    body = {"pageNo": number, "totalCount": total, "numOfRows": 2, "items": items}
    return json.dumps({"header": {"resultCode": "00"}, "body": body})


def stored(folder: Path, *pages: str) -> Path:
    path = folder / "pages.jsonl"
    path.write_text("\n".join(pages) + "\n", encoding="utf-8")
    return path


def test_pages_of_a_file_give_their_rows_in_order(tmp_path: Path) -> None:
    rows = list(read_rows(stored(tmp_path, page(1, 3, "a", "b"), page(2, 3, "c"))))
    assert [(row.row, row.cells["ITEM_SEQ"]) for row in rows] == [(1, "a"), (2, "b"), (3, "c")]


@pytest.mark.parametrize(
    ("pages", "said"),
    [
        ((page(1, 4, "a", "b"), page(2, 4, "a", "b")), "page 2 repeats page 1"),
        ((page(1, 4, "a", "b"), page(1, 4, "c", "d")), "page 1 repeats page 1"),
        ((page(1, 4, "a", "b"), page(2, 5, "c", "d")), "counts 5 rows in all, the pages before 4"),
        ((page(1, 4, "a", "b"),), "2 of 4 rows are there"),
        ((page(1, 3, "a", "b"), page(2, 3, "c", "d")), "4 of 3 rows are there"),
    ],
)
def test_pages_that_do_not_make_one_listing_are_refused(
    tmp_path: Path, pages: tuple[str, ...], said: str
) -> None:
    with pytest.raises(DrugDataRefused, match=said):
        list(read_rows(stored(tmp_path, *pages)))


def test_a_trial_may_lack_pages(tmp_path: Path) -> None:
    assert len(list(read_rows(stored(tmp_path, page(1, 4, "a", "b")), incomplete=True))) == 2


def test_rows_without_an_envelope_are_taken_for_a_trial_only(tmp_path: Path) -> None:
    path = tmp_path / "bare.json"
    path.write_text(json.dumps({"tears": [{"itemSeq": "1"}], "allergy": [{"itemSeq": "2"}]}))
    assert [row.cells["itemSeq"] for row in read_rows(path, incomplete=True)] == ["1", "2"]
    with pytest.raises(DrugDataRefused, match="do not say how many there are"):
        list(read_rows(path))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("점안액".encode("cp949"), "not UTF-8 at byte 0"),
        (b"{}\x00", "NUL"),
        ("가".encode("utf-16"), "not UTF-8"),
    ],
)
def test_another_encoding_is_refused_and_never_guessed(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "x.sql"
    path.write_bytes(content)
    with pytest.raises(DrugDataUnreadable, match=said):
        read_text(path)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "x.sql"
    path.write_bytes(b"\xef\xbb\xbfINSERT")
    assert read_text(path) == "INSERT"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DrugDataUnreadable, match=r"gone\.sql: No such file"):
        read_text(tmp_path / "gone.sql")
