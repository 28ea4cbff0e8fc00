"""By which route a notice means a medicine: dosage forms and bracketed words of the sources, as routes.

Source: the forms that occur in facts 2.3's files [R]; which route a form is for [K].
"""

import csv
import re
from functools import lru_cache
from pathlib import Path

from pharmacy.domain.drug_rules import Route, RuleKind

ROUTE_NOTES = Path(__file__).with_name("route_notes.csv")

# In this order: an eye ointment is no ointment, a nasal solution no solution.
_FORMS: tuple[tuple[Route, re.Pattern[str]], ...] = (
    (Route.OCULAR, re.compile("점안|안연고|안과|결막|안용")),
    (Route.OTHER, re.compile("점이|질정|질용|질좌|질크림|좌제|좌약|관장|직장|이식제|투석|관류")),
    (Route.NASAL, re.compile("점비|비강|나잘")),
    (Route.INHALED, re.compile("흡입|에어로솔|네뷸")),
    (Route.INJECTION, re.compile("주사|수액|프리필드|주입")),
    (
        Route.SKIN,
        re.compile(
            "연고|크림|로션|겔제|외용|첩부|패취|패치|경피|카타플라|라카|네일|샴푸|스프레이|도포|반고형"
        ),
    ),
    (
        Route.ORAL,
        re.compile(
            "정제|정$|캡슐|시럽|산제|과립|환제|액제|경구|내용|트로키|구강|필름|엘릭서|현탁|분산|츄어블|구미"
        ),
    ),
)
_SYSTEMIC = re.compile("전신(?:작용)?제")
_SEPARATOR = re.compile(r"[\s,./·ㆍ및]+")
_BRACKETS = re.compile(r"\(([^()]*)\)")

Routes = tuple[Route, ...]


@lru_cache(maxsize=20_000)
def form_routes(text: str) -> Routes:
    """The routes of a cell that names dosage forms, such as "정제, 주사제"; empty where it names none."""
    words = [word for word in _SEPARATOR.split(_BRACKETS.sub(" ", text)) if word]
    return tuple(dict.fromkeys(route for word in words for route in _word_routes(word)))


@lru_cache(maxsize=20_000)
def form_words(text: str) -> bool:
    """Whether a text is nothing but dosage forms, so that it limits what it stands with."""
    words = [word for word in _SEPARATOR.split(_BRACKETS.sub(" ", text)) if word]
    return bool(words) and len(text) <= 40 and all(_word_routes(word) for word in words)


@lru_cache(maxsize=20_000)
def name_routes(name: str) -> Routes:
    """The routes in brackets behind a name: "Ketoconazole(전신제제)"."""
    inside = [inner for inner in _BRACKETS.findall(name) if form_words(inner)]
    return tuple(dict.fromkeys(route for inner in inside for route in form_routes(inner)))


@lru_cache(maxsize=20_000)
def notice_routes(text: str) -> Routes:
    """The routes of a notice's words: it is nothing but forms, or begins with forms in brackets.

    A form further on limits only what follows it, so that a notice that does not begin with one is unlimited.
    """
    if form_words(text):
        return form_routes(text)
    first = re.match(r"\s*\(([^()]*)\)", text)
    return name_routes(text) if first and form_words(first[1]) else ()


@lru_cache(maxsize=1)
def _notes() -> dict[tuple[str, str, str], Routes]:
    found: dict[tuple[str, str, str], Routes] = {}
    with ROUTE_NOTES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = (row["kind"], row["ingredient"], row["duplicate_class"])
            found[key] = (*found.get(key, ()), Route(row["route"]))
    return found


def noted_routes(kind: RuleKind, ingredient: str, duplicate_class: str = "") -> Routes:
    """The routes that route_notes.csv knows where a notice states none; UNSTATED where it does not either."""
    group = duplicate_class.partition(" ")[0]
    notes = _notes()
    return notes.get((kind, ingredient, "")) or notes.get((kind, "", group)) or (Route.UNSTATED,)


def _word_routes(word: str) -> Routes:
    if _SYSTEMIC.search(word):
        return (Route.ORAL, Route.INJECTION)
    return next(((route,) for route, forms in _FORMS if forms.search(word)), ())
