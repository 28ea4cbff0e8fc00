"""Queues and schedule. Every message is only a wake-up; losing one loses nothing (records/work.py)."""

import os

from celery import Celery
from celery.schedules import crontab
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("nungil")
app.conf.update(
    broker_url=settings.REDIS_URL.replace("unix://", "redis+socket://"),
    # A dead broker must not hold up a request: the row waits and the sweep wakes it later.
    broker_transport_options={"socket_timeout": 5, "socket_connect_timeout": 1, "max_retries": 1},
    broker_connection_retry_on_startup=True,
    imports=("config.watch.work", "config.webhooks.work"),  # only workers need them
    task_ignore_result=True,
    task_acks_late=True,
    task_default_queue="default",
    task_routes={
        "screening.score_exam": {"queue": "gpu"},
        "screening.rescore_exam": {"queue": "gpu"},
        # Threads that wait for partners' servers are not those that cases wait for.
        "config.deliver_webhooks": {"queue": "webhooks"},
    },
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    timezone=settings.TIME_ZONE,
    beat_schedule_filename=str(settings.VAR_DIR / "celerybeat-schedule"),
    beat_schedule={
        "forget sessions that have ended": {
            "task": "records.clear_sessions",
            "schedule": crontab(hour=1, minute=15),
        },
        # It begins once the clinic's watch has looked, which asks for it too (rule RN-05).
        "score every register again, at two o'clock of each clinic": {
            "task": "risk.rescore",
            "schedule": crontab(minute="*/10"),
            "options": {"expires": 600},
        },
        "watch scores, photographs and programme, at two o'clock of each clinic": {
            "task": "config.watch",
            "schedule": crontab(minute="*/10"),
            "options": {"expires": 600},
        },
        "go on with scoring again": {
            "task": "risk.rescore_part",
            "schedule": float(settings.WORK_SWEEP_SECONDS),
            "options": {"expires": settings.WORK_SWEEP_SECONDS},
        },
        "go on with scoring photographs again": {
            "task": "screening.rescore_exam",
            "schedule": float(settings.WORK_SWEEP_SECONDS),
            "options": {"expires": settings.WORK_SWEEP_SECONDS},
        },
        "wake what messages lost": {
            "task": "config.wake_waiting_work",
            "schedule": float(settings.WORK_SWEEP_SECONDS),
            "options": {"expires": settings.WORK_SWEEP_SECONDS},
        },
        "alarm people about referrals that stay silent": {
            "task": "referrals.raise_alarms",
            "schedule": float(settings.WORK_SWEEP_SECONDS),
            "options": {"expires": settings.WORK_SWEEP_SECONDS},
        },
        "end releases to a machine whose time is over": {
            "task": "pharmacy.expire_releases",
            "schedule": float(settings.WORK_SWEEP_SECONDS),
            "options": {"expires": settings.WORK_SWEEP_SECONDS},
        },
        "ask the dispensing machines how they are": {
            "task": "pharmacy.check_machines",
            "schedule": 60.0,
            "options": {"expires": 60},
        },
        # Rule MS-01; whoever presses the button asks at once.
        "compare the dispensing machines' own count with the books": {
            "task": "pharmacy.compare_machines",
            "schedule": 300.0,
            "options": {"expires": 300},
        },
        "tell partners what messages lost or what is due again": {
            "task": "config.wake_webhooks",
            "schedule": float(settings.WORK_SWEEP_SECONDS),
            "options": {"expires": settings.WORK_SWEEP_SECONDS},
        },
        "forget what partners were told long ago": {
            "task": "config.forget_webhooks",
            "schedule": crontab(hour=1, minute=45),
        },
        "remove what interrupted uploads left": {
            "task": "config.clear_uploads",
            "schedule": crontab(minute=20),
        },
        "forget photographs that partners sent and nobody ordered": {
            "task": "screening.forget_uploads",
            "schedule": crontab(minute=30),
        },
        "forget whom partners found lately": {
            "task": "records.forget_found_patients",
            "schedule": crontab(minute=35),
        },
        "export the audit heads": {
            "task": "records.export_audit_heads",
            "schedule": crontab(hour=1, minute=30),
        },
        "forget the replies that no partner may ask for again": {
            "task": "records.forget_replies",
            "schedule": crontab(minute=40),
        },
        "forget access tokens and assertions that have ended": {
            "task": "records.forget_tokens",
            "schedule": crontab(minute=50),
        },
    },
)
app.autodiscover_tasks()
