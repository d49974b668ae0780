"""Many sessions that have said hello and then nothing. They come from several loopback addresses, as one address has only
some 28,000 ports, and they are opened in groups, so that thousands of round trips do not add up.
"""

import resource

import smtp_wire

PER_SOURCE = 4000  # sessions from one 127.0.0.x
GROUP = 200  # connections opened before their banners are read; below the usual listen backlog
SPARE_FILES = 200  # descriptors a process needs beside its sockets


def allow_files(sessions):
    """Raises the limit of open files, for us and the server we start; returns how many sessions it allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = sessions + SPARE_FILES
    if hard == resource.RLIM_INFINITY or hard >= wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
        return sessions
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard - SPARE_FILES


class IdleSessions:
    """Holds the sessions until closed."""

    def __init__(self, address, count):
        self.clients = []
        for begin in range(0, count, GROUP):
            group = [smtp_wire.Client(address, f"127.0.0.{2 + number // PER_SOURCE}")
                     for number in range(begin, min(begin + GROUP, count))]
            self.clients += group
            for client in group:
                smtp_wire.expect(client.reply(), 220)
                client.send(b"EHLO mail.fabrikam.com\r\n")
            for client in group:
                smtp_wire.expect(client.reply(), 250)

    def close(self):
        """Hangs up all."""
        for client in self.clients:
            client.close()
