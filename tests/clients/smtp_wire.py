"""An SMTP client that does nothing by itself: tests decide every octet and see every reply. smtplib is too polite for
that: it pairs each command with a reply, hides continuation lines and hangs up when refused.
"""

import re
import socket
import struct

TIMEOUT = 30.0  # longer than any tarpit; a test that needs it all has failed
CHUNK = 64 * 1024


class Closed(ConnectionError):
    """The server closed the connection where a reply was expected."""


class Reply:
    """One reply, continuation lines included."""

    def __init__(self, lines):
        self.lines = tuple(lines)
        self.code = int(lines[-1][:3])
        self.text = lines[-1][4:]

    def __str__(self):
        return self.lines[-1]

    def __repr__(self):
        return repr(self.lines)

    @property
    def kind(self):
        """The first digit, which is what a client acts on (RFC 5321 4.2.1)."""
        return str(self.code)[0]


def stuffed(content):
    """The octets of DATA: dots doubled (RFC 5321 4.5.2), final CRLF and the end of data added."""
    if content and not content.endswith(b"\r\n"):
        content += b"\r\n"
    if content.startswith(b"."):
        content = b"." + content
    return content.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def internal_id(reply):
    """The InternalId that a 250 to the end of data tells, as text."""
    found = re.search(r"\[InternalId=(\d+)", str(reply))
    if not found:
        raise AssertionError(f"no InternalId in {reply}")
    return found.group(1)


class Client:
    """A connection; the banner is read by `hello()` or by the test itself."""

    def __init__(self, address, source=None, timeout=TIMEOUT):
        self.socket = socket.create_connection(address, timeout, (source, 0) if source else None)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._unread = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def endpoint(self):
        """Our own end as the server's logs write it."""
        host, port = self.socket.getsockname()[:2]
        return f"{host}:{port}"

    def send(self, octets):
        """Sends octets as they are."""
        self.socket.sendall(octets)

    def line(self):
        """The next line from the server, without CRLF."""
        while b"\r\n" not in self._unread:
            octets = self.socket.recv(CHUNK)
            if not octets:
                raise Closed(f"closed by the server, after {self._unread!r}")
            self._unread += octets
        line, _, self._unread = self._unread.partition(b"\r\n")
        return line.decode("utf-8", "surrogateescape")

    def reply(self):
        """The next reply."""
        lines = [self.line()]
        while lines[-1][3:4] == "-":
            lines.append(self.line())
        return Reply(lines)

    def say(self, command):
        """Sends a line and returns the reply."""
        self.send(command.encode("utf-8", "surrogateescape") + b"\r\n")
        return self.reply()

    def hello(self, name="mail.fabrikam.com"):
        """Reads the banner, says EHLO and returns its reply."""
        expect(self.reply(), 220)
        return expect(self.say(f"EHLO {name}"), 250)

    def deliver(self, content, sender="ann@fabrikam.com", recipients=("mary@adventureworks.com",)):
        """One transaction whose commands are all accepted; returns the reply to the dot."""
        commands = [f"MAIL FROM:<{sender}>", *(f"RCPT TO:<{to}>" for to in recipients), "DATA"]
        self.send("".join(command + "\r\n" for command in commands).encode())
        for command in commands:
            expect(self.reply(), 354 if command == "DATA" else 250)
        self.send(stuffed(content))
        return self.reply()

    def quit(self):
        """Says goodbye and expects the connection to end."""
        expect(self.say("QUIT"), 221)
        self.expect_closed()

    def expect_closed(self):
        """Nothing more comes but the end of the connection."""
        if self._unread:
            raise AssertionError(f"still to read: {self._unread!r}")
        try:
            octets = self.socket.recv(CHUNK)
        except ConnectionResetError:
            octets = b""
        if octets:
            raise AssertionError(f"not closed, sent {octets!r}")
        self.close()

    def half_close(self):
        """Ends our sending half; replies can still come."""
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self):
        """Vanishes with a TCP reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self):
        """Closes our end."""
        self.socket.close()


def expect(reply, code):
    """The reply, if it has this code."""
    if reply.code != code:
        raise AssertionError(f"expected {code}, got {reply!r}")
    return reply
