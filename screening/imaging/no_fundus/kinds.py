"""All kinds of pictures that are no fundus. Some are kept from the fit."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import numpy as np

from screening.imaging.arrays import Image
from screening.imaging.no_fundus import eyes, other_images, papers, round_things, scenes, textures
from screening.imaging.no_fundus.brushes import Draw, sometimes_round

# The detector is fitted on these.
FITTED: Mapping[str, Draw] = MappingProxyType(
    {
        "marble": sometimes_round(textures.marble),
        "waves": sometimes_round(textures.waves),
        "grain": sometimes_round(textures.grain),
        "gradient": sometimes_round(textures.gradient),
        "one colour": sometimes_round(textures.one_colour),
        "cracks": sometimes_round(textures.cracks),
        "scribble": sometimes_round(textures.scribble),
        "page": papers.page,
        "form": papers.form,
        "screen": papers.screen,
        "open eye": sometimes_round(eyes.open_eye, 0.2),
        "iris near": sometimes_round(eyes.iris_near, 0.3),
        "red eye near": sometimes_round(eyes.red_eye_near),
        "pupil glow": eyes.pupil_glow,
        "fruit": round_things.fruit,
        "moon": round_things.moon,
        "planet": round_things.planet,
        "ball": round_things.ball,
        "drawn circle": round_things.drawn_circle,
        "slice grey": other_images.slice_grey,
        "angiogram": other_images.angiogram,
        "thickness map": other_images.thickness_map,
        "inside a tube": sometimes_round(other_images.inside_a_tube),
        "land and sky": sometimes_round(scenes.land_and_sky, 0.2),
        "leaves": sometimes_round(scenes.leaves, 0.2),
        "skin": sometimes_round(scenes.skin),
        "things on a table": sometimes_round(scenes.things_on_a_table),
    }
)

# It never saw these: they tell how kinds fare that nobody thought of.
RESERVED: Mapping[str, Draw] = MappingProxyType(
    {
        "weave": sometimes_round(textures.weave),
        "chart": papers.chart,
        "slit beam": sometimes_round(eyes.slit_beam, 0.2),
        "plate": round_things.plate,
        "slice coloured": other_images.slice_coloured,
        "visual field": other_images.visual_field,
        "street": sometimes_round(scenes.street, 0.2),
        "face": sometimes_round(scenes.face, 0.2),
    }
)


def draw_kinds(kinds: Mapping[str, Draw], each: int, *, seed: int) -> Iterator[tuple[str, Image]]:
    """`each` pictures of every kind, (h, w, 3) RGB uint8; the same arguments give the same pictures."""
    for number, (name, draw) in enumerate(kinds.items()):
        for picture in range(each):
            yield name, draw(np.random.default_rng([seed, number, picture]))
