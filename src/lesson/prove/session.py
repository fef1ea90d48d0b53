"""A Python session that kvtutor types into: one JSON request a line in, one JSON answer a line out.

A request holds the port that each port of the lesson really has, and the code that is typed; the answer
holds what Python shows for it, and whether that is an exception. A request without code ends the connections of a server that is gone.
"""

import contextlib
import io
import json
import socket
import sys
import warnings

import redis

warnings.simplefilter("ignore")
answers = sys.stdout
names = {"__name__": "__main__"}
ports = {}
find = socket.getaddrinfo


def getaddrinfo(host, port, *rest, **more):
    return find(host, ports.get(str(port), port), *rest, **more)


socket.getaddrinfo = getaddrinfo

for line in sys.stdin:
    request = json.loads(line)
    ports = request["ports"]
    shown, failed = io.StringIO(), False
    if request["code"] is None:
        for client in [value for value in names.values() if isinstance(value, redis.Redis)]:
            client.connection_pool.disconnect()
    else:
        with contextlib.redirect_stdout(shown):
            try:
                exec(compile(request["code"] + "\n", "<stdin>", "single"), names)
            except Exception as error:
                kind = type(error)
                module = "" if kind.__module__ == "builtins" else kind.__module__ + "."
                print(f"{module}{kind.__qualname__}: {error}")
                failed = True
    answers.write(json.dumps([shown.getvalue(), failed]) + "\n")
    answers.flush()
