import uuid

from django.db import models
from django.db.models import Q

from records.models import Language
from referrals.models.referral import ReferralEvent


class ReferralLetter(models.Model):
    """The letter of one sending in one language, as the hospital got it: a file named by its content."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(ReferralEvent, on_delete=models.PROTECT, related_name="letters", db_index=False)
    language = models.CharField(max_length=2, choices=Language)
    version = models.PositiveSmallIntegerField(help_text="of the layout and words")
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "language"], name="letter_once_per_sending_and_language"
            ),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="letter_language"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="letter_sha256"),
        ]
