from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.fhir.errors import FhirRefused
from config.fhir.mapping.json_patch import patched

TASK = {
    "resourceType": "Task",
    "id": "7",
    "status": "received",
    "note": [{"text": "one"}, {"text": "two"}],
    "output": [{"valueBoolean": True, "n": 1, "a/b": {"~": "x"}}],
}
MAY = ("status", "note", "output", "statusReason")
Patch = list[dict[str, Any]]


def done(*operations: dict[str, Any]) -> dict[str, Any]:
    return patched(list(operations), TASK, changeable=MAY)


def refused(*operations: Any) -> FhirRefused:
    with pytest.raises(FhirRefused) as caught:
        done(*operations)
    return caught.value


def op(act: str, path: str, *value: Any) -> dict[str, Any]:
    return {"op": act, "path": path} | ({"value": value[0]} if value else {})


@pytest.mark.parametrize(
    ("operation", "after"),
    [
        (op("replace", "/status", "accepted"), {"status": "accepted"}),
        (op("add", "/statusReason", {"text": "x"}), {"statusReason": {"text": "x"}}),
        (op("add", "/status", "accepted"), {"status": "accepted"}),
        (op("add", "/note/-", 3), {"note": [{"text": "one"}, {"text": "two"}, 3]}),
        (op("add", "/note/2", 3), {"note": [{"text": "one"}, {"text": "two"}, 3]}),
        (op("add", "/note/0", 3), {"note": [3, {"text": "one"}, {"text": "two"}]}),
        (op("remove", "/note/0"), {"note": [{"text": "two"}]}),
        (op("replace", "/note/1/text", None), {"note": [{"text": "one"}, {"text": None}]}),
        (op("test", "/output/0/a~1b/~0", "x"), {}),
        (op("test", "/output/0", {"a/b": {"~": "x"}, "n": 1.0, "valueBoolean": True}), {}),
        (op("test", "", TASK), {}),
        (op("replace", "/status", "x") | {"more": "is passed over"}, {"status": "x"}),
    ],
    ids=str,
)
def test_an_operation_does_what_the_standard_says(operation: dict[str, Any], after: dict[str, Any]) -> None:
    assert done(operation) == TASK | after


def test_operations_are_done_one_after_the_other() -> None:
    told = done(op("add", "/statusReason", {}), op("add", "/statusReason/text", "x"), op("remove", "/note"))
    assert told == {name: TASK[name] for name in TASK if name != "note"} | {"statusReason": {"text": "x"}}


@pytest.mark.parametrize(
    ("operation", "place"),
    [
        (op("replace", "/statusReason", 1), "Task.statusReason"),
        (op("remove", "/statusReason"), "Task.statusReason"),
        (op("add", "/statusReason/text", "x"), "Task.statusReason.text"),
        (op("add", "/note/3", 1), "Task.note[3]"),
        (op("remove", "/note/2"), "Task.note[2]"),
        (op("remove", "/note/-"), "Task"),
        (op("add", "/note/01", 1), "Task.note[01]"),
        (op("add", "/note/٣", 1), "Task"),
        (op("add", "/status/x", 1), "Task.status.x"),
        (op("add", "/note/" + "9" * 9, 1), "Task.note[999999999]"),
        (op("add", "/note/" + "9" * 5000, 1), "Task"),
        (op("test", "/status", "accepted"), "Task.status"),
        (op("test", "/output/0/n", True), "Task.output[0].n"),
        (op("test", "/output/0/valueBoolean", 1), "Task.output[0].valueBoolean"),
        (op("test", "/note", [{"text": "one"}]), "Task.note"),
        (op("test", "/wild Hong Gil-dong", 1), "Task"),
        (op("replace", "/id", "8"), "Task.id"),
        (op("add", "", TASK), "Task"),
        (op("remove", ""), "Task"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_does_not_apply_is_refused_with_its_place(operation: dict[str, Any], place: str) -> None:
    found = refused(op("test", "/status", "received"), operation)
    assert (found.status, found.expression) == (422, place)
    assert found.diagnostics.startswith(f"operation 2 ({operation['op']})")


@pytest.mark.parametrize(
    "operation",
    [
        7,
        {},
        op("copy", "/status", 1),
        op("move", "/status", 1),
        op("Add", "/status", 1),
        {"op": [], "path": "/status"},
        {"op": "add", "path": 7, "value": 1},
        op("add", "status", 1),
        op("add", "/~2", 1),
        op("add", "/status"),
        op("replace", "/status"),
        op("test", "/status"),
        {"op": "remove"},
    ],
    ids=str,
)
def test_what_is_no_patch_is_malformed(operation: Any) -> None:
    assert refused(operation).status == 400


def test_a_patch_is_a_list() -> None:
    for given_ in ({}, None, "x", op("replace", "/status", "accepted")):
        with pytest.raises(FhirRefused) as caught:
            patched(given_, TASK, changeable=MAY)
        assert caught.value.status == 400


def test_what_is_nested_beyond_measure_is_refused() -> None:
    deep: Any = 1
    for _ in range(100_000):
        deep = [deep]
    assert refused(op("add", "/note", deep)).status == 400


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
POINTERS = st.lists(
    st.sampled_from(["", *TASK, "0", "1", "2", "-", "text", "~0", "~1", "x"]), max_size=3
).map(lambda steps: "".join(f"/{step}" for step in steps))
OPERATIONS = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "replace", "remove", "test"]), "path": POINTERS, "value": JSON}
)


@given(st.lists(OPERATIONS, max_size=4))
def test_a_patch_is_done_whole_or_refused_and_touches_nothing_else(patch: Patch) -> None:
    before, told = deepcopy(TASK), deepcopy(patch)
    try:
        after = patched(patch, TASK, changeable=MAY)
    except FhirRefused as refusal:
        assert refusal.status in (400, 422)
    else:
        assert {name for name in {*TASK, *after} if after.get(name) != TASK.get(name)} <= {*MAY}
    assert before == TASK and told == patch


@given(st.sampled_from(MAY), JSON, JSON)
def test_what_was_added_is_there_and_passes_its_test(name: str, value: Any, other: Any) -> None:
    after = done(
        op("add", f"/{name}", other), op("replace", f"/{name}", value), op("test", f"/{name}", value)
    )
    assert after[name] == value
    assert patched([op("remove", f"/{name}")], after, changeable=MAY).keys() == after.keys() - {name}
