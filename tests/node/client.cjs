// What programs do with the packages for Node: prints what they get. The arguments are a package and the
// server's socket or URL. The same is printed against any server, so that two can be compared.

const [name, place] = process.argv.slice(2);
const url = place.startsWith("redis:");
const print = (...values) => console.log(values.map((value) => JSON.stringify(value)).join(" "));

/** A promise, and the function that keeps it. */
function awaited() {
  let keep;
  const promise = new Promise((resolve) => (keep = resolve));
  return [promise, keep];
}

async function node_redis(RESP) {
  const { createClient } = require("redis");
  const client = createClient({ ...(url ? { url: place } : { socket: { path: place } }), database: 1, RESP });
  client.on("error", (error) => print(String(error)));
  await client.connect();
  print(await client.flushDb(), await client.ping(), await client.set("k", "v", { EX: 100 }));
  print(await client.get("k"), await client.get("nothing"), (await client.ttl("k")) > 0);
  print(await client.hSet("h", { f: "1", g: "2" }), await client.hGetAll("h"), await client.hGet("h", "f"));
  print(await client.zAdd("z", [{ score: 1.5, value: "a" }, { score: 2, value: "b" }]));
  print(await client.zRangeWithScores("z", 0, -1), await client.sAdd("s", ["x", "y"]));
  // Sent in one turn, so in one write.
  print(await Promise.all(Array.from({ length: 50 }, () => client.incr("n"))));
  print(await client.multi().incr("n").get("k").exec());
  await client.watch("n");
  const other = await client.duplicate().connect();
  await other.incr("n");
  print(await client.multi().incr("n").exec().catch((error) => error.constructor.name));
  print(await client.lPush("k", "x").catch((error) => error.message));
  print(await client.eval("return {KEYS[1], ARGV[1], 1}", { keys: ["k"], arguments: ["a"] }));
  print(await client.evalSha(await client.scriptLoad("return redis.call('get', KEYS[1])"), { keys: ["k"] }));
  print(await client.eval("return redis.call('nope')").catch((error) => error.message));
  const found = [];
  for await (const keys of client.scanIterator({ COUNT: 1 })) found.push(...keys);
  print(found.sort());
  const [heard, keep] = awaited();
  await other.subscribe("news", (message, channel) => keep([channel, message]));
  print(await client.publish("news", "hello"), await heard);
  await other.unsubscribe("news");
  const waits = other.blPop("jobs", 0);
  await client.rPush("jobs", "one");
  print(await waits, (await client.info("server")).split("\r\n")[0]);
  await other.close();
  await client.close();
}

async function ioredis() {
  const Redis = require("ioredis");
  const client = url ? new Redis(place, { db: 1 }) : new Redis({ path: place, db: 1 });
  print(await client.flushdb(), await client.ping(), await client.set("k", "v", "EX", 100));
  print(await client.get("k"), await client.get("nothing"), (await client.ttl("k")) > 0);
  print(await client.hset("h", { f: "1", g: "2" }), await client.hgetall("h"), await client.hget("h", "f"));
  print(await client.zadd("z", 1.5, "a", 2, "b"), await client.zrange("z", 0, -1, "WITHSCORES"));
  print(await client.pipeline().incr("n").incr("n").lpush("k", "x").get("k").exec());
  print(await client.multi().incr("n").get("k").exec());
  await client.watch("n");
  const other = client.duplicate();
  await other.incr("n");
  print(await client.multi().incr("n").exec());
  print(await client.lpush("k", "x").catch((error) => error.message));
  client.defineCommand("bump", { numberOfKeys: 1, lua: "return redis.call('incrby', KEYS[1], ARGV[1])" });
  print(await client.bump("n", 5), await client.pipeline().bump("n", 1).bump("n", 2).exec());
  print(await client.script("FLUSH"), await client.bump("n", 1));
  const found = [];
  for await (const keys of client.scanStream({ count: 1 })) found.push(...keys);
  print(found.sort(), await client.getBuffer("k"));
  const [heard, keep] = awaited();
  other.on("message", (channel, message) => keep([channel, message]));
  print(await other.subscribe("news"), await client.publish("news", "hello"), await heard);
  print(await other.unsubscribe("news"));
  const waits = other.blpop("jobs", 0);
  await client.rpush("jobs", "one");
  print(await waits);
  const monitor = await client.monitor();
  const [seen, see] = awaited();
  monitor.on("monitor", (time, words, source, database) => see([words, database]));
  await client.set("watched", "1");
  print(await seen);
  monitor.disconnect();
  print(await other.quit(), await client.quit());
}

(async () => {
  if (name === "ioredis") return ioredis();
  for (const RESP of [2, 3]) await node_redis(RESP);
})();
