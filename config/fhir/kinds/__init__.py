"""What is offered, in one table: the router, the search, the CapabilityStatement and the scopes all read it."""

from collections.abc import Mapping

from config.fhir.kinds.dicom import DICOM
from config.fhir.kinds.followed import FOLLOWED
from config.fhir.kinds.kind import Kind, Source
from config.fhir.kinds.parties import PARTIES
from config.fhir.kinds.referred import REFERRED
from config.fhir.kinds.screened import SCREENED

__all__ = ["KINDS", "Kind", "Source"]

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (*REFERRED, *SCREENED, *FOLLOWED, *PARTIES, *DICOM)}
