"""Facts of this app that others may act on, sent inside the transaction that makes them (key=primary key)."""

from django.dispatch import Signal

exam_submitted = Signal()  # key: Exam
exam_resulted = Signal()  # key: ExamOutcome
read_signed = Signal()  # key: newest ExamOutcome of a visit that people's reads now show differently
visit_read = Signal()  # key: Encounter, of which a read was signed or amended
visit_cancelled = Signal()  # key: Encounter
