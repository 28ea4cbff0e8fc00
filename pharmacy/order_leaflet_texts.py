"""The leaflet of a medicine that a physician ordered: what order and formulary say, and who knows the rest (PL-09).

Nobody here has written what such a medicine does to a person, so it is not made up: the paper in the pack and the
pharmacist say it.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from pharmacy import leaflet_sentences as say
from pharmacy.domain.formulary import AMD_INTERMEDIATE, DRY_EYE, OCULAR_ALLERGY, FormularyEntry
from pharmacy.domain.formulary.entry import GLAUCOMA
from pharmacy.domain.leaflet import Section
from pharmacy.domain.storage import Storage, storage_of

BOTTLE: Final = "bottle"
CAPSULE: Final = "capsule"
# What the formulary keeps a medicine for; the order may have another reason.
MOSTLY_FOR: Mapping[str, LazyText] = {
    GLAUCOMA: _("It mostly lowers the pressure in the eye."),
    DRY_EYE: _("It is mostly for dry eyes."),
    OCULAR_ALLERGY: _("It is mostly for eyes that itch from an allergy."),
    AMD_INTERMEDIATE: _("It is mostly for an illness of the spot with which you read."),
}
ORDERED: Final = _("A doctor ordered it for you. Ask why, if you do not know.")
INGREDIENT: Final = _("In it: %(ingredients)s.")

INGREDIENTS: Mapping[str, LazyText] = {
    "hyaluronate": _("hyaluronate"),
    "olopatadine": _("olopatadine"),
    "azelastine": _("azelastine"),
    "cromoglicate": _("cromoglicate"),
    "latanoprost": _("latanoprost"),
    "travoprost": _("travoprost"),
    "tafluprost": _("tafluprost"),
    "bimatoprost": _("bimatoprost"),
    "timolol": _("timolol"),
    "carteolol": _("carteolol"),
    "betaxolol": _("betaxolol"),
    "brimonidine": _("brimonidine"),
    "dorzolamide": _("dorzolamide"),
    "brinzolamide": _("brinzolamide"),
    "benzalkonium": _("benzalkonium, which keeps germs out"),
    "beta-carotene": _("beta-carotene"),
    "copper": _("copper"),
    "vitamin-c": _("vitamin C"),
    "vitamin-e": _("vitamin E"),
    "zinc": _("zinc"),
}

_DROP: Final = _("Let the drop fall into the eye.")
_USE: Mapping[str, tuple[LazyText, ...]] = {
    BOTTLE: (say.WASH, say.PULL, _DROP, say.CLOSE),
    "unit-dose": (say.WASH, say.TWIST, say.PULL, _DROP, say.CLOSE, say.EMPTY),
    CAPSULE: (say.SWALLOW,),
}
_GO_ON: Final = _("Do not stop it by yourself. Ask the doctor first.")
_NOT_WRITTEN: Final = _("What else you may feel stands on the paper in the pack.")
_ASK: Final = _("You feel something new? Tell the pharmacist.")
_SMOKE: Final = _("Do you smoke, or did you? Tell the pharmacist first.")
_COLD: Final = _("Before you open it: keep it in the fridge, and do not freeze it.")
_COLD_OPEN: Final = _("Once it is open: ask the pharmacist where to keep it.")


def leaflet_on_order(entry: FormularyEntry) -> dict[Section, tuple[LazyText | str, ...]]:
    """The sections in the language in force, without the dose, which is the order's.

    Raises
    ------
    KeyError
        Nobody has written how a medicine of this form is used.
    """
    names = [*entry.ingredients, *entry.excipients]
    mostly = [MOSTLY_FOR[entry.indication]] if entry.indication in MOSTLY_FOR else []
    ingredients = ", ".join(str(INGREDIENTS[name]) for name in names)
    return {
        Section.PURPOSE: (ORDERED, *mostly, str(INGREDIENT) % {"ingredients": ingredients}),
        Section.USE: _USE[entry.form],
        Section.CARE: (say.ALLERGY, _GO_ON, *_care(entry), say.FOR_YOU),
        Section.EFFECTS: (*(() if entry.form == CAPSULE else (say.BLURRED,)), _NOT_WRITTEN, _ASK),
        Section.KEEPING: (*_kept(entry), say.CHILDREN),
    }


def _care(entry: FormularyEntry) -> tuple[LazyText, ...]:
    if entry.form == CAPSULE:
        smoke = (_SMOKE,) if "beta-carotene" in entry.ingredients else ()
        return (*smoke, say.OTHER_VITAMINS, say.BLOOD_THINNER)
    lenses = () if entry.preservative_free else (say.LENSES_PRESERVED,)
    return (*lenses, say.DO_NOT_TOUCH, say.OTHER_DROPS)


def _kept(entry: FormularyEntry) -> tuple[LazyText, ...]:
    if entry.form == CAPSULE:
        return (say.DRY,)
    opened = say.CLOSED if entry.form == BOTTLE else say.GERMS
    cold = storage_of(entry.code) is Storage.FRIDGE
    return (opened, _COLD, _COLD_OPEN) if cold else (opened, say.ROOM)
