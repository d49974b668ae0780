"""A client for the workload "refused at connect": connects, reads the refusal, hangs up. It can also be refused later.
smtp-source cannot do it: with -A it answers a refusing banner with HELO, and gives up where the server has closed, as edgesim
does.

    knock.py HOST PORT PARALLEL COUNT
"""

import select
import socket
import sys


def main(host, port, parallel, count, commands=()):
    """Knocks `count` times, `parallel` connections at once; says `commands` one by one until it is refused."""
    poll, waiting = select.epoll(), {}

    def knock():
        client = socket.socket()
        client.setblocking(False)
        client.connect_ex((host, port))
        waiting[client.fileno()] = client, iter(commands)
        poll.register(client, select.EPOLLIN)

    begun = min(parallel, count)
    for _ in range(begun):
        knock()
    while waiting:
        for number, _ in poll.poll():
            client, left = waiting[number]
            reply = client.recv(512)
            command = None if reply.startswith(b"5") else next(left, None)
            if command is not None:
                client.send(command)
                continue
            if not reply.startswith(b"5"):
                sys.exit(f"not refused: {reply!r}")
            del waiting[number]
            client.close()
            if begun < count:
                begun += 1
                knock()


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
