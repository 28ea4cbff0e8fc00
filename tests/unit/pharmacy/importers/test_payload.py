import json

import pytest

from pharmacy.errors import DrugDataUnreadable, DrugServiceQuota, DrugServiceUnavailable
from pharmacy.importers.payload import read_page

FINE = {"resultCode": "00", "resultMsg": "NORMAL SERVICE."}
ROW = {"ITEM_SEQ": "1", "REMARK": None}


def answer(**body: object) -> str:
    return json.dumps({"header": FINE, "body": {"pageNo": 1, "totalCount": 1, "numOfRows": 100} | body})


@pytest.mark.parametrize(
    "items",
    [
        [ROW],
        [{"item": ROW}],
        {"item": [ROW]},
        {"item": ROW},
        ROW,
    ],
)
def test_a_row_is_found_however_it_is_wrapped(items: object) -> None:
    assert read_page(answer(items=items)).items == (ROW,)


@pytest.mark.parametrize("body", [{"items": ""}, {"items": None}, {"items": []}, {}, {"items": {}}])
def test_an_empty_listing_comes_as_nothing_in_any_shape(body: dict[str, object]) -> None:
    assert read_page(answer(totalCount=0, **body)).items == ()


@pytest.mark.parametrize("body", [{"items": ""}, {"items": None}, {}])
def test_rows_that_are_announced_and_not_sent_are_refused(body: dict[str, object]) -> None:
    with pytest.raises(DrugDataUnreadable, match="holds none"):
        read_page(answer(totalCount=7, **body))


def test_an_xml_answer_says_the_same() -> None:
    page = read_page(
        "<?xml version='1.0'?><response><header><resultCode>00</resultCode></header><body><items>"
        "<item><a>1</a><b/></item><item><a>2</a><b>x</b></item></items>"
        "<numOfRows>10</numOfRows><pageNo>1</pageNo><totalCount>2</totalCount></body></response>"
    )
    assert page.items == ({"a": "1", "b": None}, {"a": "2", "b": "x"})


def test_a_wrapper_around_header_and_body_is_looked_through() -> None:
    assert read_page(json.dumps({"response": json.loads(answer(items=[ROW]))})).items == (ROW,)


def test_numbers_are_read_as_texts() -> None:
    assert read_page(answer(items=[{"a": 1, "b": 2.5, "c": True}])).items == (
        {"a": "1", "b": "2.5", "c": "true"},
    )


GATEWAY = (
    "<OpenAPI_ServiceResponse><cmmMsgHeader><errMsg>SERVICE ERROR</errMsg><returnAuthMsg>{}</returnAuthMsg>"
    "<returnReasonCode>{}</returnReasonCode></cmmMsgHeader></OpenAPI_ServiceResponse>"
)


def test_a_used_up_quota_is_said_as_such() -> None:
    with pytest.raises(DrugServiceQuota, match="start again tomorrow"):
        read_page(GATEWAY.format("LIMITED_NUMBER_OF_SERVICE_REQUESTS_EXCEEDS_ERROR", "22"))


def test_an_unknown_key_is_said_with_what_to_do() -> None:
    with pytest.raises(DrugServiceUnavailable, match="not registered; check it"):
        read_page(GATEWAY.format("SERVICE_KEY_IS_NOT_REGISTERED_ERROR", "30"))


def test_an_error_in_an_ordinary_header_is_no_empty_listing() -> None:
    refused = {
        "header": {"resultCode": "11", "resultMsg": "NO MANDATORY REQUEST PARAMETERS ERROR!"},
        "body": {},
    }
    with pytest.raises(DrugServiceUnavailable, match="code 11"):
        read_page(json.dumps(refused))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "neither JSON nor XML"),
        ('{"header": ', "is it whole"),
        ("<response><header>", "broken XML"),
        ("[1]", "header and body are missing"),
        ('{"header": {}, "items": []}', "header and body are missing"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><response/>", "document type"),
        ("<html><body>moved</body></html>", "header and body are missing"),
        ("[" * 100_000, "neither JSON nor XML"),
        (answer(items=["x"]), "a row is expected"),
        (answer(items=[{"a": {"b": 1}}]), "a holds a structure"),
        (answer(items=[ROW], totalCount="many"), "totalCount is missing or no number"),
    ],
)
def test_what_is_no_answer_is_refused_with_what_is_wrong(content: str, said: str) -> None:
    with pytest.raises(DrugDataUnreadable, match=said):
        read_page(content)
