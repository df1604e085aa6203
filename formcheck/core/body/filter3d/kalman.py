"""Gaussian state with velocities, its prediction and update, and smoothing over a short window.

State: the unknowns of `model` (their first 30 numbers are the points), then the velocities of the
points. Points move with white acceleration; all else returns slowly to what is usual.

Smoothing is that of Bryson and Frazier (1963) in adjoint form: what later frames say about an
earlier one is one vector and one matrix that are carried back through the frames between; no
covariance is inverted for it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.core.body.filter3d.skeleton import BONE_COUNT
from formcheck.core.body.filter3d.unknowns import COORDINATES, LENGTHS, LOG_FOCAL, UNKNOWN_COUNT
from formcheck.core.pose import FloatArray

STATE_COUNT = UNKNOWN_COUNT + COORDINATES
_U = UNKNOWN_COUNT
_AT = np.arange(COORDINATES)
_SLOW = slice(COORDINATES, UNKNOWN_COUNT)
_SLOW_AT = np.arange(COORDINATES, UNKNOWN_COUNT)


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
class Slow:
    """What is constant, or nearly so: all unknowns but the points; arrays of shape (11,).

    Attributes
    ----------
    usual : array
        What is known before anything is seen; NaN for what returns to nothing.
    variance : array
        How far it may be from that.
    memory_s : float
        Time in which it returns.
    drift : array
        What of variance is added a second to what returns to nothing.
    """

    usual: FloatArray
    variance: FloatArray
    memory_s: float
    drift: FloatArray


@dataclass(frozen=True, slots=True)
class Motion:
    """How the state changes from one frame to the next.

    Attributes
    ----------
    travel_s : array, shape (30,)
        Way over speed at the beginning: the time between, or less where speed dies away.
    kept : array, shape (71,)
        What part of each number is left after that.
    noise : array, shape (3, 30)
        Variances that white acceleration adds: of place, of place with speed, of speed.
    slow_added : array, shape (2, 11)
        What is added to mean and variance of the slow unknowns.
    """

    travel_s: FloatArray
    kept: FloatArray
    noise: FloatArray
    slow_added: FloatArray


def motion(
    dt_s: float, acceleration: FloatArray, slowing_per_s: FloatArray, slow: Slow, size: float
) -> Motion:
    """Return the motion over a time.

    Parameters
    ----------
    dt_s : float
    acceleration : array, shape (30,)
        Spectral density of the white acceleration of each coordinate, (m/s2)2 s.
    slowing_per_s : array, shape (30,)
        Rate at which speed dies away: 0 for what moves freely.
    slow : Slow
    size : float
        By how much everything in metres is made larger, with the world around it.
    """
    fade = slowing_per_s * dt_s
    kept = np.full(STATE_COUNT, size)
    kept[_U:] *= np.exp(-fade)
    lost = 1.0 - np.exp(-fade)
    travel_s = np.where(fade > 1e-6, lost / np.maximum(slowing_per_s, 1e-9), dt_s)
    # Acceleration enters as if nothing slowed it: it is small where something does.
    noise = acceleration * np.array([[dt_s**3 / 3], [dt_s**2 / 2], [dt_s]])
    returns = np.isfinite(slow.usual)
    slow_kept = np.where(returns, math.exp(-dt_s / slow.memory_s), 1.0)
    kept[LENGTHS.start : LOG_FOCAL + 1] = 1.0
    kept[_SLOW] *= slow_kept
    mean = np.where(returns, (1.0 - slow_kept) * slow.usual, 0.0)
    mean[:BONE_COUNT] += math.log(size)
    variance = (1.0 - slow_kept**2) * slow.variance + dt_s * slow.drift
    return Motion(travel_s, kept, noise, np.stack([mean, variance]))


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
    mean *= moved.kept
    mean[_SLOW] += moved.slow_added[0]
    cov = before.covariance.copy()
    cov[:COORDINATES] += moved.travel_s[:, None] * cov[_U:]
    cov[:, :COORDINATES] += moved.travel_s * cov[:, _U:]
    cov *= moved.kept[:, None]
    cov *= moved.kept
    cov[_SLOW_AT, _SLOW_AT] += moved.slow_added[1]
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
        adjoint *= later.moved.kept
        adjoint[_U:] += later.moved.travel_s * adjoint[:COORDINATES]
    first = steps[0].after
    mean: FloatArray = first.mean + first.covariance @ adjoint
    return mean


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
    total = rows.T * carried[:_U]
    for later in steps[1:]:
        carried[:COORDINATES] += later.moved.travel_s[:, None] * carried[_U:]
        carried *= later.moved.kept[:, None]
        head = carried[:_U]
        pulled = later.gain @ head
        total -= head * pulled
        carried -= later.column @ pulled
    variance: FloatArray = np.maximum(total.sum(axis=0), 0.0)
    return variance
