"""Who is named: the clinic, the hospital, and the people who signed."""

from collections.abc import Iterable

from config.fhir import reach_parties
from config.fhir.kinds.kind import Kind, Source, each
from config.fhir.mapping import parties
from config.fhir.parameters import numbered, prefixed

NOBODY = ""
ORGANIZATION = Kind(
    "Organization",
    "rs",
    (
        Source(reach_parties.clinics, each(parties.clinic), prefixed(parties.CLINIC), NOBODY),
        Source(reach_parties.hospitals, each(parties.hospital), prefixed(parties.HOSPITAL), NOBODY),
    ),
    documentation="The clinic, and the hospital that the program speaks for.",
)
PRACTITIONER = Kind(
    "Practitioner",
    "rs",
    (Source(reach_parties.practitioners, each(parties.practitioner), numbered, NOBODY),),
    documentation="Who put their name under a referral or a medicine that the program may read.",
)
PARTIES: Iterable[Kind] = (ORGANIZATION, PRACTITIONER)
