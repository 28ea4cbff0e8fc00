"""Loaded by schemathesis: a part that is to be a photograph is one, so that requests get past the gate."""

import schemathesis
from hypothesis import strategies

from tests.factories import photographs

PHOTOGRAPHS = [photographs.jpeg(seed) for seed in range(8)]

schemathesis.openapi.media_type("image/jpeg", strategies.sampled_from(PHOTOGRAPHS))
