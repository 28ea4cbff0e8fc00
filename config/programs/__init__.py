"""Programs of hospitals at the FHIR door: their keys, scopes and the hospital they speak for."""
