"""What every request of an endpoint is held to, before its fields are: dependencies of routers.

A filter that was ignored, or a body that was not read, would give a wrong answer.
"""

from __future__ import annotations

from email.message import Message

from fastapi import Depends, Request

from index.errors import BadRequest
from rag.api import problem_details

FORM = "multipart/form-data"


async def known_query(request: Request) -> None:
    """Raise BadRequest for a query parameter that the endpoint does not have."""
    known = [each.alias for each in request.scope["route"].dependant.query_params]
    for name in request.query_params:
        if name not in known:
            nl = f"wel: {', '.join(known)}" if known else "hier zijn er geen"
            en = f"known: {', '.join(known)}" if known else "there are none here"
            error = BadRequest(
                f"Parameter {name[:100]!r} is onbekend; {nl}.",
                f"Parameter {name[:100]!r} is unknown; {en}.",
            )
            error.field = name[:100]
            raise error


async def stated_type(request: Request) -> None:
    """Raise WrongContentType for a body that is not said to be of the type that is taken."""
    body = request.scope["route"].body_field
    if body is None:
        return
    wanted = body.field_info.media_type
    given = request.headers.get("content-type")
    message = Message()
    message["Content-Type"] = given or "application/octet-stream"
    kind = message.get_content_type()
    if kind == wanted or (wanted != FORM and kind.endswith("+json")):
        return
    shown = given and repr(given[:100])
    raise problem_details.WrongContentType(
        f"Content-Type is {shown or 'niet gegeven'}; stuur de inhoud als {wanted}.",
        f"Content-Type is {shown or 'not given'}; send the body as {wanted}.",
    )


STRICT = [Depends(known_query), Depends(stated_type)]
TYPED = [Depends(stated_type)]
"""For programs of others, which may send parameters of their own."""
