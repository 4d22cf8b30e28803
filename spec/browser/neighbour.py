"""Another website, on a port of its own: people are sent there, or come from there."""

import http.server
import threading


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.paths.append(self.path)
        page = self.server.pages.get(self.path.partition("?")[0], "<h1>Elsewhere</h1>")
        body = f'<!DOCTYPE html><html lang="en"><title>Elsewhere</title>{page}</html>'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Neighbour(http.server.ThreadingHTTPServer):
    """pages: HTML by path, for more than a heading. paths: what has been asked for."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages, self.paths = {}, []
        self.url = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()
