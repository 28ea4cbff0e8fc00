from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        # Celery's application must exist before the first message; the pipeline needs every app's models.
        from config import celery, pipeline, uploads

        celery.app.set_default()
        pipeline.connect()
        uploads.prepare()
