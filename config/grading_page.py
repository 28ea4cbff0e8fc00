"""The page on which a case is read: photographs, what this reader may see of the machine, and the forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage

import risk.selectors
import screening.selectors
from config.grading_form import EyeForm
from risk.domain.red_flags import RedFlagRow
from screening.domain.exam_result import EyeResult
from screening.domain.grading import Position, sees
from screening.domain.laterality import Laterality
from screening.domain.reading import differences
from screening.errors import ReadingInvalid
from screening.models import FundusImage, GradingTask, Read
from screening.read_selectors import images_to_read, reading_of, reads_current
from screening.services import EyeEntry
from screening.storage import derivative_name


@dataclass(frozen=True)
class EyePage:
    """One eye: its photographs, the newest first, and its form."""

    laterality: Laterality
    photographs: list[tuple[FundusImage, bool]]
    form: EyeForm


@dataclass(frozen=True)
class ReadPage:
    """`reads` and `red_flags` are empty for a reader who must not see them."""

    task: GradingTask
    position: Position
    eyes: list[EyePage]
    blinded: bool
    red_flags: tuple[RedFlagRow, ...]
    reads: list[Read]
    differing: list[tuple[str, str]]

    @property
    def forms(self) -> list[EyeForm]:
        return [eye.form for eye in self.eyes]

    @property
    def valid(self) -> bool:
        """Every form is asked, so that every fault is shown."""
        return not [form for form in self.forms if not form.is_valid()]

    def entries(self) -> list[EyeEntry]:
        return [form.entry() for form in self.forms]

    def refuse(self, invalid: ReadingInvalid) -> None:
        for form in self.forms:
            form.refuse(invalid)


def read_page(
    task: GradingTask, position: Position, *, data: Mapping[str, Any] | None, amended: Read | None = None
) -> ReadPage:
    """What the reader at `position` is shown (GR-02); `amended` fills in what they signed before."""
    shown = sees(position, quality=task.quality_of_id is not None)
    machine = _machine(task) if shown.machine else {}
    earlier = {eye.laterality: eye for eye in reading_of(amended)} if amended else {}
    photographs = _photographs(task)
    reads = _reads(task) if shown.earlier_reads else {}
    differing = _differing(reads)

    def form(eye: Laterality) -> EyeForm:
        disputed = frozenset(
            "gradable" if name == "gradability" else name for e, name in differing if e == eye
        )
        return EyeForm(data, eye=eye, machine=machine.get(eye), earlier=earlier.get(eye), disputed=disputed)

    seen = images_to_read(task.encounter_id)
    eyes = [EyePage(eye, photographs[eye], form(eye)) for eye in Laterality if eye in seen]
    flags = risk.selectors.red_flags_of(task.encounter) if shown.machine else ()
    return ReadPage(task, position, eyes, not shown.machine, flags, list(reads.values()), differing)


def _machine(task: GradingTask) -> dict[Laterality, EyeResult]:
    result = screening.selectors.visit_result(task.encounter_id, people_too=False)
    return {eye.laterality: eye for eye in result.eyes} if result else {}


def _photographs(task: GradingTask) -> dict[Laterality, list[tuple[FundusImage, bool]]]:
    found: dict[Laterality, list[tuple[FundusImage, bool]]] = {eye: [] for eye in Laterality}
    taken = FundusImage.objects.filter(exam__encounter=task.encounter_id, exam__outcomes__superseded_at=None)
    for image in taken.filter(exam__outcomes__isnull=False).order_by("-exam_id"):
        shown = default_storage.exists(derivative_name(image.sha256))
        found[Laterality(image.laterality)].append((image, shown))
    return found


def _reads(task: GradingTask) -> dict[Position, Read]:
    reads = reads_current([task.pk])[task.pk]
    return {place: reads[place] for place in (Position.FIRST, Position.SECOND) if place in reads}


def _differing(reads: Mapping[Position, Read]) -> list[tuple[str, str]]:
    if not {Position.FIRST, Position.SECOND} <= reads.keys():
        return []
    found = differences(reading_of(reads[Position.FIRST]), reading_of(reads[Position.SECOND]))
    return [(eye.value, name) for eye, name in found]
