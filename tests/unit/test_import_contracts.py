"""The import contracts name every module of selectors and services, so that a new one is not outside them."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("screening", "risk", "pharmacy", "referrals")


def contract(begins: str) -> dict[str, Any]:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return next(one for one in rules if one["name"].startswith(begins))


def modules(app: str, kind: str) -> set[str]:
    """Names of an app's modules of a kind, such as `selectors` and `near_selectors`."""
    names = {path.stem for path in (ROOT / app).iterdir() if path.suffix == ".py" or path.is_dir()}
    return {name for name in names if name == kind or name.endswith(f"_{kind}")}


@pytest.mark.parametrize("kind", ["selectors", "services"])
def test_every_module_of_a_kind_lies_in_its_layer_and_no_other_does(kind: str) -> None:
    layers = contract("Inside an app")["layers"]
    layer = next(one for one in layers if kind in re.findall(r"\w+", one))
    assert set(re.findall(r"\w+", layer)) == {name for app in APPS for name in modules(app, kind)}


@pytest.mark.parametrize("app", ["pharmacy", "referrals"])
@pytest.mark.parametrize("kind", ["selectors", "services"])
def test_gateways_are_kept_from_every_module_that_knows_the_database(app: str, kind: str) -> None:
    forbidden = set(contract("Gateways")["forbidden_modules"])
    assert {f"{app}.{name}" for name in modules(app, kind)} <= forbidden


def test_no_service_of_risk_is_open_to_what_comes_after_it() -> None:
    forbidden = set(contract("Pharmacy and referrals do not call")["forbidden_modules"])
    assert {f"risk.{name}" for name in modules("risk", "services")} <= forbidden
