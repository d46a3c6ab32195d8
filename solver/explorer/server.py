"""The explorer as a page of this machine: a small server on the loopback address."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from games import InvalidGameError, tables
from games.records import as_json
from solver.explorer.desk import Desk
from solver.explorer.page import part

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

HOST = "127.0.0.1"
PORT = 8734
NAMES = [HOST, "localhost"]
KINDS = {"explorer.js": "text/javascript", "explorer.css": "text/css"}
HEADERS = {
    # nothing from elsewhere, nothing to elsewhere; pictures are drawn from what the page holds
    "content-security-policy": "default-src 'self'; img-src 'self' data: blob:; object-src 'none';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
# a turn that gave way is no failure, which browsers would report: it has no answer to give
BAD, GAVE_WAY = 400, 204


def app(desk: Desk) -> Starlette:
    """Return the explorer as an application for any server of the ASGI kind.

    It only reads, keeps no cookie, and answers no other host's name than this machine's (a page
    elsewhere that points a name of its own at this machine gets nothing).

    Raises
    ------
    MissingDependencyError
        Without the extra `explore`.
    """
    tables.need("starlette", "explore")
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware
    from starlette.responses import Response
    from starlette.routing import Route

    def sent(text: str, kind: str, status: int = 200) -> Response:
        return Response(text, status, HEADERS, f"{kind}; charset=utf-8")

    async def page(request: Request) -> Response:
        return sent(part("index.html"), "text/html")

    async def file(request: Request) -> Response:
        name = request.url.path.removeprefix("/")
        return sent(part(name), KINDS[name])

    async def answer(request: Request) -> Response:
        what, query = request.path_params["what"], dict(request.query_params)
        reply = await run_in_threadpool(desk.reply, what, query)
        if reply.superseded:
            return Response(status_code=GAVE_WAY, headers=HEADERS)
        if reply.error:
            return sent(as_json({"error": reply.error}), "application/json", BAD)
        return sent(as_json(reply.answer), "application/json")

    return Starlette(
        routes=[
            Route("/", page),
            *(Route(f"/{name}", file) for name in KINDS),
            Route("/api/{what}", answer),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=NAMES)],
    )


def listening(port: int | None) -> socket.socket:
    """Return a socket of this machine alone on which pages can be asked for.

    Parameters
    ----------
    port : int or None
        None for the usual one, or any that is free if it is taken.

    Raises
    ------
    InvalidGameError
        If the port that was asked for cannot be had.
    """
    for asked in (PORT, 0) if port is None else (port,):
        found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((HOST, asked))
            found.listen()  # from here on a page that is opened waits for its answer
            return found
        except (OSError, OverflowError) as error:
            found.close()
            if port is not None:
                reason = getattr(error, "strerror", None) or str(error)
                raise InvalidGameError(f"`port` {port} cannot be had: {reason}") from None
    raise AssertionError("any free port will do")


def serve(desk: Desk, bound: socket.socket, ready: Callable[[], None]) -> None:
    """Answer pages until the process is told to stop.

    Parameters
    ----------
    bound : socket
    ready : callable
        Called once pages can be opened. What compiles is imported after that.
    """
    tables.need("uvicorn", "explore")
    import uvicorn

    config = uvicorn.Config(
        app(desk), log_level="warning", lifespan="off", timeout_graceful_shutdown=1
    )

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready()
            threading.Thread(target=warm, args=[desk], daemon=True).start()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            desk.close()
            await super().shutdown(sockets)

    with suppress(KeyboardInterrupt):
        Server(config).run(sockets=[bound])


def warm(desk: Desk) -> None:
    """Solve what is shown first, so that what compiles has done so."""
    # the page asks the same and is told what is wrong; the process may end under it, too
    with suppress(Exception):
        desk.answer("point", {})
