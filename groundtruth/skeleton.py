"""The skeleton that all the people share: bone names, parents, and what faces are made of."""

from __future__ import annotations

_LEG = ("pelvis", "upperleg01", "upperleg02", "lowerleg01", "lowerleg02", "foot", "toes")
_ARM = ("clavicle", "shoulder01", "upperarm01", "upperarm02", "lowerarm01", "lowerarm02", "wrist")
_SPINE = ("spine05", "spine04", "spine03", "spine02", "spine01")
_NECK = ("neck01", "neck02", "neck03", "head")


def _chain(bones: tuple[str, ...], parent: str, suffix: str = "") -> list[tuple[str, str]]:
    names = [bone + suffix for bone in bones]
    return list(zip(names, [parent, *names[:-1]], strict=True))


_PARENT_OF: dict[str, str] = dict(
    [
        ("root", ""),
        *_chain(_SPINE, "root"),
        *_chain(_NECK, "spine01"),
        *(
            pair
            for side in ("_left", "_right")
            for pair in (*_chain(_LEG, "root", side), *_chain(_ARM, "spine01", side))
        ),
    ]
)

BONES: tuple[str, ...] = tuple(_PARENT_OF)
"""Bone names; a parent always comes before its children."""

PARENTS: tuple[int, ...] = tuple(
    BONES.index(parent) if parent else -1 for parent in _PARENT_OF.values()
)
"""Index of every bone's parent, -1 for the root."""

FACE_CLASSES: tuple[str, ...] = (
    "skin",
    "lips",
    "brows",
    "eye",
    "iris",
    "short_hair",
    "long_hair",
    "neck",
    "torso",
    "sleeve",
    "arm",
    "shorts",
    "thigh",
    "shank",
    "foot",
)
"""What a face of the mesh belongs to; a look gives each a colour."""

HEM_SIDES: dict[str, tuple[str, str]] = {
    "": ("", ""),
    "sleeve": ("sleeve", "arm"),
    "neck": ("neck", "torso"),
    "waist": ("torso", "shorts"),
    "shorts": ("shorts", "thigh"),
    "sock": ("shank", "foot"),
}
"""Ends of garments: the face classes on their upper (inner) and lower (outer) side."""

HEMS: tuple[str, ...] = tuple(HEM_SIDES)
"""Names of the hems; the first, empty one is for faces that no garment ends on."""
