"""A registry of named kinds of measurement: what each needs, and what all give on one pose.

A value that cannot be measured is NaN with a reason a person can act on.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from formcheck.core.body.body import Body
from formcheck.core.body.view import ViewName
from formcheck.core.geometry import NAN
from formcheck.core.pose import SIDES, Landmark, Side, landmark_of

Unit = Literal["deg", "ratio", "per_s"]

TURN_TO_SIDE = "turn so that the camera sees you from the side"
TURN_TO_FRONT = "turn to face the camera"
FAR_SIDE = "the leg away from the camera is hidden by the near one"


@dataclass(frozen=True, slots=True)
class MeasurementKind:
    """One kind of measurement.

    Attributes
    ----------
    name : str
        Without side and unit, e.g. ``knee_flexion``.
    unit : {"deg", "ratio", "per_s"}
        ``ratio`` is a share of the person's own trunk or shin length.
    sided : bool
        True where there is one for each leg or arm.
    views : frozenset of str
        Views in which it holds; elsewhere it is NaN with a reason.
    joints : tuple of str
        Joints of the side (or of both sides where it is not sided) that must be seen.
    error : float
        Typical error in its unit: bounds missed by less never raise a fault. Source: rendered
        people, `python -m benchmarks accuracy`.
    far_side : bool
        True where it may be judged on the leg away from the camera too.
    label : str
        What a person calls it.
    compute : callable
        ``(body, side)`` to a value, NaN where it is undefined.
    error_in : mapping of str to float
        The error in positions in which it is another one.
    only_change : bool
        True where the value itself means nothing and only its change does.
    explain : callable, optional
        ``body`` to the reason for NaN, in words a person can act on.

    Examples
    --------
    >>> import formcheck as fc
    >>> def wrist_height(body, side):
    ...     rise = body.height_px(body.joint(side, "wrist")) - body.height_px(body.hips)
    ...     return rise / body.trunk_px
    >>> kind = fc.MeasurementKind(
    ...     name="wrist_height", unit="ratio", sided=True, views=frozenset({"side", "front"}),
    ...     joints=("wrist", "hip"), error=0.1, far_side=True, label="hand height",
    ...     compute=wrist_height,
    ... )
    >>> kind.full_name("left")
    'wrist_height_left'
    """

    name: str
    unit: Unit
    sided: bool
    views: frozenset[ViewName]
    joints: tuple[str, ...]
    error: float
    far_side: bool
    label: str
    compute: Callable[[Body, Side], float]
    explain: Callable[[Body], str | None] | None = None
    error_in: Mapping[str, float] = field(default_factory=dict)
    only_change: bool = False

    def full_name(self, side: Side | None = None) -> str:
        """Return the name of a value: kind, side and unit (``knee_flexion_left_deg``)."""
        parts = [self.name]
        if self.sided and side is not None:
            parts.append(side)
        if self.unit != "ratio":
            parts.append(self.unit)
        return "_".join(parts)

    @property
    def side_on(self) -> bool:
        """True where it is counted by as a camera at the side would see it, whatever the view.

        Too coarse to be judged (`formcheck.core.body.side_on`).
        """
        needs_side = self.views == frozenset({"side"}) and self.explain is None
        return needs_side or self.name in _BETTER_SIDE_ON


# Kinds that hold in any view and still are counted by as seen from the side: the front does not
# show the sign of the thigh's elevation, and what is further away looks higher there.
_BETTER_SIDE_ON = frozenset(
    {"thigh_elevation", "knee_height", "foot_height", "heel_height", "hip_height"}
)


def view_reason(kind: MeasurementKind, view: ViewName) -> str | None:
    """Return what the person should do when a kind does not hold in this view, else None."""
    if view in kind.views:
        return None
    return TURN_TO_FRONT if "front" in kind.views else TURN_TO_SIDE


@dataclass(frozen=True, slots=True)
class _Item:
    """One value to measure: a kind on a side, with what it needs."""

    name: str
    kind: MeasurementKind
    side: Side | None
    landmarks: tuple[Landmark, ...]


class Registry(Mapping[str, MeasurementKind]):
    """Kinds of measurement by name, and what they give on one pose.

    What is needed in every frame is worked out as a kind is added, not frame by frame.

    Parameters
    ----------
    kinds : iterable of MeasurementKind

    Examples
    --------
    >>> from formcheck.core.measure.kinds import REGISTRY
    >>> REGISTRY["knee_flexion"].full_name("left")
    'knee_flexion_left_deg'
    """

    def __init__(self, kinds: Iterable[MeasurementKind] = ()) -> None:
        self._kinds: dict[str, MeasurementKind] = {}
        self._plan: tuple[_Item, ...] = ()
        self._needed: tuple[Landmark, ...] = ()
        self._in_view: dict[ViewName, tuple[tuple[_Item, ...], dict[str, str]]] = {}
        for kind in kinds:
            self.register(kind)

    def __getitem__(self, name: str) -> MeasurementKind:
        return self._kinds[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)

    @property
    def full_names(self) -> tuple[str, ...]:
        """Names of all values that are measured: kind, side and unit."""
        return tuple(item.name for item in self._plan)

    def register(self, kind: object) -> None:
        """Add a kind of measurement.

        Raises
        ------
        ValueError
            Where it is no `MeasurementKind`, not whole, or there is one of that name.
        """
        if not isinstance(kind, MeasurementKind):
            raise ValueError(f"{kind!r} is not a MeasurementKind")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", kind.name):
            raise ValueError(
                f"'{kind.name}' must be small letters, digits and _, with a letter first"
            )
        if kind.name in self:
            raise ValueError(f"there is a kind of measurement '{kind.name}' already")
        if kind.unit not in get_args(Unit):
            raise ValueError(
                f"'{kind.name}' has the unit '{kind.unit}'; there are: deg, ratio, per_s"
            )
        if not kind.views or not kind.views <= frozenset(get_args(ViewName)):
            raise ValueError(
                f"'{kind.name}' holds in no view; there are: side, front, back, oblique"
            )
        if not kind.error > 0:
            raise ValueError(f"'{kind.name}' has the error {kind.error:g}; give one above 0")
        try:
            added = _values_of(kind)
        except KeyError as error:
            joint = error.args[0][1]
            raise ValueError(
                f"'{kind.name}' needs the joint '{joint}', which is no joint"
            ) from None
        self._kinds[kind.name] = kind
        self._set_plan((*self._plan, *added))

    def unregister(self, name: str) -> None:
        """Take a kind out again.

        Raises
        ------
        KeyError
            Where there is none of that name.
        """
        del self._kinds[name]
        self._set_plan(tuple(item for item in self._plan if item.kind.name != name))

    def measure(self, body: Body) -> tuple[dict[str, float], dict[str, str]]:
        """Measure everything that can be measured on one pose.

        Parameters
        ----------
        body : Body
            A pose in which a person was detected, with its view.

        Returns
        -------
        values : dict of str to float
            By full name; NaN where not measurable.
        reasons : dict of str to str
            For each NaN, why.
        """
        near = body.view.near_side
        measurable, out_of_view = self._in_view[body.view.name]
        values = dict.fromkeys((item.name for item in self._plan), NAN)
        reasons = dict(out_of_view)
        troubles = {mark: trouble for mark in self._needed if (trouble := body.trouble(mark))}
        for item in measurable:
            reason = None
            if troubles:
                reason = next((troubles[mark] for mark in item.landmarks if mark in troubles), None)
            value = NAN if reason else item.kind.compute(body, item.side or near)
            values[item.name] = value
            if math.isnan(value):
                if reason is None and item.kind.explain is not None:
                    reason = item.kind.explain(body)
                reasons[item.name] = reason or "it could not be measured in this position"
        return values, reasons

    def measure_side_on(self, body: Body) -> dict[str, float]:
        """Measure the sagittal plane of a person who is not seen from the side, to count by.

        Parameters
        ----------
        body : Body
            Seen from the front, the back or obliquely.

        Returns
        -------
        dict of str to float
            By full name, for the kinds of which that is asked (`MeasurementKind.side_on`); NaN
            where it is not known.
        """
        turned = body.side_on
        values = dict.fromkeys((item.name for item in self._side_on), NAN)
        if turned is None:
            return values
        hidden = {mark for mark in self._needed if turned.trouble(mark)}
        for item in self._side_on:
            if hidden.isdisjoint(item.landmarks):
                values[item.name] = item.kind.compute(turned, item.side or turned.view.near_side)
        return values

    def missing_values(self, reason: str) -> tuple[dict[str, float], dict[str, str]]:
        """Return NaN for every measurement, all for the same reason."""
        names = self.full_names
        return dict.fromkeys(names, NAN), dict.fromkeys(names, reason)

    def _set_plan(self, plan: tuple[_Item, ...]) -> None:
        self._plan = plan
        self._side_on = tuple(item for item in plan if item.kind.side_on)
        self._needed = tuple(sorted({mark for item in plan for mark in item.landmarks}))
        for view in get_args(ViewName):
            reasons = {item.name: view_reason(item.kind, view) or "" for item in plan}
            self._in_view[view] = (
                tuple(item for item in plan if view in item.kind.views),
                {name: reason for name, reason in reasons.items() if reason},
            )


def _values_of(kind: MeasurementKind) -> tuple[_Item, ...]:
    """Return the values that a kind gives, with the landmarks each needs."""
    return tuple(
        _Item(
            kind.full_name(side),
            kind,
            side,
            tuple(landmark_of(s, j) for j in kind.joints for s in ((side,) if side else SIDES)),
        )
        for side in (SIDES if kind.sided else (None,))
    )
