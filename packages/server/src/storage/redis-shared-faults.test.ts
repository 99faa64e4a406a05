import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret } from "@fairlead/core/secret";
import type { Shared } from "@fairlead/core/storage/shared";
import { failureOf } from "@fairlead/testkit/failure-of";
import { createCollectingLogger } from "@fairlead/testkit/logger";
import {
  createWire,
  freePort,
  type OwnRedis,
  probeRedisServer,
  say,
  startRedis,
} from "@fairlead/testkit/redis";
import { requireService } from "@fairlead/testkit/services";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createRedisShared, type RedisSharedOptions } from "./redis-shared.ts";

const describeFaults = await requireService("redis-server", probeRedisServer);
const BUCKET = { capacity: 3, refillPerSecond: 1 / 3_600 };
const PATIENT = { timeout: 10_000, interval: 10 };

describeFaults("a Redis that fails", () => {
  let redis: OwnRedis;
  const opened: Shared[] = [];
  const logger = createCollectingLogger();
  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    for (const shared of opened.splice(0)) await shared.close();
    await redis.close();
  });

  async function open(options: Partial<RedisSharedOptions> = {}): Promise<Shared> {
    const url = new Secret(redis.url);
    const shared = await createRedisShared({ url, commandTimeoutMs: 500, logger, ...options });
    opened.push(shared);
    return shared;
  }

  async function expectAway(work: Promise<unknown>): Promise<void> {
    expect(await failureOf(work)).toMatchObject({
      ...{ code: "upstream_unavailable", retryable: true },
      details: { reason: "shared_state" },
    });
  }

  const isBack = (shared: Shared) =>
    expect
      .poll(
        () =>
          shared.get("probe").then(
            () => true,
            () => false,
          ),
        PATIENT,
      )
      .toBe(true);

  /** Listens and counts what is heard and missed. */
  async function listen(shared: Shared) {
    const heard: string[] = [];
    const gaps: number[] = [];
    await shared.subscribe(
      "c",
      (message) => heard.push(message),
      () => gaps.push(heard.length),
    );
    return { heard, gaps };
  }

  test("that is killed: everything under way ends at once, and so does what comes after", async () => {
    const shared = await open();
    const underWay = Array.from({ length: 100 }, (_, index) => shared.take(`k${index}`, BUCKET, 1));
    const outcomes = Promise.allSettled(underWay);
    await redis.kill();
    expect(await outcomes).toHaveLength(100);
    await expect.poll(() => failureOf(shared.get("k")), PATIENT).toBeDefined();
    await Promise.all(Array.from({ length: 100 }, () => expectAway(shared.take("k", BUCKET, 1))));
    await expectAway(shared.publish("c", "lost"));
    await expectAway(shared.lease("l", 1_000));
  });

  test("that is started again is used again, and who listened is told of the gap", async () => {
    const shared = await open();
    const { heard, gaps } = await listen(shared);
    await shared.publish("c", "one");
    await expect.poll(() => heard).toEqual(["one"]);
    await redis.kill();
    await expect.poll(() => shared.listening, PATIENT).toBe(false);
    await redis.start();
    await isBack(shared);
    await expect.poll(() => shared.listening, PATIENT).toBe(true);
    await expect.poll(() => gaps, PATIENT).toEqual([1]);
    await shared.publish("c", "two");
    await expect.poll(() => heard).toEqual(["one", "two"]);
  });

  test("that freezes: five hundred calls all end, and the next ones at once", async () => {
    const shared = await open();
    await shared.take("warm", BUCKET, 1);
    redis.freeze();
    const calls = Array.from({ length: 500 }, (_, index) =>
      expectAway(shared.take(`k${index}`, BUCKET, 1)),
    );
    await Promise.all(calls);
    // No timer of ours can fire before these have ended, if they end at once.
    let isLater = false;
    setImmediate(() => {
      isLater = true;
    });
    await expectAway(shared.take("k", BUCKET, 1));
    expect(isLater).toBe(false);
    redis.thaw();
    await isBack(shared);
    expect((await shared.take("k", BUCKET, 1)).admitted).toBe(true);
  });

  test("that freezes is noticed by who only listens, too", async () => {
    const shared = await open();
    const { heard, gaps } = await listen(shared);
    redis.freeze();
    await expect.poll(() => shared.listening, PATIENT).toBe(false);
    redis.thaw();
    await expect.poll(() => shared.listening, PATIENT).toBe(true);
    await expect.poll(() => gaps.length, PATIENT).toBe(1);
    await isBack(shared);
    await shared.publish("c", "one");
    await expect.poll(() => heard).toEqual(["one"]);
  });

  test("behind a wire that was cut without a word is noticed, and found again", async () => {
    const wire = await createWire(redis.port);
    const shared = await open({ url: new Secret(`redis://127.0.0.1:${wire.port}`) });
    const { gaps } = await listen(shared);
    wire.cut();
    await expect.poll(() => shared.listening, PATIENT).toBe(false);
    await expectAway(shared.get("k"));
    wire.mend();
    await expect.poll(() => shared.listening, PATIENT).toBe(true);
    await isBack(shared);
    expect(gaps).toHaveLength(1);
    wire.close();
  });

  test("that is not there at the start is waited for in the background, and listened to then", async () => {
    await redis.kill();
    const shared = await open();
    await expectAway(shared.get("k"));
    expect(shared.listening).toBe(false);
    const { heard, gaps } = await listen(shared);
    await redis.start();
    await isBack(shared);
    await expect.poll(() => gaps, PATIENT).toEqual([0]);
    await shared.publish("c", "one");
    await expect.poll(() => heard).toEqual(["one"]);
  });

  test("that forgot its scripts is told them again", async () => {
    const shared = await open();
    await shared.take("k", BUCKET, 1);
    await say(redis.port, "SCRIPT FLUSH");
    const takes = await Promise.all(Array.from({ length: 20 }, () => shared.take("k", BUCKET, 1)));
    expect(takes.filter(({ admitted }) => admitted)).toHaveLength(2);
  });

  test("that forgot everything gives one fresh bucket, and its fences still grow", async () => {
    const shared = await open();
    const before = await shared.lease("l", 60_000);
    await shared.take("k", BUCKET, 3);
    await say(redis.port, "FLUSHALL");
    const takes = await Promise.all(Array.from({ length: 20 }, () => shared.take("k", BUCKET, 1)));
    expect(takes.filter(({ admitted }) => admitted)).toHaveLength(3);
    const after = await shared.lease("l", 60_000);
    expect(after?.fence).toBeGreaterThan(before?.fence ?? Number.NaN);
    expect(await before?.renew(1_000)).toBe(false);
  });

  test("that is full refuses, and nothing is admitted by that", async () => {
    const shared = await open();
    await say(redis.port, "CONFIG SET maxmemory 1");
    await expectAway(shared.take("k", BUCKET, 1));
    await say(redis.port, "CONFIG SET maxmemory 0");
    expect((await shared.take("k", BUCKET, 1)).admitted).toBe(true);
  });

  test("that became a replica is left, and used again when it is master", async () => {
    const shared = await open();
    await shared.take("k", BUCKET, 1);
    await say(redis.port, `REPLICAOF 127.0.0.1 ${await freePort()}`);
    await expectAway(shared.set("k", "tide", 1_000));
    // It would answer this, but nothing is asked of it any more.
    await expectAway(shared.get("k"));
    await say(redis.port, "REPLICAOF NO ONE");
    await isBack(shared);
    await expect
      .poll(
        () =>
          shared.set("k", "tide", 1_000).then(
            () => "set",
            () => "away",
          ),
        PATIENT,
      )
      .toBe("set");
  });

  test("that is busy with a script of somebody else is away meanwhile", async () => {
    const shared = await open();
    const busy = say(redis.port, `EVAL "while true do end" 0`).catch(() => {});
    await expect
      .poll(() => failureOf(shared.get("k")), PATIENT)
      .toMatchObject({ details: { reason: "shared_state" } });
    await expect.poll(() => say(redis.port, "SCRIPT KILL"), PATIENT).toContain("+OK");
    await busy;
    await isBack(shared);
  });

  test("ends what waits for it when it is closed, and opens nothing any more", async () => {
    const shared = await open();
    redis.freeze();
    const waiting = expectAway(shared.get("k"));
    await shared.close();
    redis.thaw();
    await waiting;
    await expectAway(shared.get("k"));
    expect(shared.listening).toBe(false);
    await expect.poll(() => say(redis.port, "CLIENT LIST"), PATIENT).not.toContain("resp=3");
  });
});

