"""Files that the field's other tools read: OpenSim `.mot` and `.trc`, Parquet."""

from formcheck.exports.opensim import mot_text, trc_text
from formcheck.exports.parquet import write_parquet

__all__ = ["mot_text", "trc_text", "write_parquet"]
