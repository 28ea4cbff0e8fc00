"""The FHIR R4 door: a projection of our own tables for partners' programs, and nothing that is not listed in it."""
