"""The part that a hospital fills in by hand and sends back: what became of the patient, and what was found."""

from django.utils.translation import gettext as _
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, Table, TableStyle

import risk.texts
from config.handout.lettering import REGULAR, drawable, line
from config.templatetags.words import word
from screening.domain.findings import DISEASES
from screening.domain.laterality import Laterality

TEXT, HEADING, SIDE = 8, 10, 7
GAP = 3


class Tick(Flowable):
    """A box to tick with its words behind it; `words` empty: the box alone, in the middle."""

    def __init__(self, words: str = "") -> None:
        super().__init__()
        self.words = drawable(words)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        return width, SIDE + 2

    def draw(self) -> None:
        canvas: Canvas = self.canv
        left = 0 if self.words else (self.width - SIDE) / 2
        canvas.rect(left, 0, SIDE, SIDE)
        canvas.setFont(REGULAR, TEXT)
        canvas.drawString(left + SIDE + GAP, 0.5, self.words)


def reply_section(width: float) -> Flowable:
    """Kept on one page, so that it can be sent back alone."""
    return KeepTogether(
        [
            line(_("Reply of the hospital"), HEADING, bold=True, space=7),
            _became(width),
            line(
                _("What was found (tick what was looked for; leave the rest empty)"),
                TEXT,
                space=3,
            ),
            _found(width),
            line(_("Treatment and next visit:") + " " + "_" * 60, TEXT, space=6),
            line(_("Date, name and telephone of the doctor:") + " " + "_" * 50, TEXT, space=7),
        ]
    )


def _became(width: float) -> Flowable:
    said = (
        _("Seen, treated or followed here"),
        _("Seen, back to the clinic"),
        _("Did not attend"),
        _("Not accepted"),
    )
    table = Table(
        [[Tick(words) for words in said]], colWidths=(width / len(said),) * len(said), spaceBefore=3
    )
    table.setStyle(TableStyle([("LEFTPADDING", (0, 0), (-1, -1), 0)]))
    return table


def _found(width: float) -> Flowable:
    """A row for "there" and "not there" of each eye, a column for each disease that is scored."""
    head = [line("", TEXT), *(line(str(risk.texts.LABELS[label]), 6, alignment=1) for label in DISEASES)]
    rows = [head]
    for eye in Laterality:
        for answer in (_("there"), _("not there")):
            rows.append([line(f"{word(eye.value, 'eye')}: {answer}", TEXT), *(Tick() for _label in DISEASES)])
    first = width * 0.2
    table = Table(rows, colWidths=(first, *((width - first) / len(DISEASES),) * len(DISEASES)), spaceBefore=2)
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, "#000000"),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LEFTPADDING", (1, 0), (-1, -1), 1),
                ("RIGHTPADDING", (1, 0), (-1, -1), 1),
                ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    return table
