"""Pages that open from disk without a network: a template, our scripts and styles inside."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from formcheck.core.formatting import time_text
from formcheck.report.plotly_bundle import csp_hash, plotly_bundle

if TYPE_CHECKING:
    import jinja2

_TEMPLATES = Path(__file__).parent / "templates"


def render_page(
    template: str,
    *,
    script: str,
    data: Mapping[str, Any],
    charts: object = True,
    **context: Any,
) -> str:
    """Return a page from one of our templates with our scripts and styles inside.

    Parameters
    ----------
    template, script : str
        File names in ``templates/``.
    data : mapping
        What the script works on, JSON-ready.
    charts : object
        The charts of the page; where there are none, the chart library is left out.
    **context
        What the template is filled with.
    """
    bundle = plotly_bundle() if charts else None
    environment = _environment()
    code = (_TEMPLATES / script).read_text(encoding="utf-8")
    common = (_TEMPLATES / "charts.js").read_text(encoding="utf-8")
    style = (_TEMPLATES / "page.css").read_text(encoding="utf-8")
    own_script = f"{common}\n{code}"
    return environment.get_template(template).render(
        data=data,
        style=style,
        own_script=own_script,
        script_hashes=[csp_hash(own_script)] + ([bundle.csp_hash] if bundle else []),
        bundle=bundle,
        charts=charts,
        **context,
    )


@functools.cache
def _environment() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["seconds"] = time_text
    return environment
