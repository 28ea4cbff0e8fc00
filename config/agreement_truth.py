"""How the image model did against what clinicians found in the eyes themselves."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from config.agreement import Line
from records.actor import Actor
from records.models import Organization
from risk.texts import LABELS
from screening.domain.agreement import Pair, agreement
from screening.domain.findings import DISEASES, Decision, Label
from screening.domain.truth import Truth
from screening.truth_selectors import Place, decisions, truths


@dataclass(frozen=True)
class TruthLine:
    """One disease. `found`: by both; `missed`: confirmed, and the machine said no; `alarm`: the other way round;
    `undecided`: the machine left it to a person, and it counts for neither.
    """

    line: Line
    found: int
    missed: int
    alarm: int
    undecided: int


def truth_lines(*, by: Actor, since: datetime | None) -> list[TruthLine]:
    """The diseases of which something was confirmed, in the actor's organization."""
    told = truths(Organization.objects.get(pk=by.organization_id), since=since)
    said = decisions({truth.encounter_id for truth in told})
    lines = ((label, [one for one in told if one.label is label]) for label in DISEASES)
    return [_line(label, of_label, said) for label, of_label in lines if of_label]


def _line(label: Label, told: Sequence[Truth], said: dict[Place, Decision]) -> TruthLine:
    pairs: dict[int, list[Pair]] = defaultdict(list)
    counted: Counter[tuple[Decision, bool]] = Counter()
    for truth in told:
        decision = said.get((truth.encounter_id, truth.laterality, label), Decision.ABSTAIN)
        counted[decision, truth.present] += 1
        if decision is not Decision.ABSTAIN:
            pairs[truth.encounter_id].append((int(decision is Decision.PRESENT), int(truth.present)))
    return TruthLine(
        Line(LABELS[label], agreement(list(pairs.values()), categories=2)),
        found=counted[Decision.PRESENT, True],
        missed=counted[Decision.ABSENT, True],
        alarm=counted[Decision.PRESENT, False],
        undecided=counted[Decision.ABSTAIN, True] + counted[Decision.ABSTAIN, False],
    )
