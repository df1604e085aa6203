"""What the documentation site takes from elsewhere when `mkdocs build` runs (see mkdocs.yml).

- README, PRIVACY and the architecture part of CONTRIBUTING become pages;
- every measurement is listed from the registry: formula's docstring, unit, views, error, joints;
- every public name gets its API entry;
- links to files that are no pages (results of benchmarks, code) become their plain names.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from posixpath import normpath, relpath
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parent.parent
# Pages made from files outside docs/, by the file.
PAGES = {"README.md": "index.md", "PRIVACY.md": "privacy.md", "CONTRIBUTING.md": "architecture.md"}
LINK = re.compile(r"(!?)\[([^\]]*)\]\((?![a-z]+:|#)([^)\s#]+)(#[^)\s]*)?\)")


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that are made here."""
    made = {
        "index.md": _outside("README.md"),
        "privacy.md": _outside("PRIVACY.md"),
        "architecture.md": _architecture(),
        "reference/measurements.md": "\n".join(_measurements()),
        "reference/api.md": "\n".join(_api()),
    }
    for name, text in made.items():
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """Lead links to files that are pages to those, and make plain names of the others."""
    here = PurePosixPath(page.file.src_uri).parent.as_posix()

    def lead(link: re.Match[str]) -> str:
        image, text, path, heading = link[1], link[2], link[3], link[4] or ""
        target = normpath(f"docs/{here}/{path}")
        if target.startswith("docs/") and files.get_file_from_path(target[5:]) is not None:
            return link[0]
        if target in PAGES:
            heading = "" if target == "CONTRIBUTING.md" else heading
            return f"{image}[{text}]({relpath(PAGES[target], here)}{heading})"
        return f"{text} (`{target}`)" if text.strip("`") != target else f"`{target}`"

    return LINK.sub(lead, markdown)


def _outside(name: str) -> str:
    """Return a page from the project's folder, its links as they are seen from docs/."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return LINK.sub(
        lambda m: (
            f"{m[1]}[{m[2]}]({relpath(m[3], 'docs')}{m[4] or ''})"
            if not m[3].startswith("docs/")
            else f"{m[1]}[{m[2]}]({m[3][5:]}{m[4] or ''})"
        ),
        text,
    )


def _architecture() -> str:
    """Return what CONTRIBUTING says about the way of a frame."""
    text = _outside("CONTRIBUTING.md")
    start = text.index("## The way of a frame")
    return "# Architecture\n\n" + text[start : text.index("\n## Add an exercise")]


def _measurements() -> Iterator[str]:
    from formcheck.core.measure.kinds import REGISTRY
    from formcheck.core.pose import SIDES

    yield "# Every measurement, from the code"
    yield ""
    yield (
        "Made from the registry of measurements when this site is built. Rules, sources and known "
        "limits: [What is measured](../measurement.md)."
    )
    for kind in REGISTRY.values():
        sides = "one for each side" if kind.sided else "one value"
        full_names = [kind.full_name(s) for s in SIDES] if kind.sided else [kind.full_name()]
        names = ", ".join(f"`{name}`" for name in full_names)
        error = "; ".join(
            [f"{kind.error:g}", *(f"{k.replace('_', ' ')} {v:g}" for k, v in kind.error_in.items())]
        )
        yield f"\n## {kind.label.capitalize()}: `{kind.name}`\n"
        yield inspect.getdoc(kind.compute) or ""
        yield "\n| | |\n|---|---|"
        yield f"| in results | {names} ({sides}) |"
        yield f"| unit | {kind.unit} |"
        yield f"| views | {', '.join(sorted(kind.views))} |"
        yield f"| joints that must be visible | {', '.join(kind.joints)} |"
        yield f"| typical error | {error} |"
        yield f"| may be judged on the far side | {'yes' if kind.far_side else 'no'} |"


def _api() -> Iterator[str]:
    import formcheck

    yield "# Python API"
    yield ""
    yield "All of `formcheck.__all__`. How the names work together: [In Python](../python.md)."
    for name in formcheck.__all__:
        if name != "__version__":
            yield f"\n::: {formcheck._MODULE_OF[name]}.{name}"
