"""What a patient reads of a medicine: short sentences and everyday words, for somebody who reads little.

Source: facts 2.1; side effects and how to put drops in are general knowledge that nobody has checked [K].
"""

from collections.abc import Mapping

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

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

_WASH = _("Wash your hands.")
_PULL = _("Tilt your head back. Pull the lower lid down a little.")
_CLOSE = _("Close your eye for one minute.")
_DO_NOT_TOUCH = _("The tip must not touch the eye or your fingers.")
_OTHER_DROPS = _("Do you use other eye drops? Wait 5 minutes in between.")
_ALLERGY = _("Do not use it if you are allergic to anything in it.")
_FOR_YOU = _("It is for you only. Do not give it to others.")
_BLURRED = _("You may see less clearly for a few minutes. Do not drive until you see clearly.")
_STING = _("It may sting a little for a short time. That passes.")
_CHILDREN = _("Keep it away from children.")
_LENSES_PRESERVED = _("Take contact lenses out first. Wait 15 minutes before you put them in again.")
_BOTTLE = (_("Close the bottle well after use."), _("Keep it at room temperature, away from the sun."))
_DROPS_IN = (_WASH, _PULL, _("Let 1 drop fall into each eye."), _CLOSE)

LEAFLETS: Mapping[str, Leaflet] = {
    "carmellose-0.5-unit-dose": {
        Section.PURPOSE: (
            _("Eye drops for dry, tired eyes."),
            _("They wet the eye. They do not treat an illness of the eye."),
        ),
        Section.USE: (
            DOSES["carmellose-0.5-unit-dose"],
            _WASH,
            _("Twist the small top off a new container."),
            _PULL,
            _("Let 1 drop fall into each eye."),
            _("Throw the container away at once, even if something is left in it."),
        ),
        Section.CARE: (_ALLERGY, _DO_NOT_TOUCH, _OTHER_DROPS, _FOR_YOU),
        Section.EFFECTS: (_BLURRED, _STING),
        Section.KEEPING: (
            _("Never keep an opened container. Germs grow in it."),
            _("Keep it at room temperature, away from the sun."),
            _CHILDREN,
        ),
    },
    "hypromellose-0.3": {
        Section.PURPOSE: (
            _("Eye drops for dry, tired eyes."),
            _("They wet the eye. They do not treat an illness of the eye."),
        ),
        Section.USE: (DOSES["hypromellose-0.3"], *_DROPS_IN),
        Section.CARE: (_ALLERGY, _LENSES_PRESERVED, _DO_NOT_TOUCH, _OTHER_DROPS, _FOR_YOU),
        Section.EFFECTS: (_BLURRED, _STING),
        Section.KEEPING: (*_BOTTLE, _CHILDREN),
    },
    "ketotifen-0.025": {
        Section.PURPOSE: (
            _("Eye drops for eyes that itch from an allergy."),
            _("They are not for eyes that hurt from contact lenses."),
        ),
        Section.USE: (DOSES["ketotifen-0.025"], *_DROPS_IN),
        Section.CARE: (_ALLERGY, _LENSES_PRESERVED, _DO_NOT_TOUCH, _OTHER_DROPS, _FOR_YOU),
        Section.EFFECTS: (
            _BLURRED,
            _STING,
            _("Some people get a headache, a dry mouth or feel sleepy."),
        ),
        Section.KEEPING: (*_BOTTLE, _CHILDREN),
    },
    "areds2": {
        Section.PURPOSE: (
            _("Vitamins and minerals for an illness of the spot with which you read."),
            _("They can slow the illness. They do not make you see better."),
        ),
        Section.USE: (DOSES["areds2"], _("Swallow the capsule whole, with water.")),
        Section.CARE: (
            _ALLERGY,
            _("Do you take other vitamins? Show them to the pharmacist."),
            _("Do you take a medicine that thins the blood? Tell the pharmacist first."),
            _FOR_YOU,
        ),
        Section.EFFECTS: (_("Some people feel sick or have an upset stomach. Take it with a meal."),),
        Section.KEEPING: (_("Keep it dry, at room temperature, away from the sun."), _CHILDREN),
    },
}
