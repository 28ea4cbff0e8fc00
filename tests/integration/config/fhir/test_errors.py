"""What fails, or is asked too often, is an OperationOutcome too, whatever the interaction."""

import pytest
from django.conf import LazySettings

from config.fhir import reading
from referrals.models import Referral
from tests.integration.config.fhir.test_task_patch import patch, to
from tests.integration.config.fhir_case import Caller, checked


def test_a_program_that_asks_too_often_is_told_how_long_to_wait(
    hospital: Caller, settings: LazySettings
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1
    answers = [hospital.reply("Task") for _ in range(4)]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert checked(refused, 429)["issue"][0]["code"] == "throttled"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


@pytest.mark.parametrize("address", ["Task", "Task/{key}", "Task/{key}/_history", "Task/{key}/_history/4"])
def test_what_failed_on_our_side_says_nothing_of_it(
    hospital: Caller, referral: Referral, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(reading, "audit_record", _fail)
    told = hospital.get(address.format(key=referral.pk), status=500)
    assert told["issue"] == [
        {
            "severity": "error",
            "code": "exception",
            "diagnostics": "something failed on our side; send the same request again later",
        }
    ]


def test_a_patch_that_failed_on_our_side_is_told_so(
    hospital: Caller, referral: Referral, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "audit_record", _fail)
    assert (
        checked(patch(hospital, referral, to("received"), etag='W/"3"'), 500)["issue"][0]["code"]
        == "exception"
    )


def _fail(**_: object) -> None:
    raise OSError("a secret of the server")


def test_a_body_of_unknown_length_is_refused(hospital: Caller, referral: Referral) -> None:
    headers = {"authorization": f"Bearer {hospital.token}", "transfer-encoding": "chunked"}
    for method in ("put", "patch"):
        reply = getattr(hospital.backend.browser, method)(f"/fhir/Task/{referral.pk}", headers=headers)
        assert checked(reply, 411)["issue"][0]["code"] == "required"
