"""Held-out photographs scored by every engine with the rounded weights, through the code that serves cases."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from screening.domain.findings import LABELS, Label, OperatingPoint
from screening.imaging.arrays import Doubles
from screening.imaging.card import read_card
from screening.imaging.engine import open_engine
from screening.imaging.held_out import HeldOut
from screening.imaging.make_release import ReleaseContent, write_release
from screening.imaging.training_data import PreparedEyes

REFERENCE, SHIPPED, FASTER = "torch-f32", "openvino-f32", "openvino-bf16"
FASTER_MEAN_TOLERANCE = 0.005  # of a score; single ones may move more, as the card says
_ENGINES = (REFERENCE, SHIPPED, FASTER)


def logits_by_engine(
    members: Mapping[int, ReleaseContent], held: HeldOut, eyes: PreparedEyes, *, cache_dir: Path
) -> dict[str, Doubles]:
    """Branch logits (2, n, K) of each engine; every eye is scored by the member of the fold that held it out.

    `cache_dir` keeps the converted graphs.
    """
    found: dict[str, Doubles] = {}
    for fold, member in members.items():
        rows = np.flatnonzero(np.array(held.folds) == fold)
        own = PreparedEyes(eyes.colour[rows], eyes.grey[rows])
        for engine, part in _score(member, own, cache_dir).items():
            whole = found.setdefault(engine, np.empty((2, len(held.files), part.shape[2])))
            whole[:, rows] = part
    return found


def _score(member: ReleaseContent, eyes: PreparedEyes, cache_dir: Path) -> dict[str, Doubles]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "draft"
        write_release(folder, member)
        card = read_card(folder)
        return {
            engine: open_engine(folder, card, engine=engine, cache_dir=cache_dir)
            .logits(eyes.colour, eyes.grey)
            .astype(np.float64)
            for engine in _ENGINES
        }


def compare_engines(scores: Mapping[str, Doubles], bands: Sequence[Doubles]) -> dict[str, dict[str, float]]:
    """Differences of each engine's calibrated scores (n, 8) from the reference, torch in float32.

    `bands`: lower end and threshold (8,) of each label's abstention band. A decision that differs though both
    engines stay out of the band is counted: presence is then a matter of the engine.
    """
    reference = scores[REFERENCE]
    found = {}
    for engine in [name for name in scores if name != REFERENCE]:
        gap = np.abs(scores[engine] - reference)
        one, other = (_decisions(each, bands) for each in (reference, scores[engine]))
        found[engine] = {
            "max_difference": round(float(gap.max()), 5),
            "mean_difference": round(float(gap.mean()), 6),
            "decisions_turned_over": int((np.abs(one - other) == 2).sum()),
            "decisions_to_or_from_the_band": int((np.abs(one - other) == 1).sum()),
        }
    return found


def bands_of(points: Mapping[Label, OperatingPoint]) -> tuple[Doubles, Doubles]:
    """Lower end and threshold (8,) of each label's abstention band."""
    found = [points[label] for label in LABELS]
    return np.array([each.abstain_below for each in found]), np.array([each.threshold for each in found])


def may_ship(differences: Mapping[str, float]) -> bool:
    """Whether an engine of lower precision may answer for the reference, from its row of `compare_engines`.

    Scores move little on the whole, and no finding turns from present to absent or back: where engines decide
    differently, one of them has sent the case to a person.
    """
    return (
        differences["mean_difference"] <= FASTER_MEAN_TOLERANCE and not differences["decisions_turned_over"]
    )


def _decisions(scores: Doubles, bands: Sequence[Doubles]) -> np.ndarray[tuple[int, ...], np.dtype[np.int_]]:
    """0 absent, 1 in the band, 2 present."""
    below, threshold = bands
    return (scores >= below).astype(int) + (scores >= threshold)
