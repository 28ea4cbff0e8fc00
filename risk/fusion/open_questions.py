"""How far each unanswered question could move each risk: the model asked with every possible answer."""

from collections.abc import Iterator, Mapping

import numpy as np

from risk.domain.bands import FUSED_LABELS, Bands, band_of
from risk.domain.next_question import ASKED_OF_DIABETICS, POSSIBLE_ANSWERS, OpenQuestion
from risk.fusion.booster import LabelFusion, fuse
from risk.fusion.frame import COLUMN_NAMES, Floats, Frame
from screening.domain.findings import Label

Answer = Mapping[str, float]


def open_questions(
    fusions: Mapping[Label, LabelFusion],
    frame: Frame,
    image_logits: Floats,
    bands: Bands,
    *,
    num_threads: int,
) -> list[OpenQuestion]:
    """Every unanswered question of one patient with every fused label, in no order.

    `frame` has one row, `image_logits` is (1, 6). All answers are fused in one call.
    """
    asked = list(unanswered(frame))
    if not asked:
        return []
    rows = [_with(frame.values[0], answer) for _, answers in asked for answer in answers]
    risks = fuse(
        fusions,
        Frame(COLUMN_NAMES, np.stack(rows)),
        np.repeat(image_logits, len(rows), axis=0),
        num_threads=num_threads,
    ).fused_risks
    return [
        _question(question, label, risks[part, column], bands)
        for (question, _), part in zip(asked, _parts(asked), strict=True)
        for column, label in enumerate(FUSED_LABELS)
    ]


def unanswered(frame: Frame) -> Iterator[tuple[str, tuple[Answer, ...]]]:
    """Questions none of whose columns is known; how long diabetes has lasted only where there is diabetes."""
    known = {name for name, value in zip(COLUMN_NAMES, frame.values[0], strict=True) if not np.isnan(value)}
    diabetic = frame.column("diabetes")[0] == 1
    for question, answers in POSSIBLE_ANSWERS.items():
        if question in ASKED_OF_DIABETICS and not diabetic:
            continue
        if not any(name in known for answer in answers for name in answer):
            yield question, answers


def _with(values: Floats, answer: Answer) -> Floats:
    row = values.copy()
    for name, value in answer.items():
        row[COLUMN_NAMES.index(name)] = value
    return row


def _parts(asked: list[tuple[str, tuple[Answer, ...]]]) -> Iterator[slice]:
    begin = 0
    for _, answers in asked:
        yield slice(begin, begin + len(answers))
        begin += len(answers)


def _question(question: str, label: Label, risks: Floats, bands: Bands) -> OpenQuestion:
    low, high = float(risks.min()), float(risks.max())
    crosses = band_of(label, low, bands) is not band_of(label, high, bands)
    return OpenQuestion(question, label, low, high, crosses)
