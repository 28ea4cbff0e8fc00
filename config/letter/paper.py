"""The letter as a PDF on A4, for fax, mail and the patient's hand: black on white, one page where it fits."""

from collections.abc import Iterator
from io import BytesIO

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, Image, PageTemplate, Table, TableStyle

from config.handout.lettering import REGULAR, drawable, letters, line
from config.letter.code import code_png
from config.letter.contents import Letter
from config.letter.eyes import LetterEye
from config.letter.reply import reply_section

MARGIN, FOOT = 13 * mm, 6 * mm
WIDTH = A4[0] - 2 * MARGIN
TEXT, SMALL, HEADING = 8.5, 6.5, 10
CODE_SIDE = 26 * mm
PICTURE = 41 * mm
# Of a record number, at the foot of every page: a page that got lost is found again.
NUMBER_SHOWN = 40
RULE = HexColor("#000000")
GROUND = HexColor("#eeeeee")
_PLAIN = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
]


def letter_pdf(told: Letter) -> bytes:
    """A4 pages, in the language in force."""
    letters()
    paper = BytesIO()
    document = BaseDocTemplate(
        paper,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN + FOOT,
        title=_("Referral letter"),
        lang=get_language(),
        invariant=1,
    )
    frame = Frame(MARGIN, MARGIN + FOOT, WIDTH, A4[1] - 2 * MARGIN - FOOT, 0, 0, 0, 0)

    def foot(canvas: Canvas, _document: BaseDocTemplate) -> None:
        canvas.setFont(REGULAR, SMALL)
        canvas.drawString(MARGIN, MARGIN, drawable(told.notes[0]))
        canvas.drawRightString(
            A4[0] - MARGIN, MARGIN, drawable(f"{told.number[:NUMBER_SHOWN]} · {canvas.getPageNumber()}")
        )

    document.addPageTemplates(PageTemplate(frames=[frame], onPage=foot))
    document.build(list(_story(told)))
    return paper.getvalue()


def _story(told: Letter) -> Iterator[Flowable]:
    yield _head(told)
    yield _banner(told)
    yield _columns(_pairs(told.patient[:3]), _pairs(told.patient[3:]), space=5)
    yield _standing(told)
    yield _columns(*(_eye(eye) for eye in told.eyes), space=5)
    yield line(_("Why the patient is referred"), HEADING, bold=True, space=6)
    if told.red_flags:
        yield line(_("Red flags: %(flags)s") % {"flags": told.red_flags}, TEXT, bold=True, space=1)
    for sentence, rule in told.reasons:
        yield _reason(sentence, rule)
    yield line(_("History and measurements"), HEADING, bold=True, space=6)
    yield _history(told)
    yield from _last(told)
    yield reply_section(WIDTH)


def _head(told: Letter) -> Flowable:
    title = _("DRAFT of a referral letter, not sent") if told.draft else _("Referral letter")
    left = [
        line(title, 15, bold=True),
        line(_("To: %(hospital)s") % {"hospital": told.hospital}, HEADING, bold=True, space=3),
        *([line(told.hospital_contact, TEXT)] if told.hospital_contact else []),
        line(_("From: %(clinic)s") % {"clinic": told.clinic}, HEADING, bold=True, space=3),
        line(f"{told.contact}. {told.written}", TEXT),
    ]
    if not told.address:
        return _columns(left, widths=(WIDTH,))
    code = [
        Image(BytesIO(code_png(told.address)), CODE_SIDE, CODE_SIDE),
        line(_("Opens the referral, after signing in"), SMALL, alignment=1),
    ]
    return _columns(left, code, widths=(WIDTH - 32 * mm, 32 * mm))


def _banner(told: Letter) -> Flowable:
    """How soon, as a day: what must be read even if nothing else is."""
    rows = [line(f"{told.deadline} · {told.urgency}", 12.5, bold=True, alignment=1)]
    look = [
        ("BOX", (0, 0), (-1, -1), 3 if told.emergency else 1.2, RULE),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
    ]
    return _boxed(rows, look)


def _standing(told: Letter) -> Flowable:
    """Who stands for what is said below."""
    said = [] if told.signed else [line(_("AI, preliminary, not a diagnosis"), 11, bold=True)]
    if not told.signed:
        said.append(line(_("What is marked as model output below was signed by no clinician."), TEXT))
    said += [line(words, TEXT) for words in (told.signature, told.authorised) if words]
    if told.synthetic:
        said.append(line(_("Drawn photographs of a demonstration, not of a person."), TEXT, bold=True))
    return _boxed(said, [("BACKGROUND", (0, 0), (-1, -1), GROUND), ("BOTTOMPADDING", (0, 0), (-1, -1), 4)])


def _eye(eye: LetterEye) -> list[Flowable]:
    pictures = [_picture(data) for data in (eye.photograph, eye.map) if data]
    return [
        line(eye.name, HEADING, bold=True),
        *(
            [_columns(*([one] for one in pictures), widths=(PICTURE + 2 * mm,) * len(pictures))]
            if pictures
            else []
        ),
        *([line(eye.map_caption, SMALL, space=1)] if eye.map_caption else []),
        *([line(eye.note, TEXT, bold=True, space=2)] if eye.note else []),
        *(line(f"· {found}", TEXT, space=1, leftIndent=7, firstLineIndent=-7) for found in eye.found),
        *([line(_mark(eye), SMALL, space=1)] if eye.found else []),
    ]


def _mark(eye: LetterEye) -> str:
    return _("Decided by a person") if eye.read else _("Model output: AI, preliminary, not a diagnosis")


def _picture(data: bytes) -> Flowable:
    picture = Image(BytesIO(data))
    picture._restrictSize(PICTURE, PICTURE)
    picture.hAlign = "LEFT"
    return picture


def _reason(sentence: str, rule: str) -> Flowable:
    return line(f"· {sentence}  [{rule}]", TEXT, space=1, leftIndent=7, firstLineIndent=-7)


def _history(told: Letter) -> Flowable:
    half = (len(told.history) + 1) // 2
    return _columns(_pairs(told.history[:half]), _pairs(told.history[half:]), space=1)


def _pairs(rows: tuple[tuple[str, str], ...]) -> list[Flowable]:
    return [line(f"{name}: {words}", TEXT, space=1) for name, words in rows] or [line("", TEXT)]


def _last(told: Letter) -> Iterator[Flowable]:
    for note in (told.releases, *told.notes[1:]):
        yield line(note, SMALL, space=2)


def _columns(*cells: list[Flowable], widths: tuple[float, ...] | None = None, space: float = 0) -> Flowable:
    table = Table(
        [list(cells)],
        colWidths=widths or (WIDTH / len(cells),) * len(cells),
        hAlign="LEFT",
        spaceBefore=space,
    )
    table.setStyle(TableStyle(_PLAIN))
    return table


def _boxed(rows: list[Flowable], look: list[tuple[object, ...]]) -> Flowable:
    table = Table([[rows]], colWidths=(WIDTH,), spaceBefore=6)
    table.setStyle(TableStyle(look))
    return table
