"""What a substance is to the safety rules."""

from dataclasses import dataclass
from typing import Final

from pharmacy.domain.drug_rules import Route

OCULAR: Final = frozenset({Route.OCULAR})
ORAL: Final = frozenset({Route.ORAL})

TEARS: Final = "tears"
ANTIALLERGIC: Final = "antiallergic-drops"
PROSTAGLANDIN: Final = "prostaglandin-drops"
BETA_BLOCKER_DROPS: Final = "beta-blocker-drops"
ALPHA_AGONIST_DROPS: Final = "alpha-agonist-drops"
CAI_DROPS: Final = "carbonic-anhydrase-inhibitor-drops"
DECONGESTANT: Final = "decongestant-drops"
SUPPLEMENT: Final = "eye-supplement"

CELLULOSE_ETHER: Final = "cellulose-ether"
SULFONAMIDE: Final = "sulfonamide"

# What a systemic medicine does that an eye drop may add to.
BETA_BLOCKER: Final = "beta-blocker"
HEART_SLOWING: Final = "heart-slowing"
MAO_INHIBITOR: Final = "mao-inhibitor"
TRICYCLIC: Final = "tricyclic"
CNS_DEPRESSANT: Final = "cns-depressant"
ANTIHYPERTENSIVE: Final = "antihypertensive"
GLYCOSIDE: Final = "cardiac-glycoside"
CAI_ORAL: Final = "carbonic-anhydrase-inhibitor"
SALICYLATE: Final = "salicylate"
ANTICOAGULANT: Final = "warfarin"
CHELATED: Final = "quinolone-or-tetracycline"
GLUCOSE_LOWERING: Final = "glucose-lowering"
AIRWAY_OPENING: Final = "airway-opening"


@dataclass(frozen=True)
class Substance:
    """`family` groups what may cross-react; `medicine_class` what would be the same treatment twice.

    `effects` are what the interaction rules ask of a reported medicine. `routes`: by which it is used at all.
    """

    code: str
    names: tuple[str, ...]
    family: str = ""
    medicine_class: str = ""
    effects: frozenset[str] = frozenset()
    routes: frozenset[Route] = OCULAR

    @property
    def eye_drop(self) -> bool:
        return Route.OCULAR in self.routes
