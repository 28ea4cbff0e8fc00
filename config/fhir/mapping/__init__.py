"""Loaded rows and values as FHIR R4 resources. No query, no clock, no request: the same in, the same out."""
