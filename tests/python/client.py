"""What programs do with the `redis` package: prints what they get. The argument is the server's socket or URL.

The same is printed against any server, so that two can be compared.
"""

import asyncio
import json
import sys

import redis
import redis.asyncio

# The package counts its connections by host and port, which a socket has not.
for kind in (redis.UnixDomainSocketConnection, redis.asyncio.UnixDomainSocketConnection):
    kind.host, kind.port = "127.0.0.1", 6379

place = sys.argv[1]
options = {} if place.startswith("redis:") else {"unix_socket_path": place}


def client(package, protocol, **more):
    if options:
        return package.Redis(db=1, protocol=protocol, **options, **more)
    return package.Redis.from_url(place, db=1, protocol=protocol, **more)


def values(rd):
    print(rd.set("my_key", "my_value"), rd.get("my_key"), rd.get("my_key").decode("utf-8"))
    d = {"a": 1, "b": 2, "c": 3}
    print(rd.set("k1", json.dumps(d)), rd.get("k1"), json.loads(rd.get("k1")) == d)
    print(rd.hset("k2", mapping={"name": "Mia", "kind": "cat"}), rd.hset("k2", "age", "3"))
    print(rd.hget("k2", "name"), rd.hgetall("k2"), rd.hkeys("k2"))
    print(sorted(rd.keys()), rd.dbsize(), sorted(rd.scan_iter(match="k*", count=1)))
    print(dict(rd.hscan_iter("k2")), rd.type("k2"), rd.ttl("k2"), rd.expire("k2", 100))
    try:
        rd.hget("my_key", "f")
    except redis.ResponseError as error:
        print(error)


def pipelines(rd):
    pipe = rd.pipeline(transaction=False)
    print(pipe.incr("n").incr("n").zadd("z", {"a": 1.5, "b": 2}).execute())
    print(rd.zrange("z", 0, -1, withscores=True), rd.zscore("z", "a"))
    print(rd.transaction(lambda pipe: pipe.multi() or pipe.incr("n"), "n"))
    with rd.pipeline() as pipe:
        pipe.watch("n")
        rd.incr("n")
        pipe.multi()
        pipe.set("n", 0)
        try:
            pipe.execute()
        except redis.WatchError as error:
            print(error)
    print(rd.get("n"))


def subscriptions(rd):
    with rd.pubsub() as heard:
        heard.subscribe("news")
        heard.psubscribe("w*")
        print(heard.get_message(timeout=None), heard.get_message(timeout=None))
        print(rd.publish("news", "hello"), rd.publish("weather", "sun"))
        print(heard.get_message(timeout=None), heard.get_message(timeout=None))


def locks(rd):
    first, second = rd.lock("lock", timeout=100), rd.lock("lock", timeout=100)
    print(first.acquire(blocking=False), second.acquire(blocking=False))
    print(first.locked(), first.owned(), second.owned(), 0 < rd.ttl("lock") <= 100)
    first.release()
    print(second.acquire(blocking=False), second.owned(), rd.exists("lock"))


def scripts(rd):
    print(rd.eval("return {KEYS[1], ARGV[1], 7, {3.9}, false}", 1, "k", "v"), rd.eval("return nil", 0))
    digest = rd.script_load("return redis.call('incr', KEYS[1])")
    print(digest, rd.script_exists(digest, "0" * 40), rd.evalsha(digest, 1, "count"))
    print(rd.evalsha_ro(rd.script_load("return redis.call('get', KEYS[1])"), 1, "count"))
    double = rd.register_script("return 2 * ARGV[1]")
    print(rd.script_flush(), double(args=[21]))
    with rd.pipeline() as pipe:
        double(args=[1], client=pipe)
        pipe.set("piped", "1")
        double(args=[2], client=pipe)
        print(pipe.execute())
    with rd.lock("guard", timeout=100) as guard:
        print(guard.owned(), rd.exists("guard"), guard.extend(5), guard.reacquire())
    print(rd.exists("guard"), rd.eval("return cjson.encode({a={1, 2}})", 0))
    for wrong in ("return redis.call('nope')", "return (", "x = 1", "return {err='MINE of my own'}"):
        try:
            rd.eval(wrong, 0)
        except redis.ResponseError as error:
            print(type(error).__name__, error)
    try:
        rd.evalsha("0" * 40, 0)
    except redis.exceptions.NoScriptError as error:
        print(error)
    try:
        guard.release()
    except redis.exceptions.LockError as error:
        print(error)


def waits(rd):
    rd.rpush("jobs", "one", "two")
    print(rd.blpop("jobs", 0), rd.blmove("jobs", "done", 0), rd.lrange("done", 0, -1))


def about(rd):
    print(rd.ping(), rd.echo("x"), rd.client_setname("me"), rd.client_getname())
    print(rd.info("server")["redis_mode"], rd.info("keyspace")["db1"]["keys"])
    print(rd.config_get("maxmemory-policy"), rd.command_count() > 100)
    print([one["name"] for one in rd.client_list() if one["name"] == "me"])


async def asynchronous(protocol):
    async with client(redis.asyncio, protocol, decode_responses=True) as rd:
        await rd.set("async", "1")
        # Each goes over a connection of its own, in no order.
        print(sorted(await asyncio.gather(*(rd.incrby("async", 1) for _ in range(5)))))
        async with rd.pipeline() as pipe:
            print(await pipe.get("async").hgetall("k2").execute())
        print([key async for key in rd.scan_iter(match="async*")])
        print(await rd.register_script("return ARGV[1]..KEYS[1]")(["k"], ["v"]))
        async with rd.lock("async lock", timeout=100):
            print(await rd.exists("async lock"))
        print(await rd.exists("async lock"))
        async with rd.pubsub() as heard:
            await heard.subscribe("news")
            print(await heard.get_message(timeout=None))
            print(await rd.publish("news", "hello"))
            print(await heard.get_message(timeout=None))


for protocol in (2, 3):
    rd = client(redis, protocol)
    rd.flushdb()
    for part in (values, pipelines, subscriptions, locks, scripts, waits, about):
        part(rd)
    rd.close()
    asyncio.run(asynchronous(protocol))
