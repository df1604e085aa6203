"""What a client reads first: how much, what went well, and the one thing to work on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from formcheck.core.formatting import (
    capitalised,
    count_text,
    joined,
    pair_text,
    time_text,
    times_text,
    value_text,
)
from formcheck.core.spec.exercise import Check, ExerciseSpec
from formcheck.io.result_file import (
    FaultEntry,
    ResultFile,
    SelfTestEntry,
    SelfTestsEntry,
)
from formcheck.report.names import (
    MeasurementName,
    directed_text,
    direction_of,
    measurement_label,
    side_word,
    title_of,
)

_SEVERITY_RANK = {"info": 0, "warning": 1, "fault": 2}
MAX_PRAISE = 3
# heuristic: within the measurement's own error, two sides are alike.
ALIKE_DEG = 5.0


@dataclass(frozen=True, slots=True)
class Tile:
    """One big number."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class OneThing:
    """The one thing to work on.

    Attributes
    ----------
    text : str
    detail : str
        How often and where it was seen.
    why : str
        Why it matters; may be empty.
    seek_s : float or None
        Where the video shows it.
    good : bool
        True where there is nothing to correct.
    """

    text: str
    detail: str
    why: str = ""
    seek_s: float | None = None
    good: bool = False


@dataclass(frozen=True, slots=True)
class ClientSummary:
    """The top of a report.

    `judged` is False where there is nothing to do well or badly: timed exercises and self-tests.
    """

    tiles: tuple[Tile, ...]
    went_well: tuple[str, ...]
    one_thing: OneThing
    judged: bool = True


def client_summary(results: ResultFile, spec: ExerciseSpec | None) -> ClientSummary:
    """Return the client's part of a report.

    Parameters
    ----------
    results : ResultFile
        A `*.formcheck.json`.
    spec : ExerciseSpec or None
        The exercise, where it is known here.
    """
    return ClientSummary(
        tiles=tuple(_tiles(results, spec)),
        went_well=tuple(_went_well(results, spec))[:MAX_PRAISE],
        one_thing=_one_thing(results, spec),
        judged=results.totals.timed_s is None and results.test is None,
    )


def reading_text(row: SelfTestEntry) -> str:
    """Return what a self-test's number means, as a sentence; empty where nothing is known."""
    if not row.reading:
        return ""
    border = " It is near the border of this range." if row.near_border else ""
    return f"{capitalised(row.reading).removesuffix('.')}.{border}"


def validity_text(row: SelfTestEntry) -> str:
    """Return whether a self-test's number counts, and why not."""
    if row.valid:
        return "valid"
    if row.valid is None:
        return f"not assessed: {'; '.join(row.not_assessed)}"
    return f"not valid: {'; '.join(row.invalid_because)}"


def _tiles(results: ResultFile, spec: ExerciseSpec | None) -> list[Tile]:
    if results.totals.timed_s is not None:
        # The exercise only has a time: nothing is checked.
        done = sum(results.totals.timed_s.values())
        return [Tile(time_text(done), "done", "not assessed")]
    if results.test is not None:
        return _test_tiles(results.test.results)
    totals = results.totals
    attempts = totals.attempts
    hold_kind = spec.kind == "hold" if spec else not any(totals.reps.values())
    if hold_kind and (any(totals.hold_s.values()) or (spec and spec.kind == "hold")):
        return _hold_tiles(results, spec)
    aim = spec.dose.reps if spec else None
    tiles = []
    for side, count in totals.reps.items():
        label = "reps" if count != 1 else "rep"
        label += "" if side == "both" else f", {side_word(side)}"
        notes = [f"one set is {aim}"] if aim else []
        missed = attempts.get(side, 0)
        if missed:
            notes.append(f"{missed} more did not reach the target")
        tiles.append(Tile(str(count), label, "; ".join(notes)))
    return tiles


def _test_tiles(rows: Sequence[SelfTestEntry]) -> list[Tile]:
    tiles = []
    for row in rows:
        label = row.name + ("" if row.side == "both" else f", {side_word(row.side)}")
        note = validity_text(row) if row.valid is False else reading_text(row)
        tiles.append(Tile(value_text(row.value, row.unit), label, note))
    return tiles


def _tested(test: SelfTestsEntry, faults: Sequence[FaultEntry]) -> OneThing:
    """Return what to do with the numbers of a self-test."""
    rows = test.results
    broken = list(dict.fromkeys(cue for row in rows for cue in row.invalid_because))
    if broken:
        at = next((fault.start_s for fault in faults if fault.cue in broken), None)
        return OneThing(
            f"{capitalised(joined(broken))}.", f"So the number does not count. {test.note}",
            seek_s=at,
        )  # fmt: skip
    if not rows:
        return OneThing(
            "Nothing was measured in this video.",
            "Check that the whole body is in view and that the camera stands where the "
            "test asks for it.",
        )
    unsure = list(dict.fromkeys(text for row in rows for text in row.not_assessed))
    detail = f"Not assessed: {'; '.join(unsure)}. " if unsure else ""
    return OneThing("Here are your numbers.", detail + test.note, good=True)


