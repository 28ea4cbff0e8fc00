"""Photographs to eye results: decode, judge, prepare and ask the network, overlapping, one result a photograph."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from screening.domain.exam_result import EyeResult
from screening.domain.findings import Finding, Label
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability, Judgement, QualityReason, judge_quality
from screening.domain.severity import UNSTATED, Severity
from screening.imaging.arrays import Floats, Image
from screening.imaging.card import Card, read_card
from screening.imaging.decode import PhotographUnreadable, decode_photograph
from screening.imaging.engine import Engine, open_engine
from screening.imaging.ensemble import calibrated_logits, findings_of
from screening.imaging.explain import Explained, Place, joined_maps, map_pictures
from screening.imaging.preprocess import frame_field, prepare_framed
from screening.imaging.quality import measure_quality
from screening.imaging.severity import grade_severity, severity_scores

_BATCH = 16
_AHEAD = 3  # batches decoded while the network works on one
_Shown = tuple[tuple[Finding, ...], Severity]
_UNREADABLE = Judgement(Gradability.UNGRADABLE, (QualityReason.UNREADABLE,))


@dataclass(frozen=True)
class PhotographBytes:
    """Original bytes of one photograph. `synthetic`: rendered, so not asked whether it is a fundus."""

    laterality: Laterality
    data: bytes
    synthetic: bool = False


@dataclass(frozen=True)
class _Prepared:
    judgement: Judgement
    pixels: tuple[Image, Image] | None = None
    place: Place | None = None


class Scorer:
    """A release behind an engine; decoding runs in threads beside the network."""

    def __init__(self, card: Card, engine: Engine, *, threads: int = 2) -> None:
        self.card, self.engine = card, engine
        cv2.setNumThreads(1)  # the pool is the parallelism; cv2's own threads would fight with it
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="prepare")

    def score(self, photographs: Sequence[PhotographBytes]) -> list[EyeResult]:
        """One result for each photograph, in order.

        A photograph that cannot be decoded or judged is an ungradable result with its reason; the others are
        not touched by it.
        """
        results: list[EyeResult] = []
        for batch, prepared in self._prepared_batches(photographs):
            asked = _stacked(prepared)
            results += self._results(batch, prepared, self.engine.logits(*asked) if asked else None)
        return results

    def explain(self, photographs: Sequence[PhotographBytes]) -> list[Explained]:
        """`score` with maps of the suspected diseases, from the same pass of the network."""
        explained: list[Explained] = []
        for batch, prepared in self._prepared_batches(photographs):
            asked = _stacked(prepared)
            logits, maps = self.engine.explain(*asked) if asked else (None, None)
            results = self._results(batch, prepared, logits)
            explained += map(Explained, results, _pictures(results, prepared, maps))
        return explained

    def _prepared_batches(
        self, photographs: Sequence[PhotographBytes]
    ) -> Iterator[tuple[Sequence[PhotographBytes], list[_Prepared]]]:
        batches = [photographs[start : start + _BATCH] for start in range(0, len(photographs), _BATCH)]
        futures: list[list[Future[_Prepared]]] = []
        for index, batch in enumerate(batches):
            for later in batches[len(futures) : index + 1 + _AHEAD]:
                futures.append([self._pool.submit(self._prepare, each) for each in later])
            yield batch, [future.result() for future in futures[index]]
            futures[index] = []

    def _prepare(self, photograph: PhotographBytes) -> _Prepared:
        try:
            rgb = decode_photograph(photograph.data)
            framed = frame_field(rgb, self.card.preprocess.border_threshold)
            colour, grey = prepare_framed(framed, self.card.preprocess)
            judgement = judge_quality(
                measure_quality(framed), self.card.quality, synthetic=photograph.synthetic
            )
            if judgement.gradability is Gradability.UNGRADABLE:
                return _Prepared(judgement)
            return _Prepared(judgement, (colour, grey), Place(framed.box, rgb.shape[1], rgb.shape[0]))
        except (PhotographUnreadable, cv2.error, MemoryError):
            return _Prepared(_UNREADABLE)

    def _results(
        self, batch: Sequence[PhotographBytes], prepared: Sequence[_Prepared], logits: Floats | None
    ) -> list[EyeResult]:
        """`logits` (2, m, K) of those that have pixels; None where none has."""
        shown: Iterator[_Shown] = iter(()) if logits is None else self._show(logits)
        return [
            EyeResult(
                photograph.laterality,
                each.judgement.gradability,
                each.judgement.reasons,
                *(((), UNSTATED) if each.pixels is None else next(shown)),
            )
            for photograph, each in zip(batch, prepared, strict=True)
        ]

    def _show(self, branch_logits: Floats) -> Iterator[_Shown]:
        """Findings and severity of each picture from branch logits (2, n, K)."""
        logits = calibrated_logits(branch_logits, self.card.calibration)
        findings = [findings_of(each, self.card.operating_points) for each in logits]
        if (heads := self.card.severity) is None:
            return ((each, UNSTATED) for each in findings)
        scores = severity_scores(branch_logits, heads)
        return (
            (each, grade_severity(score, heads, each)) for each, score in zip(findings, scores, strict=True)
        )


def _stacked(prepared: Sequence[_Prepared]) -> tuple[Image, Image] | None:
    """Inputs of the network for those that can be judged; None where none can."""
    pixels = [each.pixels for each in prepared if each.pixels is not None]
    if not pixels:
        return None
    return np.stack([colour for colour, _ in pixels]), np.stack([grey for _, grey in pixels])


def _pictures(
    results: Sequence[EyeResult], prepared: Sequence[_Prepared], maps: Floats | None
) -> list[dict[Label, bytes]]:
    """The maps of each photograph; none where it was not judged or the backbone has no maps."""
    joined = iter(() if maps is None else joined_maps(maps))
    return [
        {} if each.place is None or maps is None else map_pictures(next(joined), eye, each.place)
        for eye, each in zip(results, prepared, strict=True)
    ]


def open_scorer(
    folder: Path, *, engine: str, cache_dir: Path | None, card_sha256: str | None = None, threads: int = 2
) -> Scorer:
    """The scorer of a release folder. Raises WeightsMismatch, CardInvalid or EngineUnknown."""
    card = read_card(folder, card_sha256=card_sha256)
    opened = open_engine(folder, card, engine=engine, cache_dir=cache_dir, threads=threads)
    return Scorer(card, opened, threads=threads)
