"""Codes of a hospital's details into words."""

from collections.abc import Mapping

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

# ISO 639-1: those that most people in care here speak. Others that a hospital told stay, as their code.
LANGUAGES: Mapping[str, LazyText] = {
    "ko": _("Korean"),
    "en": _("English"),
    "zh": _("Chinese"),
    "vi": _("Vietnamese"),
    "th": _("Thai"),
    "ru": _("Russian"),
    "uz": _("Uzbek"),
    "mn": _("Mongolian"),
    "km": _("Khmer"),
    "ne": _("Nepali"),
    "id": _("Indonesian"),
    "tl": _("Tagalog"),
    "ja": _("Japanese"),
    "my": _("Burmese"),
}
# HIRA departments (KR Core [R]), as referrals.domain.directory.DEPARTMENTS numbers them.
SPECIALTIES: Mapping[str, LazyText] = {
    "01": _("Internal medicine"),
    "02": _("Neurology"),
    "03": _("Psychiatry"),
    "04": _("Surgery"),
    "05": _("Orthopaedics"),
    "06": _("Neurosurgery"),
    "07": _("Thoracic surgery"),
    "08": _("Plastic surgery"),
    "09": _("Anaesthesia and pain"),
    "10": _("Obstetrics and gynaecology"),
    "11": _("Paediatrics"),
    "12": _("Ophthalmology"),
    "13": _("Ear, nose and throat"),
    "14": _("Dermatology"),
    "15": _("Urology"),
    "16": _("Radiology"),
    "17": _("Radiation oncology"),
    "18": _("Pathology"),
    "19": _("Laboratory medicine"),
    "20": _("Tuberculosis"),
    "21": _("Rehabilitation"),
    "22": _("Nuclear medicine"),
    "23": _("Family medicine"),
    "24": _("Emergency medicine"),
    "25": _("Occupational medicine"),
    "26": _("Preventive medicine"),
}
# HIRA institution types (KR Core [R]) to which a person with an eye disease is referred.
KINDS: Mapping[str, LazyText] = {
    "01": _("Tertiary hospital"),
    "11": _("General hospital"),
    "21": _("Hospital"),
    "31": _("Clinic"),
    "71": _("Public health centre"),
    "75": _("Public health and medical centre"),
}
ACCESS: Mapping[bool | None, LazyText] = {
    True: _("Can be entered with a wheelchair"),
    False: _("Cannot be entered with a wheelchair"),
    None: _("Not known"),
}
