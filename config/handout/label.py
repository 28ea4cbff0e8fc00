"""The label of one pack as a PDF of the size of a real one."""

from io import BytesIO

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Frame, KeepInFrame

from config.handout.contents import Handout
from config.handout.lettering import letters, line

# A common size of roll labels; width and height in points.
SIZE = (100 * mm, 70 * mm)
MARGIN = 3 * mm


def label_pdf(told: Handout) -> bytes:
    """One page, in the language in force; a long text makes the letters smaller, never a second label (PL-01)."""
    letters()
    paper = BytesIO()
    canvas = Canvas(paper, pagesize=SIZE, invariant=True, lang=get_language())
    canvas.setTitle(_("Label"))
    width, height = (side - 2 * MARGIN for side in SIZE)
    frame = Frame(MARGIN, MARGIN, width, height, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    frame.addFromList([KeepInFrame(width, height, _lines(told), mode="shrink")], canvas)
    canvas.showPage()
    canvas.save()
    return paper.getvalue()


def _lines(told: Handout) -> list[Flowable]:
    return [
        line(told.patient, 12, bold=True),
        line(
            _("Number %(number)s, born %(born)s") % {"number": told.number, "born": told.born}, 7.5, space=1
        ),
        line(told.medicine, 10, bold=True, space=4),
        line(told.dose, 10, bold=bool(told.ordered), space=1),
        *(line(said, 8, space=1) for said in (told.a_day, told.ordered) if said),
        line(told.throw_away, 8, bold=True, space=4),
        *([line(told.better_by, 8, bold=True, space=1)] if told.better_by else []),
        *(line(warning, 7.5, space=1) for warning in told.warnings),
        line(
            _("Lot %(lot)s. Expiry %(expiry)s. Packs: %(packs)s.")
            % {"lot": told.lot, "expiry": told.expiry, "packs": told.packs},
            7.5,
            space=4,
        ),
        line(told.contact, 7.5, bold=True, space=1),
        line(f"{told.released} {told.not_a_diagnosis}", 6.5, space=1),
    ]
