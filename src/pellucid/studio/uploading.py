"""Taking a file that the page sends: it is written as it comes, never held as a whole."""

from __future__ import annotations

from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response

from pellucid.errors import PellucidError
from pellucid.studio.reading import Query
from pellucid.studio.refusals import JSON, refusal_response
from pellucid.studio.uploads import as_source, keep
from pellucid.studio.writing import to_json


async def upload(request: Request) -> Response:
    """Answer ``POST /api/uploads?name=…``, whose body is the file."""
    try:
        query = Query(request.query_params.multi_items())
        query.only("name")
        path = await keep(query.needed("name"), _pieces(request))
    except PellucidError as error:
        return refusal_response(error)
    return Response(to_json(as_source(path)), media_type=JSON)


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    async for piece in request.stream():
        yield piece