describeFaults("a Redis with a password", () => {
  const password = "canary:pass@word/100%";
  const encoded = encodeURIComponent(password);

  test("is signed in to, and the password is in no log and no error", async () => {
    const redis = await startRedis(["--requirepass", password]);
    const logger = createCollectingLogger();
    const right = await createRedisShared({
      url: new Secret(`redis://:${encoded}@127.0.0.1:${redis.port}`),
      logger,
    });
    await right.set("k", "tide", 1_000);
    const wrong = await createRedisShared({
      url: new Secret(`redis://someone:${encoded}-wrong@127.0.0.1:${redis.port}`),
      logger,
    });
    const error = await failureOf(wrong.get("k"));
    expect(logger.lines).toContainEqual(
      expect.objectContaining({ level: "warn", fields: { reason: "WRONGPASS" } }),
    );
    const { inspect } = await import("node:util");
    for (const said of [
      logger.text(),
      inspect(error, { depth: 20, showHidden: true }),
      right.reach,
    ]) {
      expect(said).not.toContain("canary");
      expect(said).not.toContain(encoded);
    }
    await right.close();
    await wrong.close();
    await redis.close();
  });
});

const describeTls = await requireService("redis-server with TLS, and openssl", async () => {
  execFileSync("redis-cli", ["--tls", "--version"], { stdio: "ignore" });
  execFileSync("openssl", ["version"], { stdio: "ignore" });
});

describeTls("a Redis behind TLS", () => {
  test("is reached when its certificate is trusted, and not when it is not", async () => {
    const directory = mkdtempSync(join(tmpdir(), "fairlead-tls-"));
    const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")];
    const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
    const made = [
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-days",
      "2",
    ];
    const files = ["-keyout", key, "-out", cert];
    execFileSync("openssl", ["req", "-x509", ...made, ...subject, ...files], { stdio: "ignore" });
    const port = await freePort();
    const tls = ["--tls-port", `${port}`, "--tls-cert-file", cert, "--tls-key-file", key];
    const redis = await startRedis([...tls, "--tls-auth-clients", "no"]);
    const url = new Secret(`rediss://127.0.0.1:${port}`);
    const trusting = await createRedisShared({ url, ca: readFileSync(cert, "utf8") });
    await expect
      .poll(
        () =>
          trusting.set("k", "tide", 9_000).then(
            () => true,
            () => false,
          ),
        PATIENT,
      )
      .toBe(true);
    expect(await trusting.get("k")).toBe("tide");
    const wary = await createRedisShared({ url });
    expect((await failureOf(wary.get("k"))).details?.reason).toBe("shared_state");
    await trusting.close();
    await wary.close();
    await redis.close();
    rmSync(directory, { recursive: true });
  });
});
