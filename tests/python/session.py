"""An interactive Python session, from a list of its inputs: what `:py` says beside what happens.

Standard input holds a JSON list of [line, mode, [[code, shows], ...]]; the one argument is the
socket of a server. Every difference is printed, and nothing if there is none.
"""

import ast
import contextlib
import functools
import io
import json
import sys
import warnings

import redis

warnings.simplefilter("ignore")
redis.Redis = functools.partial(redis.Redis, unix_socket_path=sys.argv[1])
# The package counts its connections by host and port, which a socket has not.
redis.UnixDomainSocketConnection.host = "127.0.0.1"
redis.UnixDomainSocketConnection.port = 6379
names = {"redis": redis}


def typed(code):
    """What Python shows when the code is typed."""
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        try:
            exec(compile(code + "\n", "<stdin>", "single"), names)
        except Exception as error:
            kind = type(error)
            print(f"{kind.__module__}.{kind.__qualname__}: {error}")
    return shown.getvalue().removesuffix("\n")


def agree(mode, said, happened):
    if said == happened:
        return True
    if mode == "silent":
        # Only what is typed is said: the value is the machine's, or no value at all.
        return said == ""
    try:
        said, happened = ast.literal_eval(said), ast.literal_eval(happened)
    except (ValueError, SyntaxError):
        return False
    if mode == "shape":
        return shape(said) == shape(happened)
    if mode == "unordered":
        return sorted(map(repr, said)) == sorted(map(repr, happened))
    return sorted_parts(said) == sorted_parts(happened)


def sorted_parts(value):
    """A text without the order that sets and dictionaries do not promise."""
    if isinstance(value, dict):
        parts = (f"{one!r}: {sorted_parts(value[one])}" for one in value)
        return f"dict {sorted(parts)}"
    if isinstance(value, set):
        return f"set {sorted(map(repr, value))}"
    if isinstance(value, (list, tuple)):
        return f"{type(value).__name__} {list(map(sorted_parts, value))}"
    return repr(value)


def shape(value):
    """The kinds of values, of a list only its first."""
    if isinstance(value, dict):
        return sorted(value)
    if isinstance(value, list):
        return [shape(one) for one in value[:1]]
    return type(value).__name__


for line, mode, session in json.load(sys.stdin):
    for code, said in session:
        happened = typed(code)
        if not agree(mode, said, happened):
            print(f"{line}\n  {code}\n  said     {said}\n  happened {happened}")
