"""The only door of the running service to the image model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from screening.domain.exam_result import EyeResult
from screening.domain.findings import Label
from screening.domain.laterality import Laterality
from screening.imaging.scorer import PhotographBytes, Scorer, open_scorer
from screening.models import Exam, FundusImage, ModelRelease
from screening.storage import original_bytes


@dataclass(frozen=True)
class ScoredExams:
    """`eyes`: by an exam's key, one per photograph. `maps`: PNG pictures by a photograph's SHA-256 and label."""

    eyes: dict[int, list[EyeResult]]
    maps: dict[str, Mapping[Label, bytes]]
    engine: str


def score_exams(exams: Sequence[Exam], release: ModelRelease) -> ScoredExams:
    """Score every photograph of several exams in one pass.

    Raises
    ------
    PhotographDamaged
        Stored bytes that differ from those received.
    WeightsMismatch, CardInvalid
        The release on disk is not the registered one.
    """
    scorer = scorer_for(release.name, release.card_sha256)
    images = [image for exam in exams for image in exam.images.all()]
    explained = scorer.explain([_photograph(image) for image in images])
    results = iter(explained)
    eyes = {exam.pk: [next(results).eye for _ in exam.images.all()] for exam in exams}
    maps = {image.sha256: one.maps for image, one in zip(images, explained, strict=True)}
    return ScoredExams(eyes=eyes, maps=maps, engine=scorer.engine.name)


@lru_cache(maxsize=2)
def scorer_for(name: str, card_sha256: str) -> Scorer:
    """The scorer of a release, loaded once per worker and checked against its registered card."""
    return open_scorer(
        settings.RELEASES_DIR / name,
        engine=settings.SCORING_ENGINE,
        cache_dir=settings.ENGINE_CACHE_DIR,
        card_sha256=card_sha256,
    )


def _photograph(image: FundusImage) -> PhotographBytes:
    data = original_bytes(image.sha256)
    return PhotographBytes(laterality=Laterality(image.laterality), data=data, synthetic=image.synthetic)
