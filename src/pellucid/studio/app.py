"""The application: the guard, the limits, the table of routes, the files of the page."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from pellucid.errors import PellucidError
from pellucid.studio import live_line
from pellucid.studio.asked import Asked, Bytes
from pellucid.studio.guard import Guard
from pellucid.studio.pages import page_routes
from pellucid.studio.reading import Query
from pellucid.studio.refusals import JSON, RefusedError, refusal_response
from pellucid.studio.routes import WAYS, Way
from pellucid.studio.studio import Studio
from pellucid.studio.uploading import upload
from pellucid.studio.writing import to_json

MOST_BYTES = 32 << 20
"""The largest body of a request: a photograph's pixels as numbers fit in."""

_log = logging.getLogger("pellucid.studio")


def make_app(studio: Studio, port: int) -> Guard:
    """Put the application together, for a server that listens on a port of 127.0.0.1."""
    inner = Starlette(
        routes=make_routes(studio),
        exception_handlers={404: _not_found, 405: _not_allowed},
    )
    return Guard(inner, studio.token, port)


def make_routes(studio: Studio) -> list[BaseRoute]:
    """Return all routes: those of the table, uploads, the live line, and the page's files."""
    asked: list[BaseRoute] = [
        Route(way.path, _endpoint(studio, way), methods=[way.method]) for way in WAYS
    ]
    others = [
        Route("/api/uploads", upload, methods=["POST"]),
        WebSocketRoute(live_line.PATH, functools.partial(live_line.live, studio)),
    ]
    return [*asked, *others, *page_routes()]


def _endpoint(studio: Studio, way: Way) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            body = await _body(request)
            query = Query(request.query_params.multi_items())
            asked = Asked(dict(request.path_params), query, body)
            return _response(await run_in_threadpool(way.answer, studio, asked))
        except PellucidError as error:
            return refusal_response(error)
        except asyncio.CancelledError:  # the studio ends, and waits no longer for this answer
            return refusal_response(RefusedError(503, "The studio has been closed."))
        except Exception:  # the page gets no traceback, the terminal does
            where = f"{way.method} {way.path}"
            _log.exception("The studio failed at %s", where)
            failed = RefusedError(
                500,
                "The studio failed to answer; this is a mistake of pellucid.",
                where=where,
                remedy="report it, with what the terminal shows",
            )
            return refusal_response(failed)

    return endpoint


async def _body(request: Request) -> bytes:
    """Read a body, and no more of it than is allowed."""
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > MOST_BYTES:
            raise RefusedError(
                413,
                "The request is too large.",
                expected=f"at most {MOST_BYTES >> 20} MiB",
                remedy="take a smaller image, or fewer rows",
            )
        pieces.append(piece)
    return b"".join(pieces)


def _response(answer: Any) -> Response:
    if isinstance(answer, Bytes):
        return Response(answer.content, media_type=answer.media_type)
    return Response(to_json(answer), media_type=JSON)


async def _not_found(request: Request, _: Exception) -> Response:
    return refusal_response(
        RefusedError(404, "There is nothing here.", where=request.url.path[:200])
    )


async def _not_allowed(request: Request, _: Exception) -> Response:
    return refusal_response(
        RefusedError(405, f"{request.method} is not answered here.", where=request.url.path[:200])
    )
