"""A physician's orders and what clinicians confirmed: entering, reading, filling, stopping, and asking for a supply."""
