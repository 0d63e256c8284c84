"""Bytes on the wire: a relay between the browser and a server that counts what passes."""

import socket
from contextlib import suppress
from threading import Thread


class Relay:
    """Listens on ``port``, hands everything on, and counts it as it is: compressed, framed."""

    def __init__(self, server: int) -> None:
        self.server = server
        self.sent = self.received = 0  # bytes, as the browser sees it
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _listen(self) -> None:
        with suppress(OSError):  # closed
            while True:
                browser, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self.server))
                for end in (browser, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for ends, way in (((browser, server), "sent"), ((server, browser), "received")):
                    Thread(target=self._hand_on, args=(*ends, way), daemon=True).start()

    def _hand_on(self, source: socket.socket, target: socket.socket, way: str) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                setattr(self, way, getattr(self, way) + len(data))
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
