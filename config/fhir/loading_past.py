"""The past of visits, for many at once: read in as many queries for many visits as for one."""

from collections.abc import Iterable, Mapping, Sequence

from config.fhir.mapping import images
from config.fhir.visit_past import Past, outcomes_needed
from config.fhir.visit_stands import Stand, stands
from risk.models import RiskAssessment
from screening.models import FundusImage, Read
from screening.past_selectors import eyes_load, outcomes_ever, reads_ever

Photographs = dict[int, list[tuple[int, str, str]]]


def newest(rows: Sequence[RiskAssessment]) -> list[Stand]:
    """How each visit of rows of `reach.assessments` stands now."""
    return [stands(past)[-1] for past in pasts(rows)]


def pasts(rows: Sequence[RiskAssessment], *, whole: bool = False, eyes: bool = True) -> list[Past]:
    """Of each visit: with all its assessments where they are wanted, or where people may have changed a final report;
    else with the newest alone, as a clinic's nights make many. Without `eyes` `stands` makes queries of its own.
    """
    visits = [row.encounter_id for row in rows]
    outcomes, reads, photographs = outcomes_ever(visits), reads_ever(visits), photographs_of(visits)
    again = [row for row in rows if whole or _read_again(reads[row.encounter_id])]
    assessments = _assessments(again)
    made = [
        Past(
            assessments=assessments.get(row.encounter_id, [row]),
            outcomes=outcomes[row.encounter_id],
            reads=reads[row.encounter_id],
            photographs=photographs[row.encounter_id],
            cancelled_at=row.encounter.cancelled_at,
        )
        for row in rows
    ]
    if eyes:
        eyes_load(one for past in made for one in outcomes_needed(past))
    return made


def _read_again(reads: Sequence[Read]) -> bool:
    """As `config.fhir.standing.read_again`."""
    return len({read.task_id for read in reads}) > 1 or any(read.superseded_at for read in reads)


def _assessments(rows: Sequence[RiskAssessment]) -> Mapping[int, list[RiskAssessment]]:
    found: dict[int, list[RiskAssessment]] = {row.encounter_id: [] for row in rows}
    if not found:
        return found
    ever = RiskAssessment.objects.filter(encounter__in=found).select_related("outcome__release")
    for one in ever.order_by("pk"):
        found[one.encounter_id].append(one)
    return found


def photographs_of(visits: Iterable[int]) -> Photographs:
    """(exam, laterality, id) of each photograph of these visits, oldest first."""
    found: Photographs = {key: [] for key in visits}
    rows = FundusImage.objects.filter(exam__encounter__in=list(found)).order_by("pk")
    for visit, exam, eye, key, public_id in rows.values_list(
        "exam__encounter_id", "exam_id", "laterality", "pk", "public_id"
    ):
        found[visit].append((exam, eye, images.id_of(key, public_id)))
    return found
