"""Another website, on a port of its own: people are sent there, or come from there."""

import http.server
import ssl
import subprocess
import threading


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.paths.append(self.path)
        if self.path.partition("?")[0] in self.server.moved:
            self.send_response(302)
            self.send_header("Location", self.server.moved[self.path.partition("?")[0]])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        page = self.server.pages.get(self.path.partition("?")[0], "<h1>Elsewhere</h1>")
        body = f'<!DOCTYPE html><html lang="en"><title>Elsewhere</title>{page}</html>'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def _certificate(name, folder):
    """Signed by itself; and its key."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-subj", f"/CN={name}", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


class Neighbour(http.server.ThreadingHTTPServer):
    """pages: HTML by path, for more than a heading. moved: where else a path is. paths: what has been asked for.

    With a name and a folder for its certificate it speaks TLS, and browsers have to be told where it is.
    """

    daemon_threads = True

    def __init__(self, name=None, folder=None):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages, self.moved, self.paths = {}, {}, []
        self.url = f"http{'s' if name else ''}://{name or '127.0.0.1'}:{self.server_port}"
        if name:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*_certificate(name, folder))
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def handle_error(self, *_):
        """Browsers break off connections as they like."""

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()
