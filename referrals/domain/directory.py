"""What a directory says of a hospital beside its equipment, in the words of the field."""

from enum import StrEnum
from typing import Final


class InsuranceClass(StrEnum):
    """KR Core, HIRA insurance types. Source: facts 3.3 [R]."""

    NATIONAL = "4"
    MEDICAL_AID = "5"
    VETERANS = "7"
    FREE = "9"


# Levels of the Korean medical-aid scheme by HIRA institution type (facts 3.3 [V]; types: KR Core [R]): a general
# hospital of another directory may be a tertiary one, so its level is known only where HIRA tells the type.
CARE_LEVELS: Final[dict[str, int]] = {"01": 3, "11": 2, "21": 2, "29": 2} | dict.fromkeys(
    ("31", "71", "72", "73", "74", "75"), 1
)
# Long-term care and oriental medicine have eye departments in name; nobody is referred there (facts 3.4).
ACUTE_TYPES: Final = frozenset({"01", "11", "21", "31", "75"})
EYE_DEPARTMENT: Final = "12"
INTERNAL_DEPARTMENT: Final = "01"

# HIRA departments by their Korean names (KR Core [R]); dental and oriental ones are of no use here.
DEPARTMENTS: Final[dict[str, str]] = {
    "내과": "01",
    "신경과": "02",
    "정신건강의학과": "03",
    "외과": "04",
    "정형외과": "05",
    "신경외과": "06",
    "흉부외과": "07",
    "성형외과": "08",
    "마취통증의학과": "09",
    "산부인과": "10",
    "소아청소년과": "11",
    "안과": "12",
    "이비인후과": "13",
    "피부과": "14",
    "비뇨의학과": "15",
    "영상의학과": "16",
    "방사선종양학과": "17",
    "병리과": "18",
    "진단검사의학과": "19",
    "결핵과": "20",
    "재활의학과": "21",
    "핵의학과": "22",
    "가정의학과": "23",
    "응급의학과": "24",
    "직업환경의학과": "25",
    "예방의학과": "26",
}
