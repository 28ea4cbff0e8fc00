"""How the notices of the drug authority (DUR) are weighed; part of `pharmacy.domain.rules`, where others read them."""

from typing import Final

from screening.domain.rules import Rule

PH_ROUTE: Final = "PH-89"
PH_DUR_INTERACTION: Final = "PH-90"
PH_DUR_AGE: Final = "PH-91"
PH_DUR_PREGNANCY_1: Final = "PH-92"
PH_DUR_PREGNANCY_2: Final = "PH-93"
PH_DUR_LACTATION: Final = "PH-94"
PH_DUR_ELDERLY: Final = "PH-95"
PH_DUR_DOSE: Final = "PH-96"
PH_DUR_DURATION: Final = "PH-97"
PH_DUR_DUPLICATE: Final = "PH-98"
PH_DUR_SPLITTING: Final = "PH-99"

NOTICE_RULES: Final[tuple[Rule, ...]] = (
    Rule(PH_ROUTE, "A notice without a route, of a substance with several: one tier less", "facts 2.1", "P"),
    Rule(PH_DUR_INTERACTION, "DUR pair by a route in use: hard stop", "facts 4.2; DUR", "R"),
    Rule(PH_DUR_AGE, "DUR age: hard stop", "facts 4.2; DUR", "R"),
    Rule(PH_DUR_PREGNANCY_1, "DUR pregnancy grade 1: hard stop", "facts 4.2; DUR", "R"),
    Rule(PH_DUR_PREGNANCY_2, "DUR pregnancy grade 2, or ungraded: soft stop", "facts 4.2; DUR", "R"),
    Rule(PH_DUR_LACTATION, "DUR breastfeeding: soft stop", "DUR; tier product", "P"),
    Rule(PH_DUR_ELDERLY, "DUR elderly (65 years where no age is said): soft stop", "facts 4.2; DUR", "R"),
    Rule(PH_DUR_DOSE, "DUR dose exceeded, or stated in words only: soft stop", "facts 4.2; DUR", "R"),
    Rule(PH_DUR_DURATION, "DUR duration exceeded, or stated in words only: soft stop", "facts 4.2; DUR", "R"),
    Rule(
        PH_DUR_DUPLICATE, "DUR same class of effect as a reported medicine: soft stop", "facts 4.2; DUR", "R"
    ),
    Rule(PH_DUR_SPLITTING, "DUR not to be split: said", "DUR; tier product", "P"),
)
