"""A server that is not Vraagbaak."""

import http.server
import threading
from contextlib import contextmanager


@contextmanager
def replying(status, body, headers=None):
    """The address of something that is not Vraagbaak, and says `body` to everything."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def reply(self):
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = reply

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
