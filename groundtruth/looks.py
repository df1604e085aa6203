"""What a person has on: colours of skin, hair and clothes, and how loose the shirt is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from groundtruth.skeleton import FACE_CLASSES

Rgb = tuple[int, int, int]

SKIN: dict[str, Rgb] = {
    "fair": (232, 190, 168),
    "light": (222, 172, 142),
    "olive": (196, 146, 112),
    "brown": (150, 101, 72),
    "dark": (98, 64, 46),
}
HAIR: dict[str, Rgb] = {
    "black": (34, 28, 26),
    "brown": (74, 48, 32),
    "blond": (176, 140, 88),
    "grey": (150, 148, 146),
    "red": (128, 62, 34),
}


@dataclass(frozen=True, slots=True)
class Look:
    """Colours and clothes of one person.

    Attributes
    ----------
    skin, hair, shirt, shorts, socks
        Colours (0-255).
    long_hair
        Hair to the shoulders; else short.
    sleeves, tights
        Long sleeves; long tights instead of shorts.
    looseness_m
        How far the shirt stands off the trunk at the waist; 0 is a close fit.
    bridge
        Share (0-1) of the lower back's hollow that the shirt spans.
    """

    skin: Rgb = SKIN["light"]
    hair: Rgb = HAIR["brown"]
    shirt: Rgb = (196, 60, 62)
    shorts: Rgb = (44, 52, 78)
    socks: Rgb = (228, 228, 226)
    long_hair: bool = False
    sleeves: bool = False
    tights: bool = False
    looseness_m: float = 0.0
    bridge: float = 0.0

    def with_(self, **changes: object) -> Look:
        """Return a copy with some fields replaced."""
        return replace(self, **changes)

    def class_colours(self) -> np.ndarray:
        """Colour of every face class, (C, 3) in 0-1."""
        skin = np.array(self.skin, dtype=float)
        colours = {
            "skin": skin,
            "neck": skin,
            "lips": skin * (0.92, 0.74, 0.72),
            "brows": 0.55 * np.array(self.hair) + 0.35 * skin,
            "eye": np.array((236, 234, 230)),
            "iris": np.array((60, 44, 36)),
            "short_hair": np.array(self.hair),
            "long_hair": np.array(self.hair),
            "torso": np.array(self.shirt),
            "sleeve": np.array(self.shirt),
            "arm": np.array(self.shirt) if self.sleeves else skin,
            "shorts": np.array(self.shorts),
            "thigh": np.array(self.shorts) if self.tights else skin,
            "shank": np.array(self.shorts) if self.tights else skin,
            "foot": np.array(self.socks),
        }
        return np.stack([np.asarray(colours[name], dtype=float) for name in FACE_CLASSES]) / 255

    def hidden_classes(self) -> tuple[str, ...]:
        """Face classes that are not drawn."""
        return () if self.long_hair else ("long_hair",)


LOOKS: dict[str, Look] = {
    "red_shirt": Look(),
    "teal_tights": Look(
        skin=SKIN["fair"],
        hair=HAIR["blond"],
        shirt=(38, 132, 132),
        shorts=(36, 36, 42),
        long_hair=True,
        tights=True,
    ),
    "white_shirt": Look(
        skin=SKIN["brown"],
        hair=HAIR["black"],
        shirt=(226, 226, 222),
        shorts=(70, 74, 82),
        socks=(50, 50, 54),
    ),
    "purple_tights": Look(
        skin=SKIN["olive"],
        hair=HAIR["black"],
        shirt=(118, 78, 152),
        shorts=(58, 46, 84),
        long_hair=True,
        tights=True,
        socks=(220, 200, 210),
    ),
    "black_kit": Look(
        skin=SKIN["fair"],
        hair=HAIR["red"],
        shirt=(46, 46, 50),
        shorts=(34, 34, 38),
        socks=(200, 200, 200),
    ),
    "orange_long_sleeves": Look(
        skin=SKIN["dark"],
        hair=HAIR["black"],
        shirt=(218, 122, 44),
        shorts=(60, 84, 120),
        sleeves=True,
        tights=True,
    ),
    "grey_sweats": Look(
        skin=SKIN["light"],
        hair=HAIR["grey"],
        shirt=(128, 132, 138),
        shorts=(84, 88, 96),
        sleeves=True,
        tights=True,
        socks=(60, 60, 66),
    ),
    "green_shirt": Look(
        skin=SKIN["olive"],
        hair=HAIR["brown"],
        shirt=(92, 142, 74),
        shorts=(110, 98, 84),
    ),
    "loose_blue_shirt": Look(
        skin=SKIN["light"],
        hair=HAIR["brown"],
        shirt=(72, 112, 176),
        shorts=(52, 54, 60),
        looseness_m=0.03,
        bridge=0.5,
    ),
    "loose_yellow_shirt": Look(
        skin=SKIN["brown"],
        hair=HAIR["black"],
        shirt=(212, 182, 76),
        shorts=(48, 60, 88),
        looseness_m=0.045,
        bridge=0.8,
    ),
}
"""Ready-made looks; the two loose ones span half and four fifths of the back's hollow."""
