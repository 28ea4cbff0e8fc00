"""Illnesses that speak against a medicine, by the names under which people report them.

Source: hard contraindications of facts 2.1; names and groups [K]. A severity is not asked, so that any
COPD and any kidney disease counts as severe (facts 4.4).
"""

from typing import Final

from pharmacy.domain.reading import Names, normal_form

ASTHMA_OR_COPD: Final = "asthma-or-copd"
SLOW_HEART: Final = "slow-heart"
HEART_FAILURE: Final = "heart-failure"
KIDNEY_DISEASE: Final = "kidney-disease"
LIVER_DISEASE: Final = "liver-disease"
WILSON: Final = "wilson-disease"
EYE_INFLAMMATION: Final = "eye-inflammation"
HEART_OR_VESSELS: Final = "heart-or-vessels"

CONDITIONS: dict[str, tuple[str, ...]] = {
    ASTHMA_OR_COPD: (
        *("asthma", "bronchial asthma", "copd", "chronic obstructive pulmonary disease", "emphysema"),
        *("천식", "만성폐쇄성폐질환", "폐기종"),
    ),
    SLOW_HEART: (
        *("bradycardia", "slow pulse", "heart block", "av block", "sick sinus syndrome"),
        *("서맥", "방실차단", "심장차단"),
    ),
    HEART_FAILURE: ("heart failure", "cardiogenic shock", "심부전"),
    KIDNEY_DISEASE: (
        *("kidney disease", "kidney failure", "renal failure", "chronic kidney disease", "ckd", "dialysis"),
        *("신부전", "콩팥병", "만성콩팥병", "투석"),
    ),
    LIVER_DISEASE: ("liver disease", "hepatitis", "cirrhosis", "liver cirrhosis", "간질환", "간염", "간경화"),
    WILSON: ("wilson disease", "wilson's disease", "윌슨병"),
    EYE_INFLAMMATION: (
        *("uveitis", "iritis", "herpes of the eye", "herpetic keratitis", "macular oedema", "macular edema"),
        *("aphakia", "포도막염", "홍채염", "헤르페스 각막염", "황반부종", "무수정체"),
    ),
    HEART_OR_VESSELS: (
        *("hypertension", "high blood pressure", "heart attack", "stroke", "angina"),
        *("고혈압", "심근경색", "뇌졸중", "협심증"),
    ),
}
# Common reports that no medicine of the formulary asks about.
UNRELATED_CONDITIONS: frozenset[str] = frozenset(
    (
        *(
            "diabetes",
            "high cholesterol",
            "arthritis",
            "cataract",
            "glaucoma",
            "dry eye",
            "macular degeneration",
        ),
        *("당뇨", "당뇨병", "고지혈증", "관절염", "백내장", "녹내장"),
    )
)


_NAMES = Names(CONDITIONS)


def conditions_named_in(text: str) -> tuple[str, ...]:
    """The listed illnesses whose name stands as whole words in a reported text."""
    return _NAMES.codes_in(text)


def is_understood(text: str) -> bool:
    """Whether a report is, as a whole, one listed name."""
    return normal_form(text) in UNRELATED_CONDITIONS or text in _NAMES
