"""What the clock asks for exists."""

from config.celery import app


def test_every_scheduled_task_is_known_to_workers() -> None:
    app.loader.import_default_modules()
    asked = {row["task"] for row in app.conf.beat_schedule.values()}
    assert asked <= set(app.tasks)