def _hold_tiles(results: ResultFile, spec: ExerciseSpec | None) -> list[Tile]:
    aim = spec.dose.hold_target_s if spec else None
    tiles = []
    for side, total in results.totals.hold_s.items():
        own = [hold.hold_s for hold in results.holds if hold.side == side]
        label = "held in all" if side == "both" else f"held in all, {side_word(side)}"
        notes = [f"one hold should last {aim:g} s"] if aim else []
        if not own:
            notes.append("none in this video")
        elif len(own) > 1:
            notes.append(f"longest of {len(own)}: {value_text(max(own), 's')}")
        tiles.append(Tile(value_text(total, "s"), label, "; ".join(notes)))
    return tiles


def _went_well(results: ResultFile, spec: ExerciseSpec | None) -> list[str]:
    reps, holds = results.reps, results.holds
    praise = []
    clean = sum(1 for rep in reps if not rep.faults)
    if reps and clean == len(reps):
        praise.append("Your rep was clean." if clean == 1 else f"All {clean} reps were clean.")
    elif clean:
        praise.append(f"{clean} of {len(reps)} reps were clean.")
    aim = spec.dose.hold_target_s if spec and spec.kind == "hold" else None
    reached = [hold for hold in holds if aim and hold.hold_s >= aim]
    if reached:
        longest = max(hold.hold_s for hold in reached)
        praise.append(f"You held for {value_text(longest, 's')}; the aim was {aim:g} s.")
    elif holds and not reps:
        longest = max(hold.hold_s for hold in holds)
        if aim is None:
            praise.append(f"Your longest hold lasted {value_text(longest, 's')}.")
        elif longest >= aim / 2:
            praise.append(f"You held for {value_text(longest, 's')} of the {aim:g} s asked for.")
    praise.extend(_kept_limits(results, spec))
    alike = _alike(results)
    if alike:
        praise.append(alike)
    if not praise and reps:
        praise.append(f"You completed {count_text(len(reps), 'rep')}.")
    return praise


def _kept_limits(results: ResultFile, spec: ExerciseSpec | None) -> list[str]:
    """Return a sentence for what was checked and never missed."""
    if spec is None or not (results.reps or results.holds):
        return []
    missed = {fault.check for fault in results.faults}
    unknown = {item.check for item in results.not_assessed}
    kept = [check for check in spec.checks if check.id not in missed | unknown]
    if not kept:
        return []
    labels = list(dict.fromkeys(_check_subject(check) for check in kept))[:3]
    return [f"{capitalised(joined(labels))} stayed within the limits."]


def _check_subject(check: Check) -> str:
    figures = {
        "hold_s": "the hold at the top",
        "down_s": "the lowering",
        "up_s": "the lifting",
        "rep_s": "the tempo",
        "down_over_up": "lowering against lifting",
        "size": "the size",
        "turns": "the direction",
        "kept_s": f"the time of {measurement_label(check.measurement)}",
        "speed": f"the speed of {measurement_label(check.measurement)}",
    }
    return figures.get(check.of) or measurement_label(check.measurement)


def _alike(results: ResultFile) -> str | None:
    sides: dict[str, list[float]] = {"left": [], "right": []}
    name = ""
    for rep in results.reps:
        for full_name, value in rep.measurements.items():
            main = full_name.endswith(("_max_deg", "_min_deg"))
            if main and value is not None and rep.side in sides:
                name = name or full_name
                if full_name == name:
                    sides[rep.side].append(value)
    if not sides["left"] or not sides["right"]:
        return None
    left, right = (sum(own) / len(own) for own in (sides["left"], sides["right"]))
    if abs(left - right) > ALIKE_DEG:
        return None
    what = measurement_label(MeasurementName.parse(name).base)
    return (
        f"Left and right were alike: {what} {value_text(left, 'deg')} and "
        f"{value_text(right, 'deg')} on average."
    )


