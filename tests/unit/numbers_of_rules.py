"""The numbers that stand in a package of rules: none may be added without a test of both its sides."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import timedelta
from enum import Enum
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

Number = int | float


def numbers_in(package: ModuleType) -> dict[str, Number]:
    """Every number of the package's tables and constants by its path, such as `recall.DIABETES.days`.

    A row goes by the id of its rule, a mapping's value by its key; what two names share stands under the first.
    Times are in seconds.
    """
    found: dict[str, Number] = {}
    for module in _modules(package):
        seen: set[int] = set()
        for name in _assigned(_tree(module)):
            for path, number in _numbers(getattr(module, name), seen):
                full = ".".join((module.__name__.rpartition(".")[2], name, *path))
                assert full not in found, f"two numbers are called {full}"
                found[full] = number
    return found


def literals_in(package: ModuleType) -> dict[str, set[Number]]:
    """Numbers but 0 and 1 that are written into functions, where no table shows them, by module."""
    found = {
        module.__name__.rpartition(".")[2]: set(_literals(_tree(module))) for module in _modules(package)
    }
    return {name: numbers for name, numbers in found.items() if numbers}


def unexplained(package: ModuleType, tested: Iterable[str], exempt: Iterable[str]) -> set[str]:
    """Numbers that no test names and no pattern of `exempt` covers, and names and patterns that no number has."""
    names, tested = set(numbers_in(package)), set(tested)
    covered = {pattern: {name for name in names if re.fullmatch(pattern, name)} for pattern in exempt}
    idle = {pattern for pattern, found in covered.items() if not found - tested}
    return (names - tested - set().union(*covered.values())) | (tested - names) | idle


def _modules(package: ModuleType) -> list[ModuleType]:
    return [import_module(f"{package.__name__}.{one.name}") for one in iter_modules(package.__path__)]


def _tree(module: ModuleType) -> ast.Module:
    assert module.__file__ is not None
    return ast.parse(Path(module.__file__).read_text(encoding="utf-8"))


def _assigned(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            yield from (name.id for name in names if isinstance(name, ast.Name))


def _numbers(value: object, seen: set[int]) -> Iterator[tuple[tuple[str, ...], Number]]:
    if isinstance(value, timedelta):
        yield (), value.total_seconds()
    elif isinstance(value, int | float) and not isinstance(value, bool | Enum):
        yield (), value
    else:
        for label, part in _parts(value, seen):
            yield from (((label, *path), number) for path, number in _numbers(part, seen))


def _parts(value: object, seen: set[int]) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        yield from ((key.value if isinstance(key, Enum) else str(key), part) for key, part in value.items())
    elif isinstance(value, tuple | list):
        yield from zip(_labels(value), value, strict=True)
    elif is_dataclass(value) and not isinstance(value, type) and id(value) not in seen:
        seen.add(id(value))
        yield from ((field.name, getattr(value, field.name)) for field in fields(value))


def _labels(rows: Sequence[object]) -> list[str]:
    """A name for each row; rows that share one are told apart by their place."""
    names = [_label(row, place) for place, row in enumerate(rows)]
    return [name if names.count(name) == 1 else f"{name}.{place}" for place, name in enumerate(names)]


def _label(row: object, place: int) -> str:
    rule = getattr(row, "rule", None)
    known = (getattr(row, name, None) for name in ("rule_id", "id", "name", "country", "column", "code"))
    return getattr(rule, "id", None) or next((text for text in known if text), str(place))


def _literals(tree: ast.Module) -> Iterator[Number]:
    inside = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda))
    for node in (part for function in inside for part in ast.walk(function)):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value not in (0, 1):
            yield node.value
