from datetime import UTC, date, datetime

import pytest

from pharmacy.gateways import errors
from pharmacy.gateways.wwks2 import messages as ww
from pharmacy.gateways.wwks2.parts import Article, Criteria, Details, Pack, Subscriber, Task
from pharmacy.gateways.wwks2.reading import read_message
from pharmacy.gateways.wwks2.writing import write_message

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
HEAD = 'Version="2.0" TimeStamp="2026-11-23T01:00:00Z"'
ORDER = (Criteria("08806411000019", 2, 0, date(2028, 1, 31), "LOT1", single_batch_number=True),)
DROPPED = Pack(id="7", scan_code="010880641100001917280131" + "10LOT1\x1d21A", sub_item_quantity=0)


def document(inside: str, head: str = HEAD) -> bytes:
    return f"<WWKS {head}>{inside}</WWKS>".encode()


@pytest.mark.parametrize(
    "message",
    [
        ww.HelloRequest("1", subscriber=Subscriber(100, "IMS", "Nungil", "Nungil", "1")),
        ww.HelloResponse("1", subscriber=Subscriber(777, "Robot")),
        ww.KeepAliveRequest("2", 100, 777),
        ww.KeepAliveResponse("2", 777, 100),
        ww.StatusRequest("3", 100, 777, include_details=True),
        ww.StockInfoRequest("4", 100, 777, include_packs=False, criteria=(Criteria("08806411000019"),)),
        ww.StockInfoResponse("4", 777, 100, article=(Article("08806411000019", quantity=0),)),
        ww.OutputRequest("5", 100, 777, details=Details("Normal", "1", "0"), criteria=ORDER),
        ww.OutputResponse("5", 777, 100, details=Details("Normal", "1", status="Queued"), criteria=ORDER),
        ww.OutputMessage("5", 777, 100, Details(status="Completed"), (Article("088", pack=(DROPPED,)),)),
        ww.OutputMessage("5", 777, 100, Details(status="Incomplete"), (Article("088"),)),
        ww.TaskInfoRequest("5", 100, 777, task=(Task("Output", "5"),)),
        ww.TaskInfoResponse("5", 777, 100, task=(Task("Output", "5", "Completed", (Article("088"),)),)),
        ww.InputRequest("6", 40, 100, is_new_delivery=False, article=(Article(pack=(Pack(index="0"),)),)),
    ],
    ids=lambda message: type(message).__name__,
)
def test_a_message_comes_back_as_it_was_sent(message: ww.Message) -> None:
    assert read_message(write_message(ww.Envelope(NOW, message))) == ww.Envelope(NOW, message)


def test_the_separator_of_a_scan_code_crosses_the_wire_as_machines_write_it() -> None:
    written = write_message(ww.Envelope(NOW, ww.OutputMessage("5", article=(Article(pack=(DROPPED,)),))))
    assert rb"10LOT1\x1d21A" in written


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        (b'<!DOCTYPE a [<!ENTITY e "x">]>' + document("<KeepAliveRequest Id='&e;'/>"), errors.UnsafeXml),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd">' + document("<A/>"), errors.UnsafeXml),
        (document("<KeepAliveRequest Id='&undefined;'/>"), errors.MessageMalformed),
        (document("<KeepAliveRequest Id='1'>"), errors.MessageMalformed),
        (document("<KeepAliveRequest Id='1'/>")[:-2], errors.MessageTruncated),
        (b"", errors.MessageTruncated),
        (b"<A></WWKS>", errors.MessageMalformed),
        (b"<A><WWKS></WWKS></A></WWKS>", errors.MessageMalformed),
        (b'<?xml version="1.0" encoding="euc-kr"?>' + document("<A/>"), errors.EncodingRefused),
        (document("<A B='한'/>").replace("한".encode(), "한".encode("euc-kr")), errors.EncodingRefused),
        (document("<A/>", 'Version="1.0" TimeStamp="2026-11-23T01:00:00Z"'), errors.VersionUnknown),
        (document("<A/>", 'TimeStamp="2026-11-23T01:00:00Z"'), errors.VersionUnknown),
        (document("<KeepAliveRequest Id='1'/>", 'Version="2.0"'), errors.FieldInvalid),
        (document("<ArticlePriceRequest Id='1'/>"), errors.MessageUnknown),
        (document("<KeepAliveRequest Id='1'/><KeepAliveRequest Id='2'/>"), errors.MessageMalformed),
        (document(""), errors.MessageMalformed),
        (document("<KeepAliveRequest/>"), errors.FieldInvalid),
        (document("<OutputRequest Id='1'><Details/><Details/></OutputRequest>"), errors.FieldInvalid),
        (document("<StatusRequest Id='1' IncludeDetails='maybe'/>"), errors.FieldInvalid),
        (document(f"<KeepAliveRequest Id='{'1' * 501}'/>"), errors.FieldInvalid),
    ],
)
def test_what_is_no_message_is_refused_by_name(sent: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(errors.MessageRefused) as refused:
        read_message(sent)
    assert refused.type is refusal


@pytest.mark.parametrize("quantity", ["-1", "1.5", "1e3", "+1", "100000", "９", "0x1", "1 "])
def test_a_quantity_that_is_no_count_is_refused(quantity: str) -> None:
    asked = f"<OutputRequest Id='1'><Criteria ArticleId='1' Quantity='{quantity}'/></OutputRequest>"
    with pytest.raises(errors.QuantityInvalid, match="Quantity: must be a whole number"):
        read_message(document(asked))


def test_a_count_or_day_sent_empty_is_not_known() -> None:
    asked = "<OutputRequest Id='1'><Criteria Quantity='' MinimumExpiryDate=''/></OutputRequest>"
    assert read_message(document(asked)).message == ww.OutputRequest("1", criteria=(Criteria(),))


def test_a_refusal_quotes_nothing_of_what_was_sent() -> None:
    with pytest.raises(errors.FieldInvalid) as refused:
        read_message(document("<StatusRequest Id='1' IncludeDetails='Hong Gil-dong'/>"))
    assert "Hong" not in str(refused.value)


def test_attributes_that_we_do_not_know_are_passed_over() -> None:
    read = read_message(document("<KeepAliveRequest Id='1' Later='yes'><New/></KeepAliveRequest>"))
    assert read.message == ww.KeepAliveRequest("1")
