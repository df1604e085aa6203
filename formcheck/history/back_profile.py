"""Where formcheck 0.1 could keep what it knew of a person's lower back.

Nothing writes or reads these files any more; what is deleted with a history still takes them along.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import platformdirs

from formcheck.history.database import default_address


def profile_path(person: str) -> Path:
    """Return the file of a person's profile: beside the history, where that is a file."""
    address = default_address()
    folder = platformdirs.user_data_path("formcheck") if "://" in address else Path(address).parent
    # A person's name may have any letters; a file name may not.
    return folder / "backs" / f"{hashlib.sha256(person.encode()).hexdigest()[:12]}.json"
