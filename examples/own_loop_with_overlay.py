"""A loop of your own over a video, with formcheck's overlay and a line of your own on it.

    python examples/own_loop_with_overlay.py samples/standing_march.mp4 standing_march out.mp4

Give a camera's number instead of the video to watch yourself (end with Ctrl-C). OpenCV, which draws
and writes here, comes with formcheck.
"""

from __future__ import annotations

import math
import sys

import cv2

import formcheck as fc


def main(source: str, exercise: str, out: str) -> fc.Summary:
    """Write the source with everything drawn on it; return what it comes to."""
    session = fc.Session(fc.load_spec(exercise))
    overlay = fc.Overlay()
    writer = cv2.VideoWriter()
    meant = int(source) if source.isdecimal() else source
    with fc.open_poses(meant, spec=session.spec, images=True) as poses:
        writer.open(out, cv2.VideoWriter.fourcc(*"mp4v"), poses.fps, poses.size_px)
        try:
            for pose in poses:
                result = session.update(pose)
                picture = overlay.draw_result(poses.image, result, session.spec)
                knee_deg = result.values["knee_flexion_left_deg"]
                text = f"left knee {knee_deg:.0f} deg" if math.isfinite(knee_deg) else "left knee ?"
                at = (20, picture.shape[0] - 20)
                cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, 1.0, (255, 255, 255), 2)
                writer.write(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
        except KeyboardInterrupt:
            pass
        finally:
            writer.release()
    return session.finish()


if __name__ == "__main__":
    print(main(*sys.argv[1:4]))
