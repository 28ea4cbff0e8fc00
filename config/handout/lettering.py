"""The letters of label and leaflet: NanumGothic (Sandoll, Naver; SIL Open Font License 1.1).

A wheel carries the font without its licence, which therefore stands here. The wheel's package is found but not
imported, as importing it changes matplotlib.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from unicodedata import normalize
from xml.sax.saxutils import escape

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph

CARRIER = "koreanize_matplotlib"
REGULAR, BOLD = "NanumGothic", "NanumGothicBold"
LICENCE = Path(__file__).parent / "NanumGothic-OFL.txt"


@cache
def letters() -> None:
    """Make the font known to the PDF library, once a process."""
    found = find_spec(CARRIER)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(f"{CARRIER} is not installed: pip install -r requirements.lock")
    folder = Path(found.origin).parent / "fonts"
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, folder / f"{name}.ttf"))


def drawable(text: str) -> str:
    """The text in letters that the font has: an accented one may lose its accent, an unknown one becomes □."""
    letters()
    has = pdfmetrics.getFont(REGULAR).face.charToGlyph
    return "".join(_drawn(letter, has) for letter in normalize("NFC", text))


def _drawn(letter: str, has: dict[int, int]) -> str:
    if ord(letter) in has or letter.isspace():
        return letter
    plain = "".join(part for part in normalize("NFKD", letter) if ord(part) in has)
    return plain or "□"


def line(text: str, size: float, *, bold: bool = False, space: float = 0, **style: object) -> Paragraph:
    """One paragraph; `size` in points, `space` above it in points. Lines break between words, in Korean too."""
    look = ParagraphStyle(
        "line",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=size * 1.35,
        spaceBefore=space,
        **style,
    )
    return Paragraph(escape(drawable(text)), look)
