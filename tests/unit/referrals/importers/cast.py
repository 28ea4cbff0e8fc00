"""Files as the directories send them, of hospitals that do not exist; the shapes are those of facts 3.4."""

import json
from pathlib import Path
from typing import Any

from referrals.importers.localdata import COLUMNS
from referrals.importers.reader import Directory, Reading, read_directory

HIRA: dict[str, Any] = {
    "ykiho": "JDQ4MTYyMiM1MSMkMSMkMCMkODkkMzgxMzUxIzExIyQxIyQzIyQwMyQzNjE4MzIjNzEjJDEjJDYjJDgz",
    "yadmNm": "가상안과의원",
    "clCd": 31,
    "clCdNm": "의원",
    "addr": "서울특별시 종로구 가상로 1",
    "telno": "02-000-0000",
    "hospUrl": "http://example.invalid",
    "XPos": 126.98,
    "YPos": "37.57",
}
EGEN: dict[str, Any] = {
    "hpid": "A0000001",
    "dutyName": "가상안과의원",
    "dutyTel1": "02-000-0000",
    "dutyTel3": "02-000-0119",
    "dutyTime1s": "0900",
    "dutyTime1c": "1830",
    "wgs84Lat": 37.57,
    "wgs84Lon": 126.98,
}
LOCALDATA = dict(
    zip(
        COLUMNS,
        ("P1", "가상안과병원", "영업/정상", "병원", "내과, 안과, 침구과", "198000", "451000"),
        strict=True,
    )
)


def answer(items: object, total: int | None = None) -> str:
    """An answer of the data portal with these `items`; `total`: in all its pages, if there are more."""
    found = items.get("item") if isinstance(items, dict) else items
    here = len(found) if isinstance(found, list) else int(bool(found))
    body = {"items": items, "numOfRows": 10, "pageNo": 1, "totalCount": here if total is None else total}
    return json.dumps({"response": {"header": {"resultCode": "00", "resultMsg": "OK"}, "body": body}})


def read(folder: Path, directory: Directory, text: str, encoding: str = "utf-8", **more: Any) -> Reading:
    path = folder / "file"
    path.write_bytes(text.encode(encoding))
    return read_directory(directory, path, **more)


def read_item(folder: Path, directory: Directory, **changes: object) -> Reading:
    """One item of HIRA or e-Gen with some cells changed."""
    item = {Directory.HIRA: HIRA, Directory.EGEN: EGEN}[directory] | changes
    return read(folder, directory, answer({"item": item}))


def read_localdata(folder: Path, *rows: dict[str, str]) -> Reading:
    """Rows of LOCALDATA, each with some cells changed."""
    lines = [",".join(f'"{cell}"' for cell in (LOCALDATA | row).values()) for row in rows]
    return read(folder, Directory.LOCALDATA, "\n".join([",".join(COLUMNS), *lines]), "cp949")
