"""Gaussian state with velocities, its prediction and update, and smoothing over a short window.

State: the unknowns of `model` (their first 30 numbers are the points), then the velocities of the
points. Points move with white acceleration, all else drifts not at all.

Smoothing is that of Bryson and Frazier (1963) in adjoint form: what later frames say about an
earlier one is one vector and one matrix that are carried back through the frames between; no
covariance is inverted for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.core.body.filter3d.unknowns import COORDINATES, FLOOR, UNKNOWN_COUNT
from formcheck.pose import FloatArray

STATE_COUNT = UNKNOWN_COUNT + COORDINATES
_U = UNKNOWN_COUNT
_AT = np.arange(COORDINATES)


@dataclass(frozen=True, slots=True)
class Gaussian:
    """Mean, shape (70,), and covariance, shape (70, 70)."""

    mean: FloatArray
    covariance: FloatArray


@dataclass(frozen=True, slots=True)
class Step:
    """One frame as the filter left it.

    Attributes
    ----------
    time_s : float
    moved : Motion
        Since the frame before.
    after : Gaussian
        Estimate from this frame and all before it.
    pull : array, shape (UNKNOWN_COUNT,)
        What the frame told about its prediction: adjoint of the mean.
    gain : array, shape (UNKNOWN_COUNT, UNKNOWN_COUNT)
        How certain it was: adjoint of the covariance. Both zero in a frame that saw nothing.
    column : array, shape (70, UNKNOWN_COUNT)
        Covariance of the predicted state with the predicted unknowns.
    """

    time_s: float
    moved: Motion
    after: Gaussian
    pull: FloatArray
    gain: FloatArray
    column: FloatArray


@dataclass(frozen=True, slots=True)
class Motion:
    """How the points move from one frame to the next; arrays of shape (30,).

    Attributes
    ----------
    travel_s : array
        Way over speed at the beginning: the time between, or less where speed dies away.
    kept : array
        What part of the speed is left at the end, 0-1.
    noise : array, shape (3, 30)
        Variances that white acceleration adds: of place, of place with speed, of speed.
    floor_m2 : float
        Variance that the floor gains.
    """

    travel_s: FloatArray
    kept: FloatArray
    noise: FloatArray
    floor_m2: float


def motion(
    dt_s: float, acceleration: FloatArray, slowing_per_s: FloatArray, floor_m2: float = 0.0
) -> Motion:
    """Return the motion over a time.

    Parameters
    ----------
    acceleration : array, shape (30,)
        Spectral density of the white acceleration of each coordinate, (m/s2)2 s.
    slowing_per_s : array, shape (30,)
        Rate at which speed dies away: 0 for what moves freely.
    """
    fade = slowing_per_s * dt_s
    kept = np.exp(-fade)
    travel_s = np.where(fade > 1e-6, (1.0 - kept) / np.maximum(slowing_per_s, 1e-9), dt_s)
    # Acceleration enters as if nothing slowed it: it is small where something does.
    noise = acceleration * np.array([[dt_s**3 / 3], [dt_s**2 / 2], [dt_s]])
    return Motion(travel_s, kept, noise, floor_m2)


@dataclass(frozen=True, slots=True)
class Prediction:
    """Where the body should be in a frame, and how it came there since the one before."""

    time_s: float
    moved: Motion
    state: Gaussian


def predict(before: Gaussian, time_s: float, moved: Motion) -> Prediction:
    """Return the state after a motion."""
    mean = before.mean.copy()
    mean[:COORDINATES] += moved.travel_s * mean[_U:]
    mean[_U:] *= moved.kept
    cov = before.covariance.copy()
    cov[:COORDINATES] += moved.travel_s[:, None] * cov[_U:]
    cov[:, :COORDINATES] += moved.travel_s * cov[:, _U:]
    cov[_U:] *= moved.kept[:, None]
    cov[:, _U:] *= moved.kept
    cov[FLOOR, FLOOR] += moved.floor_m2
    cov[_AT, _AT] += moved.noise[0]
    cov[_AT, _AT + _U] += moved.noise[1]
    cov[_AT + _U, _AT] += moved.noise[1]
    cov[_AT + _U, _AT + _U] += moved.noise[2]
    return Prediction(time_s, moved, Gaussian(mean, cov))


def unmeasured(predicted: Prediction) -> Step:
    """Return the step of a frame in which nothing was seen."""
    state = predicted.state
    column = state.covariance[:, :_U]
    nothing = np.zeros(_U), np.zeros((_U, _U))
    return Step(predicted.time_s, predicted.moved, state, *nothing, column)


def update(predicted: Prediction, prior_info: FloatArray, info: FloatArray, x: FloatArray) -> Step:
    """Return the step of a frame whose unknowns were estimated.

    Parameters
    ----------
    predicted : Prediction
    prior_info : array, shape (UNKNOWN_COUNT, UNKNOWN_COUNT)
        Inverse of the prediction's covariance of the unknowns.
    info : array, shape (UNKNOWN_COUNT, UNKNOWN_COUNT)
        Information of the frame's measurements.
    x : array, shape (UNKNOWN_COUNT,)
        The most probable unknowns from prediction and measurements.
    """
    state = predicted.state
    column = np.ascontiguousarray(state.covariance[:, :_U])
    spread = np.linalg.inv(prior_info + info)
    gain: FloatArray = prior_info - prior_info @ spread @ prior_info
    gain = (gain + gain.T) / 2
    pull = prior_info @ (x - state.mean[:_U])
    after = state.covariance - column @ gain @ column.T
    estimate = Gaussian(state.mean + column @ pull, (after + after.T) / 2)
    return Step(predicted.time_s, predicted.moved, estimate, pull, gain, column)


def smoothed_mean(steps: Sequence[Step]) -> FloatArray:
    """Return the mean of the first step's state, given all later ones, shape (70,)."""
    adjoint = np.zeros(STATE_COUNT)
    for later in steps[:0:-1]:
        adjoint[:_U] += later.pull - later.gain @ (adjoint @ later.column)
        adjoint[_U:] *= later.moved.kept
        adjoint[_U:] += later.moved.travel_s * adjoint[:COORDINATES]
    first = steps[0].after
    return first.mean + first.covariance @ adjoint


def smoothed_variance(steps: Sequence[Step], rows: FloatArray) -> FloatArray:
    """Return the variances of functions of the first step's unknowns, given all later steps.

    Parameters
    ----------
    rows : array, shape (K, UNKNOWN_COUNT)
        Derivatives of the functions.

    Returns
    -------
    array, shape (K,)
    """
    carried = steps[0].after.covariance[:, :_U] @ rows.T
    total: FloatArray = rows.T * carried[:_U]
    for later in steps[1:]:
        carried[:COORDINATES] += later.moved.travel_s[:, None] * carried[_U:]
        carried[_U:] *= later.moved.kept[:, None]
        head = carried[:_U]
        pulled = later.gain @ head
        total -= head * pulled
        carried -= later.column @ pulled
    return np.maximum(total.sum(axis=0), 0.0)
