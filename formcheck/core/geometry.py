"""Plane geometry in pixels: image x to the right, y down, angles in degrees.

Angles in the picture plane are computed in pixels, never in coordinates that were divided by the
picture's width and height: on those a 45° segment of a 16:9 picture reads 60.6°.
"""

from __future__ import annotations

import math

Vec = tuple[float, float]
Vec3 = tuple[float, float, float]

NAN = math.nan


def sub(a: Vec, b: Vec) -> Vec:
    """Return the vector from b to a."""
    return (a[0] - b[0], a[1] - b[1])


def mid(a: Vec, b: Vec) -> Vec:
    """Return the point half-way between a and b."""
    return ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)


def length(a: Vec) -> float:
    """Return the length of a vector."""
    return math.hypot(a[0], a[1])


def dot(a: Vec, b: Vec) -> float:
    """Return the scalar product."""
    return a[0] * b[0] + a[1] * b[1]


def cross(a: Vec, b: Vec) -> float:
    """Return the z part of the cross product: positive where b is clockwise of a on the screen."""
    return a[0] * b[1] - a[1] * b[0]


def signed_angle_deg(a: Vec, b: Vec) -> float:
    """Return the angle from a to b, −180…180°, positive clockwise on the screen (y down).

    NaN where one of the vectors has no length or is not finite.
    """
    c, d = cross(a, b), dot(a, b)
    if not (math.isfinite(c) and math.isfinite(d)) or (c == 0.0 and d == 0.0):
        return NAN
    return math.degrees(math.atan2(c, d))


def rotate(a: Vec, angle_deg: float) -> Vec:
    """Return the vector turned clockwise on the screen."""
    c, s = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    return (a[0] * c - a[1] * s, a[0] * s + a[1] * c)


def wrap_deg(angle_deg: float) -> float:
    """Return the same angle within −180…180°."""
    return (angle_deg + 180.0) % 360.0 - 180.0


def ramp(value: float, full: float) -> float:
    """Return a value over the one from which on it counts in full, within 0…1."""
    return max(0.0, min(1.0, value / full))


def sub3(a: Vec3, b: Vec3) -> Vec3:
    """Return the vector from b to a in space."""
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def dot3(a: Vec3, b: Vec3) -> float:
    """Return the scalar product in space."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def length3(a: Vec3) -> float:
    """Return the length of a vector in space."""
    return math.sqrt(dot3(a, a))
