"""Milliseconds until two photographs of 3 megapixels are received through the portal's own view."""

import os
import time
from statistics import median

import numpy as np

from screening.domain.laterality import Laterality

ROUNDS = 7
WIDTH, HEIGHT = 2048, 1536


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from tests.benchmarks.rows import Row, report

    _milliseconds(0)  # warms the imports
    milliseconds = [_milliseconds(number) for number in range(1, ROUNDS + 1)]
    report([Row("two photographs of 3 megapixels received by the portal", round(median(milliseconds)), "ms")])


def _milliseconds(number: int) -> float:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.urls import reverse

    client, visit = _visit(number)
    address = reverse("intake-receive", args=[visit.public_id])
    files = [SimpleUploadedFile(f"{eye.name.lower()}.jpg", _photograph(number, eye)) for eye in Laterality]
    started = time.perf_counter()
    for file in files:
        answer = client.post(address, {"photograph": file}, headers={"accept": "application/json"})
        if answer.status_code != 200:
            raise SystemExit(f"refused: {answer.content.decode()}")
    return 1000 * (time.perf_counter() - started)


def _visit(number: int):
    from django.test import Client
    from django.utils import timezone

    import records.services
    from config import demo_clinic
    from config.intake.visits import visit_begin
    from records.models import Practitioner

    by, now = demo_clinic.screener(), timezone.now()
    mrn = f"BENCH-UPLOAD-{now.timestamp()}-{number}"
    patient = records.services.patient_register(by=by, now=now, mrn=mrn, name="Bench")
    records.services.consent_give(patient=patient, scope="screening", by=by, now=now)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(Practitioner.objects.get(pk=by.practitioner_id).user)
    return client, visit_begin(patient=patient, by=by, now=now, today=timezone.localdate(now))


def _photograph(seed: int, eye: Laterality) -> bytes:
    import cv2

    from screening.imaging.render import render_fundus

    square = render_fundus(seed, eye, size=1024)[:, :, ::-1]
    grain = np.random.default_rng(seed).integers(0, 4, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    return cv2.imencode(".jpg", cv2.add(cv2.resize(square, (WIDTH, HEIGHT)), grain))[1].tobytes()


if __name__ == "__main__":
    main()
