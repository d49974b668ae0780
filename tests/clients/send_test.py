#!/usr/bin/env python3
"""edgesim send against edgesim serve, against a small server with TLS, and beside swaks: marks, exit codes, --as."""

import pathlib
import re
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest

import edge
import tools

ENVELOPE = ("--from", "ann@fabrikam.com", "--to", "mary@adventureworks.com")
CONFIG = ("New-AcceptedDomain -Name AdventureWorks -DomainName adventureworks.com\n"
          "Add-IPBlockListEntry -IPAddress 203.0.113.66\nSet-SenderFilterConfig -BlockedDomains blocked.com\n"
          "Get-ReceiveConnector | Set-ReceiveConnector -ProtocolLoggingLevel Verbose\n")


def send(address, *arguments, stdin=""):
    host, port = address
    return edge.run("send", "--server", f"{host}:{port}", *ENVELOPE, *arguments, stdin=stdin)


class SendTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="edgesim-send-")))

    def serve(self, *arguments):
        return self.enterContext(edge.Edge(*arguments, config=CONFIG, relaxed=True))

    def test_a_message_arrives_and_the_transcript_shows_the_dialogue(self):
        server = self.serve()
        done = send(server.address, "-", stdin="Subject: Lunch\n\n.dot\n")
        self.assertEqual(done.code, 0, done.output + done.errors)
        lines = done.output.splitlines()
        host, port = server.address
        self.assertEqual(lines[:2], [f"=== Trying {host}:{port}...", f"=== Connected to {host}:{port}."])
        self.assertTrue(lines[2].startswith("<-  220 "))
        self.assertIn(" -> EHLO [127.0.0.1]", lines)
        self.assertIn(" -> ..dot", lines)
        self.assertEqual(lines[-1], "=== Connection closed with remote host.")
        message, = server.replay(1)
        self.assertIn(b"Subject: Lunch\r\n", message.header)
        self.assertTrue(message.body.endswith(b".dot\r\n"))

    def test_header_and_body_are_replaced_and_a_test_message_is_made_up(self):
        server = self.serve()
        self.assertEqual(send(server.address, "--header", "Subject: mine", "--body", r"one\ntwo").code, 0)
        message, = server.replay(1)
        self.assertIn(b"Subject: mine\r\n", message.header)
        self.assertIn(b"one\r\ntwo", message.body)

    def test_exit_codes(self):
        server = self.serve()
        address = server.address
        host, port = address
        for code, sender, recipient in ((24, "ann@fabrikam.com", "x@elsewhere.com"),
                                        (23, "ann@blocked.com", "mary@adventureworks.com")):
            with self.subTest(code):
                done = edge.run("send", "--server", f"{host}:{port}", "--from", sender, "--to", recipient)
                self.assertEqual(done.code, code, done.output)
                self.assertIn("<** 5", done.output)
        self.assertEqual(send(address, "--tls").code, 29)
        self.assertEqual(send(address, "--as", "203.0.113.9").code, 33)
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            done = send(closed.getsockname())
        self.assertEqual(done.code, 4)
        self.assertRegex(done.output, r"\*\*\* 127\.0\.0\.1:\d+: Connection refused")

    def test_wrong_command_lines(self):
        for arguments in (("--from", "x"), ("--as", "x"), ("--header", "nothing"), ("--helo", "a b"), ("no-such-file",),
                          ("--server", "host:port"), ("--timeout", "0")):
            with self.subTest(arguments):
                self.assertEqual(edge.run("send", "--to", "a@b.com", "--from", "c@d.com", *arguments).code, 2)
        self.assertEqual(edge.run("send").code, 2)

    def test_a_silent_server_is_given_up(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            done = send(silent.getsockname(), "--timeout", "1")
        self.assertEqual(done.code, 6)
        self.assertIn("*** No answer within 1 seconds.", done.output)

    def test_as_another_client(self):
        server = self.serve("--trust-xclient", "127.0.0.1")
        done = send(server.address, "--as", "203.0.113.9", "--hide-data")
        self.assertEqual(done.code, 0, done.output)
        self.assertIn(" -> XCLIENT ADDR=203.0.113.9", done.output)
        self.assertIn(" -> EHLO [203.0.113.9]", done.output)
        message, = server.replay(1)
        self.assertIn(b"(203.0.113.9) by ", message.header)
        refused = send(server.address, "--as", "203.0.113.66", "--quiet")
        self.assertEqual(refused.code, 24, refused.output)
        self.assertRegex(refused.output, r"^<\*\* 550 5\.7\.1 ")
        server.stop()
        row = server.agent_log()[-1]
        self.assertRegex(row["RemoteEndpoint"], r"^203\.0\.113\.66:\d+$")
        self.assertEqual(row["EnteredOrgFromIP"], "203.0.113.66")

    def test_the_protocol_log_has_a_session_for_the_proxy_and_one_for_the_client(self):
        server = self.serve("--trust-xclient", "127.0.0.0/8")
        self.assertEqual(send(server.address, "--as", "203.0.113.9").code, 0)
        server.stop()
        lines = [line for file in server.protocol_log_files() for line in file.read_text().splitlines()
                 if not line.startswith("#")]
        first = next(i for i, line in enumerate(lines) if "XCLIENT ADDR=203.0.113.9" in line)
        self.assertIn(",-,", lines[first + 1])
        self.assertIn(",203.0.113.9:", lines[first + 2])
        self.assertIn(",+,", lines[first + 2])

    def test_swaks_speaks_for_another_client_too(self):
        swaks = tools.tool("swaks")
        server = self.serve("--trust-xclient", "127.0.0.1")
        host, port = server.address
        done = subprocess.run([swaks, "--server", host, "--port", str(port), *ENVELOPE, "--ehlo", "mail.fabrikam.com",
                               "--xclient-addr", "203.0.113.9"], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        message, = server.replay(1)
        self.assertIn(b"from mail.fabrikam.com (203.0.113.9)", message.header)

    def test_our_exit_codes_are_those_of_swaks(self):
        swaks = tools.tool("swaks")
        server = self.serve()
        host, port = server.address
        theirs = subprocess.run([swaks, "--server", host, "--port", str(port), "--from", "ann@fabrikam.com", "--to",
                                 "x@elsewhere.com"], capture_output=True, timeout=60, check=False)
        ours = edge.run("send", "--server", f"{host}:{port}", "--from", "ann@fabrikam.com", "--to", "x@elsewhere.com")
        self.assertEqual(ours.code, theirs.returncode)

    def test_trusting_more_than_loopback_has_to_be_meant(self):
        done = edge.run("serve", "--data", self.folder / "data", "--trust-xclient", "10.0.0.0/8", bound=20)
        self.assertEqual(done.code, 2)
        self.assertIn("--allow-non-loopback", done.errors)
        self.assertEqual(edge.run("serve", "--trust-xclient", "nonsense", bound=20).code, 2)


class TlsServer(threading.Thread):
    """Serves one client: plain SMTP up to STARTTLS, then the mail under TLS."""

    def __init__(self, folder, behind=b""):
        super().__init__(daemon=True)
        self.behind = behind
        self.heard = b""
        self.certificate = folder / "cert.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2", "-keyout",
                        folder / "key.pem", "-out", self.certificate], check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.certificate, folder / "key.pem")
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.start()

    def run(self):
        connection, _ = self.listener.accept()
        connection.settimeout(30)
        with connection:
            try:
                self.talk(connection)
                with self.context.wrap_socket(connection, server_side=True) as secure:
                    self.talk(secure, banner=False)
            except OSError:
                pass  # the client gave up: that is what the test looks at

    def talk(self, connection, banner=True):
        if banner:
            connection.sendall(b"220 tls.example ready\r\n")
        for line in connection.makefile("rb"):
            self.heard += line
            verb = line[:4].upper()
            if verb == b"EHLO":
                connection.sendall(b"250-tls.example\r\n250 STARTTLS\r\n")
            elif line.upper().startswith(b"STARTTLS"):
                connection.sendall(b"220 go ahead\r\n" + self.behind)
                return
            elif verb == b"DATA":
                connection.sendall(b"354 go\r\n")
            elif verb == b"QUIT":
                connection.sendall(b"221 bye\r\n")
                return
            elif verb in (b"MAIL", b"RCPT") or line == b".\r\n":
                connection.sendall(b"250 ok\r\n")

    def stop(self):
        self.listener.close()
        self.join(30)


