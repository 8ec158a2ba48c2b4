"""What all the protocols share: a small HTTP server, keys, bodies, streams."""

import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Refused(Exception):
    """The service would not answer this."""

    def __init__(self, status, body):
        super().__init__(status)
        self.status, self.body = status, body


class Door:
    """One provider. Subclasses say which key they want, what they answer, and how they complain."""

    # Services want a key; servers on this machine take any question without one, but no wrong one.
    needs_key = True

    def __init__(self, upstream, key):
        self.upstream, self.key = upstream, key

    def given_key(self, headers):
        """The key in the headers, or None."""
        return bearer(headers)

    def complaint(self, status, message, name=None):
        """The exception that refuses a question in the service's own words."""
        raise NotImplementedError

    def wrong_key(self, given):
        return self.complaint(401, "Incorrect API key provided.", "invalid_api_key")

    def check_key(self, headers):
        given = self.given_key(headers)
        if given is None and not self.needs_key:
            return
        if given is None or not hmac.compare_digest(given, self.key):
            raise self.wrong_key(given)

    def answer(self, request):
        """Answers; `request` has method, path, query, headers and body."""
        raise NotImplementedError


def bearer(headers):
    value = headers.get("authorization", "")
    return value.removeprefix("Bearer ") if value.startswith("Bearer ") else None


def only(body, names, complain):
    """Services refuse what they do not know."""
    for name in body:
        if name not in names:
            raise complain(name)


class Request:
    def __init__(self, handler):
        self.handler = handler
        self.method, self.headers = handler.command, handler.headers
        self.path, _, query = handler.path.partition("?")
        self.query = dict(pair.split("=", 1) for pair in query.split("&") if "=" in pair)
        length = int(self.headers.get("content-length") or 0)
        self.body = json.loads(handler.rfile.read(length)) if length else {}

    def send(self, body, status=200):
        payload = json.dumps(body).encode() if not isinstance(body, bytes) else body
        self.handler.send_response(status)
        kind = "text/plain" if isinstance(body, bytes) else "application/json"
        self.handler.send_header("content-type", kind)
        self.handler.send_header("content-length", str(len(payload)))
        self.handler.end_headers()
        self.handler.wfile.write(payload)

    def stream(self, kind, chunks):
        """Sends texts as they come. When the client goes away, `chunks` is closed, and with it the model stops."""
        self.handler.send_response(200)
        self.handler.send_header("content-type", kind)
        self.handler.send_header("transfer-encoding", "chunked")
        self.handler.end_headers()
        try:
            for chunk in chunks:
                data = chunk.encode()
                self.handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            self.handler.wfile.write(b"0\r\n\r\n")
        except ConnectionError:
            self.handler.close_connection = True
        finally:
            chunks.close()


def serve(door):
    """Opens a door on a free port, and returns its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 0

        def log_message(self, *_):
            pass

        def handle_request(self):
            request = Request(self)
            try:
                door.check_key(request.headers)
                door.answer(request)
            except Refused as refused:
                request.send(refused.body, refused.status)

        do_GET = do_POST = handle_request

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
