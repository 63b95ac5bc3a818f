"""Run the REST service in this process."""

from __future__ import annotations

import socket
import sys

import uvicorn

from index.errors import BadRequest, VraagbaakError
from rag.api import create_app
from rag.loopback import is_loopback
from rag.operations import logs, tracing
from rag.operations.keys import Keys
from rag.settings import Settings


def serve(settings: Settings) -> None:
    """Serve until interrupted, then let running answers end (`shutdown_s` at most).

    Raises BadRequest where host and port cannot be listened on, and where others than this machine
    could ask without a key while nobody said that they may.
    """
    if not (is_loopback(settings.host) or settings.without_keys or Keys(settings.data_dir).any()):
        raise BadRequest(
            f"{settings.host} is bereikbaar voor andere machines en er zijn geen sleutels: maak er "
            "een met `vraagbaak keys create NAAM`, of zeg met --zonder-sleutels dat iedereen mag.",
            f"Other machines can reach {settings.host} and there are no keys: make one with "
            "`vraagbaak keys create NAME`, or say with --without-keys that everyone may.",
        )
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listening = socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        raise BadRequest(
            f"Kan niet luisteren op {settings.host} poort {settings.port} ({error.strerror}): kies "
            "een andere met --host of --port.",
            f"Cannot listen on {settings.host} port {settings.port} ({error.strerror}): choose "
            "another with --host or --port.",
        ) from error
    with listening:
        logs.configure(settings.log_level, settings.log_format)
        tracing.configure()
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        url = f"http://{host}:{listening.getsockname()[1]}"
        words = "luistert op" if settings.language == "nl" else "listens on"
        app = create_app(settings)
        print(f"Vraagbaak {words} {url}", file=sys.stderr, flush=True)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            # Anybody can send X-Forwarded-For, and so be somebody else to the rate limit.
            proxy_headers=False,
            timeout_graceful_shutdown=round(settings.shutdown_s),
        )
        server = uvicorn.Server(config)
        server.run(sockets=[listening])
        if not server.started:
            raise VraagbaakError(
                "De dienst kon niet beginnen; het logboek hierboven zegt waarom.",
                "The service could not start; the log above says why.",
            )
        # It ends by a signal only, which uvicorn raises again; not always in time to be seen.
        raise KeyboardInterrupt
