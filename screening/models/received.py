from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from records.models import Practitioner
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability
from screening.models.encounter import Exam


class ReceivedState(models.TextChoices):
    WAITING = "waiting", _("Which eye is it?")
    USED = "used", _("Stored")
    SET_ASIDE = "set-aside", _("Set aside")


class ReceivedPhotograph(models.Model):
    """A file that passed the gate. It becomes a photograph of an eye when a person says which eye it shows.

    `gradability` and `quality_reasons` (joined by commas) are a first look while the patient still sits there;
    the result's own come from scoring. `shows` is what the picture itself looks like, `named` what its file name
    says, R, L, or empty when unsure: both only suggest.
    """

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="received")
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=ReceivedState, default=ReceivedState.WAITING)
    gradability = models.CharField(max_length=16, choices=[(g.value, g.value) for g in Gradability])
    quality_reasons = models.CharField(max_length=120, blank=True)
    shows = models.CharField(max_length=1, blank=True)
    named = models.CharField(max_length=1, blank=True)
    received_at = models.DateTimeField()
    received_from = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exam", "sha256"], name="received_once_per_exam"),
            models.CheckConstraint(condition=Q(state__in=ReceivedState.values), name="received_state"),
            models.CheckConstraint(
                condition=Q(gradability__in=list(Gradability)), name="received_gradability"
            ),
            models.CheckConstraint(
                condition=Q(shows__in=["", *Laterality], named__in=["", *Laterality]),
                name="received_suggestion",
            ),
        ]
