"""A client for the workload "refused at connect": connects, reads the refusal, hangs up. smtp-source cannot do it: with -A it
answers a refusing banner with HELO, and gives up where the server has closed, as edgesim does.

    knock.py HOST PORT PARALLEL COUNT
"""

import select
import socket
import sys


def main(host, port, parallel, count):
    """Knocks `count` times, `parallel` connections at once."""
    poll, waiting = select.epoll(), {}

    def knock():
        client = socket.socket()
        client.setblocking(False)
        client.connect_ex((host, port))
        waiting[client.fileno()] = client
        poll.register(client, select.EPOLLIN)

    begun = min(parallel, count)
    for _ in range(begun):
        knock()
    while waiting:
        for number, _ in poll.poll():
            client = waiting.pop(number)
            banner = client.recv(512)
            if not banner.startswith(b"5"):
                sys.exit(f"not refused: {banner!r}")
            client.close()
            if begun < count:
                begun += 1
                knock()


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
