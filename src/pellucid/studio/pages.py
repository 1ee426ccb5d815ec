"""The page itself: the files built from ``web/``, or a page that says that they are missing."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"
# Their names hold a hash of their content, so that they never change.
_UNCHANGING = "assets/"

_MISSING = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The studio's page is not built</title>
<h1>The studio&rsquo;s page is not built</h1>
<p>The studio is running, but this copy of pellucid does not hold its page.</p>
<p>In a checkout, build it with <code>make web</code> (this needs Node), and load this page again.
An installed pellucid always has it: if this is one, install it again.</p>
</html>
"""


def page_routes(folder: Path = STATIC) -> list[BaseRoute]:
    """Return the routes of the page's files.

    Parameters
    ----------
    folder
        Where they lie; without an ``index.html`` there, a page says what is missing.
    """
    if (folder / "index.html").is_file():
        return [Mount("/", _Files(directory=folder, html=True))]
    return [Route("/", _missing)]


async def _missing(_: Request) -> Response:
    return HTMLResponse(_MISSING, status_code=503)


class _Files(StaticFiles):
    """The page's files; what never changes may be kept by the browser."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        kept = path.startswith(_UNCHANGING) and response.status_code == 200
        response.headers["cache-control"] = "max-age=31536000, immutable" if kept else "no-cache"
        return response
