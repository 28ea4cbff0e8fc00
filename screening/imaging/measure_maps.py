"""Whether maps point at what matters: their peak hidden, against a random place of the same size hidden."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from scipy.stats import wilcoxon

from screening.domain.findings import LABELS, Label
from screening.imaging.arrays import Doubles, Flags, Floats, Image
from screening.imaging.card import read_card
from screening.imaging.engine import Engine, open_engine
from screening.imaging.ensemble import ensemble_log_odds
from screening.imaging.explain import joined_maps
from screening.imaging.held_out import HeldOut
from screening.imaging.make_release import ReleaseContent, write_release
from screening.imaging.preprocess import field_mask
from screening.imaging.release_engines import SHIPPED
from screening.imaging.training_data import PreparedEyes

RADIUS = 0.125  # of a disc, in sides of the network's input
MOST = 200  # positives of a label that are tried in a fold
_FEWEST = 6  # with fewer pairs no test can reach p < 0.01


class MapsMissing(ValueError):
    """The backbone has no class activation maps."""


def measure_maps(
    members: Mapping[int, ReleaseContent],
    held: HeldOut,
    eyes: PreparedEyes,
    *,
    seed: int,
    cache_dir: Path | None = None,
) -> dict[str, Any]:
    """For each label, on held-out eyes that have it: what hiding the peak of its map takes from its logit.

    Every eye is answered by the member of the fold that held it out. A backbone without maps says so. `cache_dir`:
    where the graphs of these members may lie already.
    """
    rng, drops = np.random.default_rng(seed), {label: [np.zeros((0, 2))] for label in LABELS}
    try:
        for fold, member in members.items():
            own = np.array(held.folds) == fold
            with _opened(member, cache_dir) as engine:
                for label, found in _drops_of(engine, member, own, held, eyes, rng).items():
                    drops[label].append(found)
    except MapsMissing as missing:
        return {"unavailable": str(missing)}
    return {str(label): compare_drops(np.concatenate(found)) for label, found in drops.items()}


def _drops_of(
    engine: Engine,
    member: ReleaseContent,
    own: Flags,
    held: HeldOut,
    eyes: PreparedEyes,
    rng: np.random.Generator,
) -> dict[Label, Doubles]:
    """By label, of at most MOST eyes that have it; `own` (n,): the eyes this member may answer."""
    found = {}
    for column, label in enumerate(LABELS):
        ill = np.flatnonzero(own & (held.eye_labels[:, column] == 1))
        rows = rng.permutation(ill)[:MOST]
        chosen = PreparedEyes(eyes.colour[rows], eyes.grey[rows])
        found[label] = hidden_drops(engine, chosen, column, member.spec.border_threshold, rng)
    return found


@contextmanager
def _opened(member: ReleaseContent, cache_dir: Path | None) -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "draft"
        write_release(folder, member)
        yield open_engine(folder, read_card(folder), engine=SHIPPED, cache_dir=cache_dir)


def hidden_drops(
    engine: Engine, eyes: PreparedEyes, column: int, border_threshold: int, rng: np.random.Generator
) -> Doubles:
    """What the joined logit of label `column` loses by hiding the map's peak and a random disc, (n, 2).

    Raises MapsMissing.
    """
    logits, maps = engine.explain(eyes.colour, eyes.grey)
    if maps is None:
        raise MapsMissing("this backbone has layers between pooling and head, so it has no maps")
    fields = [field_mask(picture, border_threshold) for picture in eyes.colour]
    peaks = [peak_of(values[column], field) for values, field in zip(joined_maps(maps), fields, strict=True)]
    anywhere = [_random_place(field, rng) for field in fields]
    after = [
        engine.logits(hidden(eyes.colour, fields, at), hidden(eyes.grey, fields, at))
        for at in (peaks, anywhere)
    ]
    before = ensemble_log_odds(logits)[:, column]
    return np.stack([before - ensemble_log_odds(each)[:, column] for each in after], axis=1)


def peak_of(values: Floats, field: Image) -> tuple[int, int]:
    """Where a map (g, g) is highest within the field (s, s): column and row of the pixel."""
    shown = cv2.resize(values, field.shape[::-1], interpolation=cv2.INTER_LINEAR)
    row, column = np.unravel_index(int(np.where(field > 0, shown, -np.inf).argmax()), field.shape)
    return int(column), int(row)


def _random_place(field: Image, rng: np.random.Generator) -> tuple[int, int]:
    rows, columns = np.nonzero(field)
    which = int(rng.integers(len(rows)))
    return int(columns[which]), int(rows[which])


def hidden(pictures: Image, fields: Sequence[Image], places: Sequence[tuple[int, int]]) -> Image:
    """Copies of pictures (n, s, s, c) with a disc about each place in the mean colour of the field."""
    out = pictures.copy()
    for picture, field, place in zip(out, fields, places, strict=True):
        disc = np.zeros(field.shape, np.uint8)
        cv2.circle(disc, place, round(RADIUS * len(field)), 1, thickness=-1)
        picture[(disc & field) > 0] = picture[field > 0].mean(axis=0).astype(np.uint8)
    return out


def compare_drops(drops: Doubles) -> dict[str, float | int | None]:
    """Mean of both drops (n, 2), and p of the one-sided paired Wilcoxon test that the peak's is larger."""
    found: dict[str, float | int | None] = {"eyes": len(drops), "peak": None, "random": None, "p": None}
    if len(drops) < _FEWEST:
        return found
    peak, random = (round(float(mean), 3) for mean in drops.mean(axis=0))
    alike = bool((drops[:, 0] == drops[:, 1]).all())  # then there is nothing to rank
    p = 1.0 if alike else float(wilcoxon(drops[:, 0], drops[:, 1], alternative="greater").pvalue)
    return {**found, "peak": peak, "random": random, "p": float(f"{p:.2g}")}
