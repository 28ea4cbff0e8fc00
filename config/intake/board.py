"""What the page of photographs shows: a place for each eye, and what waits to be told which eye it is."""

from dataclasses import dataclass

from screening.domain.laterality import Laterality
from screening.models import Exam, FundusImage, ReceivedPhotograph, ReceivedState


@dataclass(frozen=True)
class Place:
    """One eye. `look` is the first look at its photograph; `doubtful`: the picture looks like the other eye."""

    eye: str
    image: FundusImage | None
    look: ReceivedPhotograph | None

    @property
    def doubtful(self) -> bool:
        return bool(self.look and self.look.shows and self.look.shows != self.eye)

    @property
    def reasons(self) -> list[str]:
        return reasons_of(self.look) if self.look else []


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
    def empty(self) -> bool:
        return not self.waiting and not any(place.image for place in self.places)

    @property
    def both(self) -> bool:
        return all(place.image for place in self.places)


def board_of(exam: Exam) -> Board:
    received = {one.sha256: one for one in exam.received.order_by("pk")}
    images = {image.laterality: image for image in exam.images.all()}
    stored = {image.sha256 for image in images.values()}
    places = [
        Place(eye.value, images.get(eye), received.get(images[eye].sha256) if eye in images else None)
        for eye in Laterality
    ]
    waiting = [
        _waiting(one)
        for one in received.values()
        if one.state == ReceivedState.WAITING and one.sha256 not in stored
    ]
    return Board(exam, places, waiting)


def reasons_of(received: ReceivedPhotograph) -> list[str]:
    """The codes of the first look."""
    return [code for code in received.quality_reasons.split(",") if code]


def _waiting(received: ReceivedPhotograph) -> Waiting:
    said = {eye for eye in (received.named, received.shows) if eye}
    return Waiting(received, said.pop() if len(said) == 1 else "", disagree=len(said) > 1)
