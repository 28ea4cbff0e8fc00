"""What a branch learns to answer about one eye, and which of the doctors' keywords say so. Answers, never inputs.

The first eight outputs are the labels. Severity follows: diabetic retinopathy as three cumulative questions (at
least mild, moderate, severe), macular degeneration dry and wet. The rest are frequent single findings behind the
label `other`; they steer training and are dropped from a release. Not known is NaN and never counts as absent.
"""

import re
from collections.abc import Collection, Sequence
from enum import StrEnum

from screening.domain.findings import LABELS, Label


class SeverityTarget(StrEnum):
    """Outputs after the eight labels; their order is the order in weights and card."""

    DR_MILD = "dr>=mild"
    DR_MODERATE = "dr>=moderate"
    DR_SEVERE = "dr>=severe"
    AMD_DRY = "amd-dry"
    AMD_WET = "amd-wet"


SEVERITIES: tuple[SeverityTarget, ...] = tuple(SeverityTarget)
RETINOPATHY_STEPS: tuple[SeverityTarget, ...] = SEVERITIES[:3]  # grade 1, 2, 3 or more
RELEASED: tuple[str, ...] = (*LABELS, *SEVERITIES)

# Grade of retinopathy by keyword: 1 mild, 2 moderate, 3 severe or proliferative (ICDR 3 and 4).
_RETINOPATHY: dict[str, int] = {
    "mild nonproliferative retinopathy": 1,
    "moderate non proliferative retinopathy": 2,
    "severe nonproliferative retinopathy": 3,
    "proliferative diabetic retinopathy": 3,
    "severe proliferative diabetic retinopathy": 3,
}
_RETINOPATHY_UNGRADED = frozenset({"diabetic retinopathy"})
_AMD: dict[str, SeverityTarget] = {
    "dry age-related macular degeneration": SeverityTarget.AMD_DRY,
    "wet age-related macular degeneration": SeverityTarget.AMD_WET,
}
_CANNOT_BE_SEEN = frozenset(
    {"low image quality", "no fundus image", "image offset", "anterior segment image"}
)

# Single findings with about twenty positives or more in ODIR-5K's training part.
_FINDINGS: dict[str, frozenset[str]] = {
    "epiretinal membrane": frozenset(
        {
            "epiretinal membrane",
            "macular epiretinal membrane",
            "epiretinal membrane over the macula",
            "optic disk epiretinal membrane",
        }
    ),
    "drusen": frozenset({"drusen"}),
    "lens dust": frozenset({"lens dust"}),
    "myelinated nerve fibers": frozenset({"myelinated nerve fibers"}),
    "vitreous degeneration": frozenset({"vitreous degeneration"}),
    "refractive media opacity": frozenset({"refractive media opacity"}),
    "laser spot": frozenset(
        {"laser spot", "post laser photocoagulation", "fundus laser photocoagulation spots"}
    ),
    "branch retinal vein occlusion": frozenset(
        {"branch retinal vein occlusion", "old branch retinal vein occlusion"}
    ),
    "maculopathy": frozenset({"maculopathy"}),
}

TARGETS: tuple[str, ...] = (*RELEASED, *_FINDINGS)
_UNKNOWN = float("nan")


def split_keywords(text: str) -> frozenset[str]:
    """The keywords of one eye; the tables of this data set part them with either kind of comma."""
    return frozenset(part.strip() for part in re.split("[,，]", text) if part.strip())


def targets_of(
    eye_labels: Sequence[int | None], keywords: Collection[str], *, all_named: bool = True
) -> tuple[float, ...]:
    """Answers (K,) in the order of TARGETS: 1 present, 0 absent, NaN not known.

    Parameters
    ----------
    eye_labels : 1, 0, or None where nobody said, in the order of LABELS
    all_named : whether whoever chose the keywords named every single finding that they saw; where not, one that is not
        named is not known.
    """
    labels = dict(zip(LABELS, eye_labels, strict=True))
    seen = _CANNOT_BE_SEEN.isdisjoint(keywords)
    retinopathy = _retinopathy(keywords, excluded=seen and labels[Label.DIABETES] == 0)
    forms = _degeneration(keywords, excluded=seen and labels[Label.AMD] == 0)
    unnamed = 0.0 if all_named else _UNKNOWN
    findings = [unnamed if names.isdisjoint(keywords) else 1.0 for names in _FINDINGS.values()]
    told = (_UNKNOWN if label is None else float(label) for label in eye_labels)
    return (*told, *retinopathy, *forms, *findings)


def _retinopathy(keywords: Collection[str], *, excluded: bool) -> tuple[float, float, float]:
    """At least mild, moderate, severe. An ungraded retinopathy is at least mild; a suspected one, or one in words
    that no table holds, says nothing; none is only what the eye's label denies.
    """
    grade = max((_RETINOPATHY[word] for word in keywords if word in _RETINOPATHY), default=0)
    if grade:
        return float(grade >= 1), float(grade >= 2), float(grade >= 3)
    if not _RETINOPATHY_UNGRADED.isdisjoint(keywords):
        return 1.0, _UNKNOWN, _UNKNOWN
    return (0.0, 0.0, 0.0) if excluded else (_UNKNOWN, _UNKNOWN, _UNKNOWN)


def _degeneration(keywords: Collection[str], *, excluded: bool) -> tuple[float, float]:
    """Dry, wet. Without a stated form neither is known, unless the eye's label denies the disease."""
    forms = {_AMD[word] for word in keywords if word in _AMD}
    if forms or excluded:
        return float(SeverityTarget.AMD_DRY in forms), float(SeverityTarget.AMD_WET in forms)
    return _UNKNOWN, _UNKNOWN
