"""Photographs that could not be judged: how many, why, and every number with and without them."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from screening.domain.both_eyes import EyesSeen
from screening.imaging.arrays import Doubles
from screening.imaging.evaluate.answers import NORMAL, Answers
from screening.imaging.evaluate.numbers import interval_95, rounded
from screening.imaging.evaluate.patients import Eye, Patients
from screening.imaging.resampled import bootstrap_counts, once, share_where


def count_eyes(eyes: Sequence[Eye], patients: Patients) -> dict[str, Any]:
    """Eyes by gradability and reason; patients by how many of their eyes were judged."""
    levels = Counter(eye.result.gradability.value for eye in eyes)
    reasons = Counter(reason.value for eye in eyes if not eye.judged for reason in eye.result.quality_reasons)
    return {
        "eyes": len(eyes),
        "eyes_by_gradability": dict(sorted(levels.items())),
        "reasons_of_ungradable": dict(sorted(reasons.items())),
        "patients_by_eyes_judged": {how.name.lower(): int((patients.seen == how).sum()) for how in EyesSeen},
        "patients_with_an_ungradable_eye": int(patients.waits.sum()),
    }


def sent_on(answers: Answers, waits: Doubles) -> Doubles:
    """Whom a person looks at, (n,) in {0, 1}: a disease present or left open, or an eye that was not judged."""
    suspected = (answers.decided[:, NORMAL + 1 :] > 0).any(axis=1)
    return np.asarray(suspected | (waits > 0), np.float64)


def referral(patients: Patients, *, resamples: int, seed: int) -> dict[str, Any]:
    """Any disease against being sent on to a person, ungradable patients counted as sent on, and left out."""
    waits = patients.waits.astype(np.float64)
    clear = np.flatnonzero(~patients.waits)
    return {
        "disease": "any label but normal",
        "ungradable_as_referral": _sent_on_shares(patients.answers, waits, resamples, seed),
        "ungradable_excluded": _sent_on_shares(patients.answers.among(clear), waits[clear], resamples, seed),
    }


def _sent_on_shares(answers: Answers, waits: Doubles, resamples: int, seed: int) -> dict[str, Any]:
    ill = answers.truth[:, NORMAL + 1 :].max(axis=1, initial=0.0)
    sent, n = sent_on(answers, waits), len(ill)
    if not n:
        return {"patients": 0}
    counts = bootstrap_counts(n, resamples, np.random.default_rng(seed))
    out: dict[str, Any] = {"patients": n, "with_disease": int(ill.sum()), "sent_on": int(sent.sum())}
    for name, flags, among in (("sensitivity", sent, ill), ("specificity", 1 - sent, 1 - ill)):
        out[name] = rounded(share_where(flags, among, once(n))[0])
        out[f"{name}_interval_95"] = interval_95(share_where(flags, among, counts))
    out["baselines"] = {
        "nobody sent on": {"sensitivity": 0.0, "specificity": 1.0},
        "everybody sent on": {"sensitivity": 1.0, "specificity": 0.0},
    }
    return out
