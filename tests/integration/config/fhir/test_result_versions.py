"""What a program was told of a visit's results can be read for good: every version, as it was told then."""

from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from config.fhir import reach
from config.fhir.loading_past import newest
from config.fhir.standing import read_again
from records.models import Organization
from referrals.models import Referral
from screening.models import Encounter
from screening.selectors import visit_result
from tests.integration.config import fhir_case
from tests.integration.config.fhir.visit_acts import ACTS, happened
from tests.integration.config.fhir_case import Caller

KINDS = ("DiagnosticReport", "Observation", "RiskAssessment", "Provenance")
Told = dict[str, dict[int, dict[str, Any]]]
HAPPENINGS = st.tuples(st.sampled_from([*ACTS, "signed", "amended", "work"]), st.integers(0, 3))
READ = (("listed", 0), ("signed", 1), ("work", 0))
READ_TWICE = (("listed", 1), ("signed", 1), ("signed", 2), ("work", 0), ("signed", 0), ("work", 0))


class Undone(Exception):
    """Takes back what one example did."""


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(HAPPENINGS, min_size=3, max_size=9))
@example([*READ, ("amended", 3), ("work", 0), ("amended", 1), ("answers", 3), ("work", 0), ("cancelled", 0)])
@example([*READ_TWICE, ("amended", 1), ("work", 0)])
@example([*READ, ("taken_again", 1), ("work", 0), ("signed", 0), ("work", 0), ("amended", 2), ("work", 0)])
@example([*READ, ("scored_again", 1), ("weighed", 0), ("work", 0), ("amended", 1), ("weighed", 0)])
@example([("listed", 1), ("signed", 1), ("cancelled", 0), ("amended", 2)])
def test_the_history_is_what_was_told(clinic: Organization, acts: list[tuple[str, int]]) -> None:
    with pytest.raises(Undone), transaction.atomic():
        _lived(fhir_case.sent(clinic), acts)
        raise Undone


def _lived(referral: Referral, acts: list[tuple[str, int]]) -> None:
    hospital = fhir_case.speaks_for(fhir_case.caller(referral.organization), referral.hospital)
    told: Told = {}
    _listen(hospital, told)
    for act, which in acts:
        happened(referral.encounter, act, which)
        _listen(hospital, told)
        _agrees(hospital, referral.encounter, assessed=act in ("work", "weighed"))
    for address, versions in told.items():
        kept = _kept(hospital, address)
        assert list(kept) == sorted(kept, reverse=True)
        if address.startswith("Provenance"):
            kept = {number: one for number, one in kept.items() if number in versions}
        assert kept == versions, address
    for address, versions in list(told.items())[::7]:
        for number, one in versions.items():
            assert hospital.get(f"{address}/_history/{number}") == one


def _listen(hospital: Caller, told: Told) -> None:
    """One number is one content, and what is told next has a greater one."""
    for kind in KINDS:
        for resource in hospital.all(f"{kind}?_count=100"):
            versions = told.setdefault(f"{kind}/{resource['id']}", {})
            number = int(resource["meta"]["versionId"])
            assert versions.setdefault(number, resource) == resource
            assert number == max(versions)
            assert all(one < other for one, other in pairwise(versions))


def _agrees(hospital: Caller, visit: Encounter, *, assessed: bool) -> None:
    """With what a search finds by, and with what the clinic sees once nothing waits to be assessed."""
    row = reach.assessments(hospital.backend.client).get()
    (stand,) = newest([row])
    assert row.status == stand.status
    if stand.changed:
        assert reach.assessments(hospital.backend.client).filter(read_again()).exists()
    result = visit_result(visit.pk)
    if assessed and result is not None and row.outcome.superseded_at is None:
        assert stand.eyes == result.eyes


def _kept(hospital: Caller, address: str) -> dict[int, dict[str, Any]]:
    entries = hospital.get(f"{address}/_history")["entry"]
    found = [entry["resource"] for entry in entries if "resource" in entry]
    return {int(one["meta"]["versionId"]): one for one in found}
