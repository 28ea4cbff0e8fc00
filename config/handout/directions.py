"""How a medicine is used: as we wrote it for our own, as the prescriber did for one of an order (PL-09)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise as LazyText
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from config.errors import HandoutMissing
from config.patient_result import day_text
from pharmacy.domain.formulary import FormularyEntry
from pharmacy.domain.leaflet import Section
from pharmacy.domain.order_reading import DoseUnit
from pharmacy.leaflet_texts import DOSES, LEAFLETS
from pharmacy.models import MedicationOrder
from pharmacy.order_leaflet_texts import leaflet_on_order

HANGUL, LATIN = re.compile("[가-힣]"), re.compile("[A-Za-z]{2}")


@dataclass(frozen=True)
class Directions:
    """`sections` by part of the leaflet; the dose is the first that is said of the use.

    Of an order: `dose` in the prescriber's words, `dose_language` where that is not the page's, `a_day` what was
    read of it, `ordered` by whom and when, and `if_worse` whom to ask. Empty for what we wrote ourselves.
    """

    sections: Mapping[Section, Sequence[LazyText | str]]
    dose: str
    dose_language: str = ""
    a_day: str = ""
    ordered: str = ""
    if_worse: str = ""


def directions_of(entry: FormularyEntry, order: MedicationOrder | None) -> Directions:
    """In the language in force.

    Raises
    ------
    HandoutMissing
        Nobody has written a leaflet for it; then a pharmacist explains it.
    """
    try:
        return _on_order(entry, order) if order else Directions(LEAFLETS[entry.code], str(DOSES[entry.code]))
    except KeyError:
        raise HandoutMissing(entry.code) from None


def _on_order(entry: FormularyEntry, order: MedicationOrder) -> Directions:
    leaflet, a_day = leaflet_on_order(entry), _a_day(order)
    return Directions(
        sections=leaflet | {Section.USE: (order.dose_text, a_day, *leaflet[Section.USE])},
        dose=order.dose_text,
        dose_language=_foreign(order.dose_text),
        a_day=a_day,
        ordered=_("Ordered by %(name)s on %(day)s.")
        % {"name": order.prescriber, "day": day_text(order.written_on)},
        if_worse=_("Worse, or something new? Ask the doctor who ordered it: %(name)s.")
        % {"name": order.prescriber},
    )


def _a_day(order: MedicationOrder) -> str:
    counted = {"count": order.units_per_day, "days": order.supply_days}
    if order.unit == DoseUnit.DROP:
        words = ngettext(
            "%(count)s drop a day in each eye that the doctor named, for %(days)s days.",
            "%(count)s drops a day in each eye that the doctor named, for %(days)s days.",
            order.units_per_day,
        )
    else:
        words = ngettext(
            "%(count)s capsule a day, for %(days)s days.",
            "%(count)s capsules a day, for %(days)s days.",
            order.units_per_day,
        )
    return words % counted


def _foreign(words: str) -> str:
    """The language in which a person wrote, for a voice that reads them aloud; "" where it is the page's or neither."""
    found = "ko" if HANGUL.search(words) else "en" if LATIN.search(words) else ""
    return "" if found == get_language() else found
