"""Medicines for the rest of the body that an eye medicine may interact with.

Source: interaction column of facts 2.1 (brimonidine with moclobemide and selegiline R KIDS 117, 118; timolol
V doctor123 3836; brimonidine V prescriberpoint; dorzolamide V MIMS Trusopt); members of a class and names [K].
"""

from pharmacy.domain.drug_rules import Route
from pharmacy.domain.substance_types import (
    AIRWAY_OPENING,
    ANTICOAGULANT,
    ANTIHYPERTENSIVE,
    BETA_BLOCKER,
    CAI_ORAL,
    CHELATED,
    CNS_DEPRESSANT,
    GLUCOSE_LOWERING,
    GLYCOSIDE,
    HEART_SLOWING,
    MAO_INHIBITOR,
    OCULAR,
    ORAL,
    SALICYLATE,
    SULFONAMIDE,
    TRICYCLIC,
    Substance,
)

_LOWERS = ANTIHYPERTENSIVE
# English name: (further names, effects); the code is the English name.
_BY_MOUTH: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "propranolol": (("프로프라놀롤",), (BETA_BLOCKER, _LOWERS)),
    "atenolol": (("아테놀롤",), (BETA_BLOCKER, _LOWERS)),
    "bisoprolol": (("비소프롤롤",), (BETA_BLOCKER, _LOWERS)),
    "carvedilol": (("카르베딜롤",), (BETA_BLOCKER, _LOWERS)),
    "metoprolol": (("메토프롤롤",), (BETA_BLOCKER, _LOWERS)),
    "nebivolol": (("네비볼롤",), (BETA_BLOCKER, _LOWERS)),
    "verapamil": (("베라파밀",), (HEART_SLOWING, _LOWERS)),
    "diltiazem": (("딜티아젬",), (HEART_SLOWING, _LOWERS)),
    "reserpine": (("레세르핀",), (HEART_SLOWING, _LOWERS)),
    "digoxin": (("디곡신",), (HEART_SLOWING, GLYCOSIDE)),
    "amlodipine": (("암로디핀",), (_LOWERS,)),
    "losartan": (("로사르탄",), (_LOWERS,)),
    "telmisartan": (("텔미사르탄",), (_LOWERS,)),
    "valsartan": (("발사르탄",), (_LOWERS,)),
    "hydrochlorothiazide": (("히드로클로로티아지드",), (_LOWERS,)),
    "moclobemide": (("모클로베미드",), (MAO_INHIBITOR,)),
    "selegiline": (("셀레길린",), (MAO_INHIBITOR,)),
    "rasagiline": (("라사길린",), (MAO_INHIBITOR,)),
    "phenelzine": (("maoi", "mao inhibitor", "페넬진"), (MAO_INHIBITOR,)),
    "tranylcypromine": (("트라닐시프로민",), (MAO_INHIBITOR,)),
    "linezolid": (("리네졸리드",), (MAO_INHIBITOR,)),
    "amitriptyline": (("아미트리프틸린",), (TRICYCLIC, CNS_DEPRESSANT)),
    "nortriptyline": (("노르트립틸린",), (TRICYCLIC, CNS_DEPRESSANT)),
    "imipramine": (("이미프라민",), (TRICYCLIC, CNS_DEPRESSANT)),
    "clomipramine": (("클로미프라민",), (TRICYCLIC, CNS_DEPRESSANT)),
    "zolpidem": (("졸피뎀",), (CNS_DEPRESSANT,)),
    "diazepam": (("디아제팜",), (CNS_DEPRESSANT,)),
    "lorazepam": (("로라제팜",), (CNS_DEPRESSANT,)),
    "alprazolam": (("알프라졸람",), (CNS_DEPRESSANT,)),
    "aspirin": (("acetylsalicylic acid", "아스피린"), (SALICYLATE,)),
    "warfarin": (("와파린",), (ANTICOAGULANT,)),
    "ciprofloxacin": (("시프로플록사신",), (CHELATED,)),
    "moxifloxacin": (("목시플록사신",), (CHELATED,)),
    "doxycycline": (("독시사이클린",), (CHELATED,)),
    "minocycline": (("미노사이클린",), (CHELATED,)),
    "tetracycline": (("테트라사이클린",), (CHELATED,)),
    "glimepiride": (("글리메피리드",), (GLUCOSE_LOWERING,)),
    "gliclazide": (("글리클라지드",), (GLUCOSE_LOWERING,)),
}

SYSTEMIC_SUBSTANCES: tuple[Substance, ...] = (
    *(
        Substance(code, (code, *names), effects=frozenset(effects), routes=ORAL)
        for code, (names, effects) in _BY_MOUTH.items()
    ),
    Substance(
        "methazolamide",
        ("methazolamide", "메타졸아미드"),
        SULFONAMIDE,
        effects=frozenset({CAI_ORAL}),
        routes=ORAL,
    ),
    Substance(
        "acetazolamide",
        ("acetazolamide", "아세타졸아미드"),
        SULFONAMIDE,
        effects=frozenset({CAI_ORAL}),
        routes=ORAL | {Route.INJECTION},
    ),
    *(
        Substance(code, names, effects=frozenset({AIRWAY_OPENING}), routes=frozenset({Route.INHALED}))
        for code, names in {
            "salbutamol": ("salbutamol", "albuterol", "ventolin", "살부타몰"),
            "formoterol": ("formoterol", "포르모테롤"),
            "salmeterol": ("salmeterol", "살메테롤"),
            "tiotropium": ("tiotropium", "티오트로피움"),
        }.items()
    ),
    Substance(
        "insulin",
        ("insulin", "인슐린"),
        effects=frozenset({GLUCOSE_LOWERING}),
        routes=frozenset({Route.INJECTION}),
    ),
    Substance(
        "levofloxacin",
        ("levofloxacin", "레보플록사신"),
        effects=frozenset({CHELATED}),
        routes=OCULAR | ORAL | {Route.INJECTION},
    ),
    Substance(
        "sulfonamide",
        ("sulfonamide", "sulfonamides", "sulfa", "sulfa drug", "sulfamethoxazole", "설파제", "설폰아미드"),
        SULFONAMIDE,
        routes=ORAL,
    ),
)
