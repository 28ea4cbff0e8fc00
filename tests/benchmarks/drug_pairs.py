"""Contraindicated pairs in the shape of the MFDS service, in any number: generated, so true of nobody."""

import json
from pathlib import Path

# What the service counted in 2026 (facts 2.2).
PAIRS = 246_140
PAGE = 100
FORMS = (("나정", "용액주사제"), ("점안액", "필름코팅정"), ("연질캡슐제, 액상", "크림제"))
# Our own among them, so that a prescription finds some.
OURS = (("Brimonidine Tartrate", "Selegiline Hydrochloride"), ("Timolol Maleate", "Verapamil"))


def write_pairs(path: Path, pairs: int = PAIRS) -> None:
    """Write pages of pairs, one answer a line; every pair has its own notice."""
    with path.open("w", encoding="utf-8") as file:
        for first in range(0, pairs, PAGE):
            rows = [_row(number) for number in range(first, min(first + PAGE, pairs))]
            file.write(json.dumps(_answer(first // PAGE + 1, pairs, rows), ensure_ascii=False) + "\n")


def _answer(page: int, total: int, rows: list[dict[str, str | None]]) -> dict[str, object]:
    body = {"pageNo": page, "totalCount": total, "numOfRows": PAGE, "items": rows}
    return {"header": {"resultCode": "00", "resultMsg": "NORMAL SERVICE."}, "body": body}


def _row(number: int) -> dict[str, str | None]:
    first, second = (
        OURS[number % 2] if number % 10_000 < 2 else (f"Made {number % 1000}", f"Drug {number // 1000}")
    )
    form, other = FORMS[number % 3]
    return {
        "DUR_SEQ": str(number),
        "TYPE_CODE": "A",
        "TYPE_NAME": "병용금기",
        "MIX": "단일",
        "INGR_CODE": f"D{number % 1000:06d}",
        "INGR_KOR_NAME": f"가상성분{number % 1000}",
        "INGR_ENG_NAME": first,
        "MIX_INGR": None,
        "ITEM_SEQ": f"2{number:08d}",
        "ITEM_NAME": f"가상정{number}",
        "ENTP_NAME": "가상제약(주)",
        "CHART": "백색 또는 미황색의 장방형 정제",
        "FORM_CODE": "010101",
        "ETC_OTC_CODE": "02",
        "CLASS_CODE": "06150",
        "FORM_NAME": form,
        "ETC_OTC_NAME": "전문의약품",
        "CLASS_NAME": "주로 그람양성, 음성균, 리케치아, 비루스에 작용하는 것",
        "MAIN_INGR": f"[M{number % 1000:06d}]가상성분{number % 1000}",
        "MIXTURE_DUR_SEQ": str(number),
        "MIXTURE_MIX": "단일",
        "MIXTURE_INGR_CODE": f"D{number // 1000 + 1000:06d}",
        "MIXTURE_INGR_KOR_NAME": f"가상상대{number // 1000}",
        "MIXTURE_INGR_ENG_NAME": second,
        "MIXTURE_ITEM_SEQ": f"3{number:08d}",
        "MIXTURE_ITEM_NAME": f"가상상대정{number}",
        "MIXTURE_ENTP_NAME": "가상제약(주)",
        "MIXTURE_FORM_NAME": other,
        "NOTIFICATION_DATE": "20090303",
        "PROHBT_CONTENT": f"병용 시 위험 {number % 50}",
        "REMARK": None,
    }
