"""Finding patients of the register, and those who may be the one about to be registered."""

from dataclasses import dataclass

from django.db.models import Q

from config.intake.dates import read_date
from records import access
from records.actor import Actor
from records.duplicates import Likeness, Person, likeness, near_dates
from records.models import Patient

MOST_SHOWN = 20
_LOOKED_AT = 500


@dataclass(frozen=True)
class Candidate:
    """A registered patient who may be the same person."""

    patient: Patient
    likeness: Likeness


def patients_by_words(words: str, *, by: Actor) -> list[Patient]:
    """Patients whose record number or name begins so, or who were born on that date."""
    born = read_date(words)
    wanted = Q(mrn__istartswith=words) | Q(name__istartswith=words)
    found = access.within(Patient.objects.all(), by=by)
    return list(
        found.filter(wanted | Q(birth_date=born) if born else wanted).order_by("name", "pk")[:MOST_SHOWN]
    )


def patients_like(person: Person, *, by: Actor) -> list[Candidate]:
    """Registered patients who may be this person, the likeliest first."""
    wanted = Q(name__iexact=person.name)
    if person.birth_date:
        wanted |= Q(birth_date__in=[person.birth_date, *near_dates(person.birth_date)])
    known = access.within(Patient.objects.all(), by=by).filter(wanted).order_by("pk")[:_LOOKED_AT]
    alike = ((one, likeness(person, Person(one.name, one.birth_date))) for one in known)
    found = [Candidate(one, why) for one, why in alike if why is not None]
    return sorted(found, key=lambda one: list(Likeness).index(one.likeness))[:MOST_SHOWN]
