"""What everybody is told before the first session and after pain. Texts only; pure.

From the seeds (S1): warm up, ease in, never bounce, breathe, stop at sharp or radiating pain, ask a
clinician with old injuries; couch stretch: stop at any knee pain.
"""

from __future__ import annotations

FIRST_SESSION = (
    "Warm up for five to ten minutes before stretching.",
    "Ease in, never bounce, breathe slowly.",
    "Stop at sharp or radiating pain.",
    "With a hip or back injury, now or before, ask a clinician first.",
)
TITLE = "Before you begin"
NO_DIAGNOSIS = "This program makes no diagnosis and is no medical device."

# From this score on nothing is made harder.
PAIN_HOLDS_BACK = 4


def after_pain(pain: int | None, *, sharp: bool = False) -> tuple[str, ...]:
    """Return what to say after a pain score or a stop for sharp pain; empty for little pain.

    Parameters
    ----------
    pain : int or None
        0 (none) to 10 (worst).
    sharp : bool
        The session was stopped for sharp pain.
    """
    if sharp:
        return (
            "Sharp or radiating pain is a reason to stop, and to leave this exercise out for now.",
            "If it comes back, or stays, ask a clinician before you go on.",
        )
    if pain is None or pain < 1:
        return ()
    if pain < PAIN_HOLDS_BACK:
        return ("A little pulling is common; do less if it grows, and never push into pain.",)
    return (
        f"Pain {pain} of 10 is too much for training: do less next time, nothing harder.",
        "If it stays, comes at night or runs down the leg, ask a clinician before you go on.",
    )
