"""Every photograph of an evaluation set through the code that serves live cases."""

from collections.abc import Sequence

from tqdm import tqdm

from screening.domain.exam_result import EyeResult
from screening.domain.quality import QualityReason
from screening.imaging.evaluate.labels import LABELS_FILE, LabelledPhotograph, LabelsInvalid
from screening.imaging.scorer import PhotographBytes, Scorer

_CHUNK = 64  # photographs whose bytes are in memory at once


def score_photographs(
    scorer: Scorer, photographs: Sequence[LabelledPhotograph], *, progress: bool = True
) -> list[EyeResult]:
    """One result for each photograph, in order. Raises LabelsInvalid for one that does not decode.

    A file that is no picture is a fault of the evaluation set and stops it; a picture that cannot be judged
    is a result, and counted.
    """
    results: list[EyeResult] = []
    with tqdm(total=len(photographs), desc="photographs", mininterval=2, disable=not progress) as bar:
        for start in range(0, len(photographs), _CHUNK):
            chunk = photographs[start : start + _CHUNK]
            scored = scorer.score([PhotographBytes(one.laterality, _read(one)) for one in chunk])
            for one, result in zip(chunk, scored, strict=True):
                _check_decoded(one, result)
            results += scored
            bar.update(len(chunk))
    return results


def _read(one: LabelledPhotograph) -> bytes:
    try:
        return one.path.read_bytes()
    except OSError as error:
        raise LabelsInvalid(
            f"{LABELS_FILE} row {one.row}: {one.path.name} cannot be read: {error.strerror}"
        ) from error


def _check_decoded(one: LabelledPhotograph, result: EyeResult) -> None:
    if QualityReason.UNREADABLE in result.quality_reasons:
        raise LabelsInvalid(
            f"{LABELS_FILE} row {one.row}: {one.path.name} cannot be decoded; copy it again or take the row out"
        )
