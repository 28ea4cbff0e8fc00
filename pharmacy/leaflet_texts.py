"""What a patient reads of a medicine: short sentences and everyday words, for somebody who reads little.

Source: facts 2.1; side effects are general knowledge that nobody has checked [K].
"""

from collections.abc import Mapping

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from pharmacy import leaflet_sentences as say
from pharmacy.domain.leaflet import Section

Leaflet = Mapping[Section, tuple[LazyText, ...]]

HEADINGS: Mapping[Section, LazyText] = {
    Section.PURPOSE: _("What it is for"),
    Section.USE: _("How to use it"),
    Section.CARE: _("Take care"),
    Section.EFFECTS: _("What you may feel"),
    Section.KEEPING: _("How to keep it"),
}

# Short forms for a label. Longer directions stand in `pharmacy.texts.DIRECTIONS`.
DOSES: Mapping[str, LazyText] = {
    "carmellose-0.5-unit-dose": _("1 drop in each eye when it feels dry. At most 6 times a day."),
    "hypromellose-0.3": _("1 drop in each eye when it feels dry. At most 6 times a day."),
    "ketotifen-0.025": _("1 drop in each eye in the morning and 1 in the evening."),
    "areds2": _("1 capsule in the morning and 1 in the evening, with a meal."),
}

LEAFLETS: Mapping[str, Leaflet] = {
    "carmellose-0.5-unit-dose": {
        Section.PURPOSE: (
            _("Eye drops for dry, tired eyes."),
            _("They wet the eye. They do not treat an illness of the eye."),
        ),
        Section.USE: (
            DOSES["carmellose-0.5-unit-dose"],
            say.WASH,
            say.TWIST,
            say.PULL,
            _("Let 1 drop fall into each eye."),
            say.EMPTY,
        ),
        Section.CARE: (say.ALLERGY, say.DO_NOT_TOUCH, say.OTHER_DROPS, say.FOR_YOU),
        Section.EFFECTS: (say.BLURRED, say.STING),
        Section.KEEPING: (
            say.GERMS,
            say.ROOM,
            say.CHILDREN,
        ),
    },
    "hypromellose-0.3": {
        Section.PURPOSE: (
            _("Eye drops for dry, tired eyes."),
            _("They wet the eye. They do not treat an illness of the eye."),
        ),
        Section.USE: (DOSES["hypromellose-0.3"], *say.DROPS_IN),
        Section.CARE: (say.ALLERGY, say.LENSES_PRESERVED, say.DO_NOT_TOUCH, say.OTHER_DROPS, say.FOR_YOU),
        Section.EFFECTS: (say.BLURRED, say.STING),
        Section.KEEPING: (*say.BOTTLE, say.CHILDREN),
    },
    "ketotifen-0.025": {
        Section.PURPOSE: (
            _("Eye drops for eyes that itch from an allergy."),
            _("They are not for eyes that hurt from contact lenses."),
        ),
        Section.USE: (DOSES["ketotifen-0.025"], *say.DROPS_IN),
        Section.CARE: (say.ALLERGY, say.LENSES_PRESERVED, say.DO_NOT_TOUCH, say.OTHER_DROPS, say.FOR_YOU),
        Section.EFFECTS: (
            say.BLURRED,
            say.STING,
            _("Some people get a headache, a dry mouth or feel sleepy."),
        ),
        Section.KEEPING: (*say.BOTTLE, say.CHILDREN),
    },
    "areds2": {
        Section.PURPOSE: (
            _("Vitamins and minerals for an illness of the spot with which you read."),
            _("They can slow the illness. They do not make you see better."),
        ),
        Section.USE: (DOSES["areds2"], say.SWALLOW),
        Section.CARE: (
            say.ALLERGY,
            say.OTHER_VITAMINS,
            say.BLOOD_THINNER,
            say.FOR_YOU,
        ),
        Section.EFFECTS: (_("Some people feel sick or have an upset stomach. Take it with a meal."),),
        Section.KEEPING: (say.DRY, say.CHILDREN),
    },
}
