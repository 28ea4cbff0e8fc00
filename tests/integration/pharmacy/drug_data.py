"""Drug data for tests: real files where they are, and small ones made by hand, which are synthetic."""

import json
from datetime import date, datetime
from pathlib import Path

from pharmacy.domain.drug_data import DrugDataSource
from pharmacy.importers.reader import read_source
from pharmacy.models import DrugDataImport
from pharmacy.services import drug_data_import
from tests.integration.pharmacy.cast import NOW

Source = DrugDataSource
Cells = dict[str, str | None]


def payload(rows: list[Cells], *, page: int = 1, total: int | None = None) -> str:
    """One answer of a service."""
    body = {
        "pageNo": page,
        "totalCount": len(rows) if total is None else total,
        "numOfRows": 100,
        "items": rows,
    }
    return json.dumps({"header": {"resultCode": "00", "resultMsg": "NORMAL SERVICE."}, "body": body})


def stored(folder: Path, rows: list[Cells], name: str = "made.json") -> Path:
    path = folder / name
    path.write_text(payload(rows), encoding="utf-8")
    return path


def imported(
    source: DrugDataSource,
    path: Path,
    *,
    now: datetime = NOW,
    as_of: date | None = None,
    incomplete: bool = False,
) -> DrugDataImport:
    reading = read_source(source, path, as_of=as_of, incomplete=incomplete)
    outcome = drug_data_import(source=source, reading=reading, by="tester", now=now, incomplete=incomplete)
    return outcome.data_import


def recall_row(gtin: str | None, lots: str | None, item: str = "201") -> Cells:
    return {
        "PRDUCT": "가상점안액",
        "ENTRPS": "가상제약(주)",
        "RTRVL_RESN": "시험",
        "RECALL_COMMAND_DATE": "20261120",
        "ITEM_SEQ": item,
        "STD_CD": gtin,
        "MNFCTUR_NO": lots,
    }


def elderly_row(name: str, form: str | None = "나정", code: str = "D1") -> Cells:
    return {"TYPE_NAME": "노인주의", "INGR_CODE": code, "INGR_ENG_NAME": name, "FORM_NAME": form}


def pair_row(
    first: str, second: str, form: str | None = None, other_form: str | None = None, content: str = "금기"
) -> Cells:
    return {
        "TYPE_NAME": "병용금기",
        "DUR_SEQ": "1",
        "INGR_CODE": first,
        "INGR_ENG_NAME": first,
        "FORM_NAME": form,
        "MIXTURE_INGR_CODE": second,
        "MIXTURE_INGR_ENG_NAME": second,
        "MIXTURE_FORM_NAME": other_form,
        "PROHBT_CONTENT": content,
    }