def _one_thing(results: ResultFile, spec: ExerciseSpec | None) -> OneThing:
    faults: Sequence[FaultEntry] = results.faults
    if results.test is not None:
        return _tested(results.test, faults)
    if faults:
        return _worst_fault(faults, spec)
    if any(results.totals.attempts.values()):
        return _missed_target(results, spec)
    too_short = _short_hold(results, spec)
    if too_short is not None:
        return too_short
    if results.totals.timed_s is not None:
        return OneThing(
            "Nothing is judged in this exercise.",
            "It is done by time and feeling; there is no score.",
            good=True,
        )
    if not results.reps and not results.holds:
        return OneThing(
            "No rep or hold was seen in this video.",
            "Check that the whole body is in view and that the camera stands where the "
            "exercise asks for it. What was missing is listed under “Not assessed”.",
        )
    rest = results.not_assessed
    detail = "Keep doing it this way."
    if rest:
        detail += " Some things could not be judged; they are listed under “Not assessed”."
    if results.quality.warnings:
        detail += " The recording had its limits; see “Quality of the recording”."
    return OneThing("Nothing to correct in what could be judged.", detail, good=True)


def _short_hold(results: ResultFile, spec: ExerciseSpec | None) -> OneThing | None:
    """Return that the hold was too short, where it was and nothing else was wrong."""
    aim = spec.dose.hold_target_s if spec is not None and spec.kind == "hold" else None
    if aim is None or not results.holds:
        return None
    longest = max(results.holds, key=lambda hold: hold.hold_s)
    if longest.hold_s >= aim:
        return None
    detail = f"Your longest hold was {value_text(longest.hold_s, 's')}; the aim is {aim:g} s."
    if len(results.holds) > 1:
        detail += f" There were {len(results.holds)} holds with breaks between them."
    return OneThing("Hold it longer.", detail, seek_s=longest.start_s)


def _worst_fault(faults: Sequence[FaultEntry], spec: ExerciseSpec | None) -> OneThing:
    seconds: defaultdict[str, float] = defaultdict(float)
    rank: dict[str, int] = {}
    for fault in faults:
        seconds[fault.check] += max(0.1, fault.end_s - fault.start_s)
        rank[fault.check] = _SEVERITY_RANK.get(fault.severity, 0)
    check = max(seconds, key=lambda name: (rank[name], seconds[name]))
    own = [fault for fault in faults if fault.check == check]
    sides = Counter(fault.side for fault in own)
    where = joined(
        f"{n if len(sides) > 1 else ''} on the {side_word(side)}".strip()
        for side, n in sides.items()
        if side in ("left", "right")
    )
    clearest = max(own, key=lambda fault: abs((fault.worst or 0) - (fault.limit or 0)))
    detail = f"Seen {times_text(len(own))}{', ' + where if where else ''}."
    known = next((item for item in spec.checks if item.id == check), None) if spec else None
    detail += f" Clearest at {time_text(clearest.start_s)}: {measured_text(clearest, known)}."
    why = known.why if known is not None else ""
    text = clearest.cue or title_of(check)
    return OneThing(capitalised(text), detail, why, seek_s=clearest.start_s)


def _missed_target(results: ResultFile, spec: ExerciseSpec | None) -> OneThing:
    counts = {side: n for side, n in results.totals.attempts.items() if n}
    count = sum(counts.values())
    where = joined(f"{n} on the {side_word(side)}" for side, n in counts.items() if side != "both")
    noun = "movement" if count == 1 else "movements"
    detail = f"{count} {noun} did not reach the target" + (f" ({where})." if where else ".")
    seek_s = None
    attempts = results.attempts
    if attempts:
        clearest = max(attempts, key=lambda item: abs((item.best or 0) - (item.target or 0)))
        best = value_text(clearest.best, clearest.unit)
        target = value_text(clearest.target, clearest.unit)
        rule = spec.rep_rule if spec else None
        label = measurement_label(rule.measurement) + " " if rule else ""
        detail += f" Clearest at {time_text(clearest.top_s)}: {label}{best}, target {target}."
        seek_s = clearest.top_s
    return OneThing("Go all the way to the target.", detail, seek_s=seek_s)


def measured_text(fault: FaultEntry, check: Check | None = None) -> str:
    """Return what was measured and what was wanted, e.g. ``71° (at least 80° wanted)``.

    Parameters
    ----------
    fault : FaultEntry
        As in the result file.
    check : Check, optional
        Its check; with it, signs become words: ``20° back (at most 9° wanted)``.
    """
    unit, worst, limit = fault.unit, fault.worst, fault.limit
    if worst is None or limit is None:
        return value_text(worst, unit)
    base = check.measurement if check is not None and check.of == "value" else ""
    low = worst < limit
    shown, wanted = directed_text(worst, unit, base), directed_text(limit, unit, base)
    if direction_of(base, worst) and worst * limit > 0:
        # The same way, so said without signs: too far back is more than the limit, not less.
        low = abs(worst) < abs(limit)
        wanted = value_text(abs(limit), unit)
    elif shown == wanted:
        shown, wanted = pair_text(worst, limit, unit)
    return f"{shown} ({'at least' if low else 'at most'} {wanted} wanted)"
