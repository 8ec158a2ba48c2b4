# about: serves itself a page, as tests of servers do
# bare: fine
# profiles: tests
# verdicts: PASS
# open: without namespaces, there is no network of its own to serve in
import http.server
import threading
import urllib.request


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *about):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
threading.Thread(target=server.serve_forever, daemon=True).start()
with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/") as page:
    assert page.read() == b"hello"
server.shutdown()
print("fine")
