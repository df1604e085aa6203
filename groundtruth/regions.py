"""Which vertices of the mesh can rest on a surface, by the name of the contact."""

from __future__ import annotations

import numpy as np

from groundtruth.skeleton import BONES

ANY_STRIDE = 4
"""Every so many-th vertex stands for the whole body in the ``any`` contact."""


def contact_regions(
    template: np.ndarray, heads: np.ndarray, main_bone: np.ndarray, solid: np.ndarray
) -> dict[str, np.ndarray]:
    """Vertex indices of every contact region.

    Parameters
    ----------
    template
        (V, 3) rest vertices, metres.
    heads
        (B, 3) rest bone heads of the same body.
    main_bone
        (V,) index of the bone with the largest weight.
    solid
        (V,) whether the vertex may touch anything; hair may not.
    """
    at = dict(zip(BONES, heads, strict=True))
    names = np.array(BONES)[main_bone]
    x, y, z = template.T
    hip_z = at["upperleg01_left"][2]
    trunk = np.char.startswith(names, "spine") | (names == "root")
    trunk |= np.char.startswith(names, "pelvis")
    girdle = trunk | np.char.startswith(names, "clavicle") | np.char.startswith(names, "shoulder")
    leg = np.char.startswith(names, "upperleg")
    spine_y = np.interp(
        z,
        [at[b][2] for b in ("root", "spine03", "spine01", "neck01")],
        [at[b][1] for b in ("root", "spine03", "spine01", "neck01")],
    )
    back = y > spine_y
    chest_z, shoulder_z = at["spine02"][2], at["spine01"][2]
    top_z = at["clavicle_left"][2]

    found = {
        "thorax": girdle & back & (z > chest_z) & (z < top_z) & (np.abs(x) < 0.17),
        "shoulders": girdle & back & (z > shoulder_z) & (z < top_z + 0.04) & (np.abs(x) < 0.17),
        "sacrum": (trunk | leg) & back & (np.abs(z - hip_z) < 0.12) & (np.abs(x) < 0.17),
        "sit": (trunk | leg) & (z < hip_z + 0.02) & (z > hip_z - 0.20) & (y > -0.03),
        "head": names == "head",
    }
    for side, sign in (("left", 1.0), ("right", -1.0)):
        ankle, toe = at[f"foot_{side}"], at[f"toes_{side}"]
        knee_z, knee_y = at[f"lowerleg01_{side}"][1:][::-1]
        own = sign * x > 0
        foot = own & ((names == f"foot_{side}") | (names == f"toes_{side}"))
        lower = own & np.char.endswith(names, side)
        lower &= np.char.startswith(names, "lowerleg") | leg
        found[f"foot_{side}"] = foot
        found[f"instep_{side}"] = foot
        found[f"toes_{side}"] = foot & (y < toe[1] + 0.03)
        found[f"heel_{side}"] = foot & (y > ankle[1])
        found[f"knee_{side}"] = (
            lower & (z < knee_z + 0.05) & (z > knee_z - 0.12) & (y < knee_y + 0.01)
        )
        found[f"hand_{side}"] = own & (names == f"wrist_{side}")
    found["any"] = np.arange(len(template)) % ANY_STRIDE == 0
    return {name: np.flatnonzero(mask & solid) for name, mask in found.items()}
