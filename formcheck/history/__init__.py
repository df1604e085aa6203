"""What was done, kept: people, their sessions and self-tests, in the user's own database."""

from formcheck.history.records import SelfTest, SessionRecord, SideRecord
from formcheck.history.store import DEFAULT_PERSON, History

__all__ = ["DEFAULT_PERSON", "History", "SelfTest", "SessionRecord", "SideRecord"]
