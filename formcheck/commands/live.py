"""``formcheck live``: the same session on a camera, in a window."""

from __future__ import annotations

from typing import Annotated

import typer

from formcheck.commands._terminal import bars, stop_on_signal
from formcheck.commands.analyze import SideOption
from formcheck.errors import SettingError

_QUIT_KEYS = (ord("q"), 27)


def live(
    exercise: Annotated[str, typer.Argument(help="Exercise id, or the path of a .toml spec.")],
    camera: Annotated[str, typer.Option(help="Camera number, or the address of a stream.")] = "0",
    side: Annotated[SideOption | None, typer.Option(help="Count only this side.")] = None,
    model: Annotated[
        str | None, typer.Option(help="Pose model: a name of 'formcheck models', or a .task file.")
    ] = None,
) -> None:
    """Watch an exercise through a camera, in a window; q or Esc quits."""
    import cv2

    from formcheck import model_store
    from formcheck.overlay import Overlay
    from formcheck.pose_estimator import PoseEstimator
    from formcheck.presenter import Presenter
    from formcheck.session import Session
    from formcheck.spec_files import load_spec
    from formcheck.summary_text import describe
    from formcheck.video_source import open_camera

    spec = load_spec(exercise)
    with bars() as shown:
        found = model_store.load(model, shown.fetch)
    session = Session(spec, side=side.value if side else None)
    presenter, overlay = Presenter.for_spec(spec), Overlay("rgb")
    with (
        open_camera(camera) as source,
        PoseEstimator(found.path) as estimator,
        stop_on_signal() as stop,
    ):
        for frame in source:
            result = session.update(estimator.estimate(frame))
            picture = overlay.draw(frame.image_rgb, presenter.update(result), result.pose)
            try:
                cv2.imshow("formcheck", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
                pressed = cv2.waitKey(1) & 0xFF
            except cv2.error as error:
                raise SettingError("no window can be opened here; is there a screen?") from error
            if stop() or pressed in _QUIT_KEYS:
                break
    for line in describe(session.finish(), spec):
        typer.echo(line)
