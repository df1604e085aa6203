"""What can go wrong."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from formcheck.core.spec.fields import Name, Seconds, Text
from formcheck.core.spec.quantities import Bound


class Check(Bound):
    """A bound that must not be missed for longer than for_s while a phase lasts."""

    id: Name = Field(description="Name of the check, used in results.")
    during: Literal["rep", "up", "top", "down", "rest", "hold", "test", "exercise"] = Field(
        description="When it is judged: a phase of the rep, the whole rep, the hold, while a test "
        "measures, or the whole exercise once the start position was held."
    )
    of: Literal[
        "value",
        "speed",
        "reached",
        "kept_s",
        "hold_s",
        "up_s",
        "down_s",
        "rep_s",
        "down_over_up",
        "size",
        "turns",
    ] = Field(
        "value",
        description="What is judged. Frame by frame: the measurement's value, or its speed (per "
        "second, without sign). Once a rep: the best value that was reached in the phase, or the "
        "seconds in it for which the bound was kept, which must be for_s where it was kept at all. "
        "Once a rep too: the seconds held at the top, lifting, lowering or of "
        "the whole rep, lowering time over lifting time, the size of a pulse or circle, or the "
        "circles done when the direction changes (measurement then names what the rep is about).",
    )
    for_s: Seconds = Field(0.3, description="It must last this long.")
    after_s: Seconds = Field(
        0,
        description="Judged only once the bound was kept this long without a break: something can "
        "be lost only after it was there.",
    )
    view: Literal["side", "front"] | None = Field(
        None, description="The view it needs, where it is another than the exercise's."
    )
    invalidates: bool = Field(
        False, description="Missing it makes a self-test's result invalid: test again."
    )
    cue: Annotated[str, Field(min_length=1, max_length=60)] = Field(
        description="What to say: short enough to be spoken in two seconds."
    )
    why: str = Field("", max_length=400, description="Why it matters, for the report.")
    severity: Literal["info", "warning", "fault"] = Field("fault", description="How bad it is.")
    source: Text = Field(
        description="Where the limit comes from (ids of sources.toml, or heuristic)."
    )

    @property
    def gathered(self) -> bool:
        """True where one figure of each rep comes from the values of a phase."""
        return self.of in ("reached", "kept_s")

    @property
    def once_a_rep(self) -> bool:
        """True where it judges one figure of each rep, not every frame."""
        return self.of not in ("value", "speed")