class SendOverTlsTest(unittest.TestCase):
    def setUp(self):
        tools.tool("openssl")
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="edgesim-send-")))

    def serve(self, **arguments):
        server = TlsServer(self.folder, **arguments)
        self.addCleanup(server.stop)
        return server

    def test_the_mail_goes_over_tls(self):
        server = self.serve()
        done = send(server.listener.getsockname(), "--tls")
        self.assertEqual(done.code, 0, done.output)
        self.assertRegex(done.output, r"=== TLS started with TLSv1\.[23]:\S+; peer /CN=localhost \(not verified\)")
        self.assertIn(" ~> MAIL FROM:<ann@fabrikam.com>", done.output)
        server.stop()
        self.assertTrue(re.search(rb"STARTTLS\r\nEHLO .*\r\nMAIL FROM", server.heard), server.heard)

    def test_a_certificate_that_is_asked_for_is_verified(self):
        for code, arguments in ((29, ("--tls-verify",)),):
            server = self.serve()
            done = send(server.listener.getsockname(), *arguments)
            self.assertEqual(done.code, code, done.output)
            self.assertIn("*** TLS startup failed: self", done.output)
            self.assertNotIn("MAIL", done.output)
        server = self.serve()
        port = server.listener.getsockname()[1]
        done = send(("localhost", port), "--tls-ca", server.certificate)
        self.assertEqual(done.code, 0, done.output)
        server = self.serve()
        wrong_name = send(("127.0.0.1", server.listener.getsockname()[1]), "--tls-ca", server.certificate)
        self.assertEqual(wrong_name.code, 29, wrong_name.output)

    def test_a_server_that_speaks_on_before_tls_is_not_believed(self):
        server = self.serve(behind=b"250 injected\r\n")
        done = send(server.listener.getsockname(), "--tls")
        self.assertEqual(done.code, 29, done.output)
        self.assertNotIn("MAIL", done.output)


if __name__ == "__main__":
    tools.main()
