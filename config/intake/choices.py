"""The choices of the questionnaire, in the order in which they are read aloud."""

from collections.abc import Mapping

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

Choices = tuple[tuple[str, LazyText], ...]
NOT_KNOWN = ("", _("Not known"))
YES_NO = (("yes", _("Yes")), ("no", _("No")), NOT_KNOWN)
WARNING_SIGNS: Mapping[str, tuple[LazyText, Choices]] = {
    "sight": (
        _("Sudden change of sight"),
        (
            ("neither", _("No")),
            ("loss", _("Loss of sight")),
            ("flashes", _("New flashes or floaters, a curtain, or part of the sight missing")),
            ("both", _("Both")),
            NOT_KNOWN,
        ),
    ),
    "pain": (
        _("Pain in the eye"),
        (
            ("neither", _("No")),
            ("red", _("Red and painful, light hurts, or pain under a contact lens")),
            ("operated", _("Pain after an eye operation")),
            ("both", _("Both")),
            NOT_KNOWN,
        ),
    ),
    "halos_with_headache": (_("Halos around lights with headache or nausea"), YES_NO),
    "trauma_or_chemical": (_("Injury or chemical in the eye"), YES_NO),
    "sees": (
        _("Sees double or bent lines"),
        (
            ("neither", _("No")),
            ("double", _("New double vision")),
            ("bent", _("Straight lines look bent")),
            ("both", _("Both")),
            NOT_KNOWN,
        ),
    ),
    "jaw_pain_or_scalp_tenderness": (_("Pain on chewing or a tender scalp"), YES_NO),
    "white_pupil": (_("White pupil"), YES_NO),
}
FEELS = (
    ("neither", _("Neither")),
    ("dry", _("Dry or gritty")),
    ("itchy", _("Itchy")),
    ("both", _("Both")),
    NOT_KNOWN,
)
DIABETES = (
    ("none", _("No")),
    ("type2", _("Type 2, no insulin")),
    ("type2-insulin", _("Type 2, insulin")),
    ("type1", _("Type 1")),
    ("gestational", _("In pregnancy")),
    NOT_KNOWN,
)
HYPERTENSION = (
    ("none", _("No")),
    ("treated", _("Yes, treated")),
    ("untreated", _("Yes, untreated")),
    NOT_KNOWN,
)
SMOKING = (
    ("never", _("Never")),
    ("former", _("Formerly")),
    ("current", _("Now")),
    NOT_KNOWN,
)
FAMILY = (
    ("none", _("None of them")),
    ("glaucoma:parent", _("Glaucoma: a parent")),
    ("glaucoma:sibling", _("Glaucoma: a brother or sister")),
    ("amd:parent", _("Macular degeneration: a parent")),
    ("amd:sibling", _("Macular degeneration: a brother or sister")),
    ("high-myopia:parent", _("Strong short-sightedness: a parent")),
    ("diabetes:parent", _("Diabetes: a parent")),
    ("diabetes:sibling", _("Diabetes: a brother or sister")),
)
PREGNANCY = (
    ("no", _("No")),
    ("pregnant", _("Pregnant")),
    ("breastfeeding", _("Breastfeeding")),
    NOT_KNOWN,
)
TAKES = (
    ("none", _("None")),
    ("some", _("Yes, no steroid (cortisone)")),
    ("steroid", _("Yes, a steroid (cortisone) for 3 months or longer")),
    NOT_KNOWN,
)
