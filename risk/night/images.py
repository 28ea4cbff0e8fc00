"""What the photographs of many visits say now, where their stored image logits hold no longer."""

import numpy as np

from risk.domain.bands import FUSED_LABELS
from risk.fusion.frame import Floats
from risk.inference import worst_score
from risk.night.copying import Rows, keys_as_text, read_rows
from risk.night.register import Keys
from risk.night.rule_queries import EYE_COLUMNS, EYES
from screening import selectors as screening_selectors
from screening.domain.both_eyes import BothEyes, fuse_eyes, pair_eyes, plain_maximum
from screening.domain.findings import LABELS
from screening.domain.joined_logits import joined_logits

FUSED_COLUMNS = [LABELS.index(label) for label in FUSED_LABELS]


def seen_again(encounters: Keys, join: BothEyes | None) -> tuple[Floats, Floats]:
    """Image logits and scores (n, 6) of assessed visits from their findings, NaN where no photograph says anything.

    Visits with one result that nobody read are joined together; the others, few, one by one. A test compares both.
    """
    logits, scores = (np.full((len(encounters), len(FUSED_LABELS)), np.nan) for _ in range(2))
    eyes = read_rows(EYES, EYE_COLUMNS, {"encounters": keys_as_text(encounters)})
    plain = _plain(eyes, encounters)
    if plain.any():
        rows = np.searchsorted(encounters, eyes["encounter"])
        chosen = plain[rows]
        _join(eyes[chosen], rows[chosen], join, logits, scores)
    for row in np.flatnonzero(~plain).tolist():
        logits[row], scores[row] = seen_alone(int(encounters[row]), join)
    return logits, scores


def _plain(eyes: Rows, encounters: Keys) -> np.ndarray:
    """Whose eyes were all judged wholly or not at all: of the others, suspicions stand that only add."""
    known = ~np.isnan(_labels(eyes, "logit"))
    whole = known.all(axis=1) | ~known.any(axis=1)
    plain = np.isin(encounters, eyes["encounter"])
    plain[np.searchsorted(encounters, eyes["encounter"][~whole])] = False
    return plain


def _join(eyes: Rows, rows: Keys, join: BothEyes | None, logits: Floats, scores: Floats) -> None:
    seen = _labels(eyes, "score")[:, FUSED_COLUMNS]
    for side in np.unique(eyes["side"]):
        here = eyes["side"] == side
        scores[rows[here]] = np.fmax(scores[rows[here]], seen[here])
    judged = ~np.isnan(_labels(eyes, "logit")).any(axis=1)
    if not judged.any():
        return
    sides = [chr(side) for side in eyes["side"][judged].tolist()]
    paired = pair_eyes([str(row) for row in rows[judged].tolist()], sides, _labels(eyes, "logit")[judged])
    joined = plain_maximum(paired) if join is None else fuse_eyes(join, paired).log_odds
    logits[[int(row) for row in paired.ids]] = joined[:, FUSED_COLUMNS]


def _labels(eyes: Rows, what: str) -> Floats:
    """(eyes, 8) in the order of LABELS."""
    return np.stack([eyes[f"{what}_{label.value}"] for label in LABELS], axis=1)


def seen_alone(encounter: int, join: BothEyes | None) -> tuple[list[float], list[float]]:
    """The same of one visit, whatever its photographs and who read them."""
    exam = screening_selectors.visit_result(encounter)
    if exam is None:
        raise ValueError("an assessed visit has a result")
    joined = joined_logits(exam, join)
    return (
        [_or_nan(joined[label]) for label in FUSED_LABELS],
        [_or_nan(worst_score(exam, label)) for label in FUSED_LABELS],
    )


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value
