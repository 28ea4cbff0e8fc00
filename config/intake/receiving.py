"""One file that arrived: kept, or refused in words."""

from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import screening.services
from config.intake.refusals import UNDERSTOOD, refusal
from records.actor import Actor
from screening.domain.laterality import Laterality
from screening.errors import TooManyPhotographs
from screening.imaging.gate import MAX_BYTES, PhotographRefused, RefusalCode
from screening.models import Exam


@dataclass(frozen=True)
class Answer:
    """To one file. `full`: it found no place, and may be used instead of another one."""

    status: int
    text: str
    full: bool = False


def file_receive(exam: Exam, file: UploadedFile, *, replace: str, by: Actor) -> Answer:
    """Keep one file for the exam; `replace` is the eye, R or L, whose photograph it takes the place of."""
    now = timezone.now()
    try:
        if file.size > MAX_BYTES:
            raise PhotographRefused(RefusalCode.TOO_LARGE)
        arrived = screening.services.photograph_arrived(file.read(), name=file.name)
        with transaction.atomic():
            eye = Laterality(replace) if replace in list(Laterality) else None
            received = screening.services.photograph_receive(
                exam=exam, arrived=arrived, instead_of=eye, by=by, now=now
            )
            if eye is not None:
                screening.services.received_use(
                    received=received, laterality=eye, replace=True, by=by, now=now
                )
    except PhotographRefused as refused:
        return Answer(422, refusal(refused))
    except UNDERSTOOD as refused:
        return Answer(409, refusal(refused), full=isinstance(refused, TooManyPhotographs))
    return Answer(200, _("Received"))
