"""Facts of this app that others may act on, sent inside the transaction that makes them (key=primary key)."""

from django.dispatch import Signal

assessment_finalised = Signal()  # key: RiskAssessment
answers_changed = Signal()  # key: ExamOutcome whose assessment rests on answers that were replaced
register_rescored = Signal()  # key: RescoreChunk, whose changes are written
