"""What the page of photographs shows: a place for each eye, and what waits to be told which eye it is."""

from dataclasses import dataclass

from screening.domain.exam_result import EyeResult
from screening.domain.laterality import Laterality
from screening.models import Exam, FundusImage, ReceivedPhotograph, ReceivedState
from screening.selectors import visit_result


@dataclass(frozen=True)
class Place:
    """One eye. `look` is the first look at its photograph; `doubtful`: the picture looks like the other eye.

    In a retake, `before` is what this visit showed of the eye so far, and `good` its photograph where that can be
    judged; an eye that cannot be judged is `wanted`, for the reasons in `wanted_because`.
    """

    eye: str
    image: FundusImage | None
    look: ReceivedPhotograph | None
    before: EyeResult | None = None
    good: FundusImage | None = None

    @property
    def doubtful(self) -> bool:
        return bool(self.look and self.look.shows and self.look.shows != self.eye)

    @property
    def reasons(self) -> list[str]:
        return reasons_of(self.look) if self.look else []

    @property
    def wanted(self) -> bool:
        return self.image is None and self.before is not None and self.good is None

    @property
    def wanted_because(self) -> list[str]:
        return [str(reason) for reason in self.before.quality_reasons] if self.before else []


@dataclass(frozen=True)
class Waiting:
    """`suggested` is R, L, or empty when unsure; `disagree`: file name and picture say different eyes."""

    received: ReceivedPhotograph
    suggested: str
    disagree: bool

    @property
    def reasons(self) -> list[str]:
        return reasons_of(self.received)


@dataclass(frozen=True)
class Board:
    """`complete`: there is a photograph and none waits, so that the exam may be submitted."""

    exam: Exam
    places: list[Place]
    waiting: list[Waiting]

    @property
    def complete(self) -> bool:
        return not self.waiting and any(place.image for place in self.places)

    @property
    def lacking(self) -> bool:
        """Whether there would be an eye of which nothing can be judged."""
        return not all(place.image or place.good for place in self.places)


def board_of(exam: Exam, *, blind: bool = False) -> Board:
    """`blind`: for somebody who is still to read the visit, and sees nothing of its result."""
    received = {one.sha256: one for one in exam.received.order_by("pk")}
    images = {image.laterality: image for image in exam.images.all()}
    stored = {image.sha256 for image in images.values()}
    before, good = ({}, {}) if blind else _before(exam)
    places = [
        Place(
            eye.value,
            images.get(eye),
            received.get(images[eye].sha256) if eye in images else None,
            before.get(eye),
            good.get(eye),
        )
        for eye in Laterality
    ]
    waiting = [
        _waiting(one)
        for one in received.values()
        if one.state == ReceivedState.WAITING and one.sha256 not in stored
    ]
    return Board(exam, places, waiting)


def _before(exam: Exam) -> tuple[dict[str, EyeResult], dict[str, FundusImage]]:
    """What earlier sittings of the visit showed of each eye, and the newest photograph of each that can be judged."""
    result = visit_result(exam.encounter_id)
    if result is None:
        return {}, {}
    earlier = FundusImage.objects.filter(exam__encounter=exam.encounter_id, exam__pk__lt=exam.pk)
    newest = {image.laterality: image for image in earlier.order_by("exam_id")}
    gradable = {eye.laterality.value for eye in result.gradable_eyes}
    return (
        {eye.laterality.value: eye for eye in result.eyes},
        {eye: image for eye, image in newest.items() if eye in gradable},
    )


def reasons_of(received: ReceivedPhotograph) -> list[str]:
    """The codes of the first look."""
    return [code for code in received.quality_reasons.split(",") if code]


def _waiting(received: ReceivedPhotograph) -> Waiting:
    said = {eye for eye in (received.named, received.shows) if eye}
    return Waiting(received, said.pop() if len(said) == 1 else "", disagree=len(said) > 1)
