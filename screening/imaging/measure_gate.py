"""How the quality gate does: photographs kept, other pictures refused, spoilt photographs never judged better."""

import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Pillow
from tqdm import tqdm

from screening.domain.quality import Gradability, Judgement, QualityReason, QualityThresholds
from screening.imaging.arrays import Image
from screening.imaging.decode import decode_photograph
from screening.imaging.degrade import DEGRADATIONS, Degradation
from screening.imaging.gate import MIN_SIDE_PX
from screening.imaging.no_fundus.kinds import FITTED, RESERVED, draw_kinds
from screening.imaging.quality import assess
from screening.imaging.reframe import ALL_FRAMES, sized

WORSE: Mapping[Gradability, int] = {
    Gradability.GRADABLE: 0,
    Gradability.LIMITED: 1,
    Gradability.UNGRADABLE: 2,
}
_MOST_PIXELS = 10_000_000
_THREE_MEGAPIXELS = 1732  # pixels a side
_TIMED = 15

Facts = dict[str, Any]


def measure_gate(
    photographs: Sequence[Path],
    sampled: Sequence[Path],
    thresholds: QualityThresholds,
    *,
    hostile: Path | None,
    drawn: int,
    seed: int,
) -> Facts:
    """All measures. `sampled` photographs are re-framed and spoilt; `drawn` pictures are made of each kind."""
    found: Facts = {"photographs": kept_photographs(photographs, thresholds)}
    found["other_frames"] = kept_in_other_frames(sampled, thresholds)
    found["spoilt"] = spoilt_photographs(sampled, thresholds)
    found["drawn_kinds_fitted"] = refused(
        tqdm(draw_kinds(FITTED, drawn, seed=seed), total=drawn * len(FITTED), desc="drawn pictures"),
        thresholds,
    )
    found["drawn_kinds_reserved"] = refused(
        tqdm(draw_kinds(RESERVED, drawn, seed=seed), total=drawn * len(RESERVED), desc="reserved kinds"),
        thresholds,
    )
    if hostile is not None:
        found["hostile"] = refused(hostile_pictures(hostile), thresholds)
    found["milliseconds_at_3_megapixels"] = _milliseconds(sampled[0], thresholds)
    return found


def kept_photographs(photographs: Sequence[Path], thresholds: QualityThresholds) -> Facts:
    """Levels and reasons of photographs as they are; `kept` is the share that is not ungradable."""
    judged = [
        assess(decode_photograph(path.read_bytes()), thresholds)
        for path in tqdm(photographs, desc="photographs")
    ]
    return _levels(judged)


def _levels(judged: Sequence[Judgement]) -> Facts:
    levels = Counter(each.gradability for each in judged)
    reasons = {
        level: dict(
            Counter(
                " and ".join(j.reasons) for j in judged if j.gradability is level and j.reasons
            ).most_common()
        )
        for level in (Gradability.LIMITED, Gradability.UNGRADABLE)
    }
    return {
        "number": len(judged),
        "kept": round(1 - levels[Gradability.UNGRADABLE] / max(1, len(judged)), 4),
        **{level: levels[level] for level in Gradability},
        "reasons": reasons,
    }


def kept_in_other_frames(photographs: Sequence[Path], thresholds: QualityThresholds) -> dict[str, Facts]:
    judged: dict[str, list[Judgement]] = {name: [] for name in ALL_FRAMES}
    for path in tqdm(photographs, desc="other frames"):
        rgb = decode_photograph(path.read_bytes())
        for name, frame in ALL_FRAMES.items():
            judged[name].append(assess(frame(rgb), thresholds))
    return {name: _levels(each) for name, each in judged.items()}


def levels_as_it_grows(rgb: Image, degradation: Degradation, thresholds: QualityThresholds) -> list[int]:
    """How bad (0 to 2) the photograph is judged unspoilt and at each strength."""
    pictures: Iterator[Image] = (degradation.apply(rgb, strength) for strength in degradation.strengths)
    return [WORSE[assess(each, thresholds).gradability] for each in (rgb, *pictures)]


def improves(levels: Sequence[int]) -> bool:
    return any(after < before for before, after in pairwise(levels))


def spoilt_photographs(photographs: Sequence[Path], thresholds: QualityThresholds) -> dict[str, Facts]:
    """For each way to spoil: how many photographs a stronger step judged better, and how many each step lost."""
    paths: dict[str, list[list[int]]] = {name: [] for name in DEGRADATIONS}
    for path in tqdm(photographs, desc="spoilt photographs"):
        rgb = decode_photograph(path.read_bytes())
        for name, degradation in DEGRADATIONS.items():
            paths[name].append(levels_as_it_grows(rgb, degradation, thresholds))
    return {
        name: {
            "number": len(each),
            "judged_better_by_a_stronger_step": sum(map(improves, each)),
            "strengths": list(DEGRADATIONS[name].strengths),
            "ungradable": np.mean(np.array(each) == WORSE[Gradability.UNGRADABLE], axis=0).round(4).tolist(),
        }
        for name, each in paths.items()
    }


def refused(pictures: Iterable[tuple[str, Image]], thresholds: QualityThresholds) -> Facts:
    """Of named pictures that are no fundus: how many were tried, how many were let through, and which."""
    tried, by_reason, through = 0, Counter[str](), Counter[str]()
    for name, picture in pictures:
        tried += 1
        judgement = assess(picture, thresholds)
        if judgement.gradability is not Gradability.UNGRADABLE:
            through[name] += 1
        else:
            by_reason["no fundus" if QualityReason.NOT_A_FUNDUS in judgement.reasons else "spoilt"] += 1
    return {
        "tried": tried,
        "refused": round(1 - sum(through.values()) / max(1, tried), 4),
        "refused_as": dict(by_reason),
        "let_through": dict(through.most_common()),
    }


def hostile_pictures(folder: Path) -> Iterator[tuple[str, Image]]:
    """Whatever Pillow makes of the files of a corpus, where it is as large as a photograph must be."""
    for path in tqdm(sorted(each for each in folder.rglob("*") if each.is_file()), desc="hostile files"):
        picture = _decoded(path)
        if picture is not None:
            yield path.name, picture


def _decoded(path: Path) -> Image | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Pillow.open(path) as picture:
                if min(picture.size) < MIN_SIDE_PX or picture.width * picture.height > _MOST_PIXELS:
                    return None
                return np.asarray(picture.convert("RGB"), dtype=np.uint8)
    except Exception:  # the corpus is made to break decoders
        return None


def _milliseconds(photograph: Path, thresholds: QualityThresholds) -> float:
    """Median time to judge a decoded photograph of 3 megapixels, on one thread of this machine as busy as it is."""
    large = sized(_THREE_MEGAPIXELS)(decode_photograph(photograph.read_bytes()))
    return round(float(np.median([_timed(lambda: assess(large, thresholds)) for _ in range(_TIMED)])), 1)


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - start)
