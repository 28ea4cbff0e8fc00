"""The leaflet of one medicine as a PDF to take home."""

from collections.abc import Iterator
from io import BytesIO

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A5
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepTogether, PageTemplate, Table, TableStyle

from config.handout.contents import Handout
from config.handout.lettering import REGULAR, drawable, letters, line

MARGIN = 12 * mm
FOOT = 8 * mm
TEXT = 10.5
GROUND, EDGE = HexColor("#fdeadd"), HexColor("#863000")


def leaflet_pdf(told: Handout) -> bytes:
    """A5 pages, in the language in force."""
    letters()
    paper = BytesIO()
    document = BaseDocTemplate(
        paper,
        pagesize=A5,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN + FOOT,
        title=_("Leaflet"),
        lang=get_language(),
        invariant=1,
    )
    frame = Frame(MARGIN, MARGIN + FOOT, document.width, document.height, 0, 0, 0, 0)

    def foot(canvas: Canvas, _document: BaseDocTemplate) -> None:
        canvas.setFont(REGULAR, 7.5)
        canvas.drawString(MARGIN, MARGIN, drawable(told.not_a_diagnosis))
        canvas.drawRightString(A5[0] - MARGIN, MARGIN, str(canvas.getPageNumber()))

    document.addPageTemplates(PageTemplate(frames=[frame], onPage=foot))
    document.build(list(_story(told)))
    return paper.getvalue()


def _story(told: Handout) -> Iterator[Flowable]:
    yield line(told.medicine, 15, bold=True)
    whose = _("For %(patient)s. Number %(number)s, born %(born)s.")
    yield line(whose % {"patient": told.patient, "number": told.number, "born": told.born}, 9, space=4)
    yield line(told.dose, 13, bold=True, space=8)
    for said in (told.a_day, told.ordered):
        if said:
            yield line(said, TEXT, space=2)
    if told.warnings:
        yield _part(_("Your answers say"), told.warnings)
    for _section, heading, sentences in told.sections:
        yield _part(heading, sentences)
    yield _boxed(_("If it does not help"), [told.better_by] if told.better_by else [], told.contact)
    yield _boxed(_("Get help at once if"), [f"· {sign}" for sign in told.watch], told.emergency)
    facts = _("Lot %(lot)s. Expiry %(expiry)s. Packs: %(packs)s.")
    yield line(facts % {"lot": told.lot, "expiry": told.expiry, "packs": told.packs}, 8.5, space=8)
    yield line(f"{told.released} {told.clinic}", 8.5, space=1)


def _part(heading: str, sentences: tuple[str, ...]) -> Flowable:
    spoken = [
        line(f"· {sentence}", TEXT, space=1.5, leftIndent=9, firstLineIndent=-9) for sentence in sentences
    ]
    return KeepTogether([line(heading, 12, bold=True, space=9), *spoken])


def _boxed(heading: str, sentences: list[str], last: str) -> Flowable:
    rows = [line(heading, 12, bold=True), *(line(one, TEXT, space=1.5) for one in sentences)]
    table = Table([[[*rows, line(last, TEXT, bold=True, space=2)]]], spaceBefore=9)
    look = [("BACKGROUND", (0, 0), (-1, -1), GROUND), ("LINEBEFORE", (0, 0), (0, -1), 3, EDGE)]
    table.setStyle(TableStyle(look))
    return KeepTogether([table])
