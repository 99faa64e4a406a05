import { execFileSync } from "node:child_process";
import { Secret } from "@fairlead/core/secret";
import type { Shared } from "@fairlead/core/storage/shared";
import { testShared } from "@fairlead/testkit/contracts/test-shared";
import {
  freePort,
  type OwnRedis,
  probeRedisServer,
  say,
  startRedis,
} from "@fairlead/testkit/redis";
import { requireService } from "@fairlead/testkit/services";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createRedisShared } from "./redis-shared.ts";

const PATIENT = { timeout: 15_000, interval: 20 };
const START_MS = 60_000;

const describeCluster = await requireService("redis-server and redis-cli", async () => {
  execFileSync("redis-cli", ["--version"], { stdio: "ignore" });
  await probeRedisServer();
});

describeCluster("on a cluster of three", () => {
  const nodes: OwnRedis[] = [];
  let url: Secret;

  beforeAll(async () => {
    const asNode = ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"];
    const partly = ["--cluster-require-full-coverage", "no"];
    for (let node = 0; node < 3; node++) {
      // Left to itself it takes the port and ten thousand, which may be none.
      const bus = ["--cluster-port", `${await freePort()}`];
      nodes.push(await startRedis([...asNode, ...partly, ...bus]));
    }
    const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`);
    execFileSync("redis-cli", ["--cluster", "create", ...hosts, "--cluster-yes"]);
    for (const { port } of nodes) {
      await vi.waitFor(
        async () => expect(await say(port, "CLUSTER INFO")).toContain("cluster_state:ok"),
        PATIENT,
      );
    }
    url = new Secret(`redis-cluster://${hosts.join(",")}`);
  }, START_MS);
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.close()));
  });

  testShared((clock, prefix) => createRedisShared({ url, prefix, clock }), { handles: 2 });

  describeCluster("by its own clock", () => {
    let shared: Shared;
    beforeEach(async () => {
      shared = await createRedisShared({ url, prefix: `live-${crypto.randomUUID()}` });
    });
    afterEach(() => shared.close());

    test("keys lie on all nodes, and each bucket is exact wherever it lies", async () => {
      const bucket = { capacity: 5, refillPerSecond: 1 / 3_600 };
      const takes = await Promise.all(
        Array.from({ length: 500 }, (_, index) => shared.take(`k${index % 20}`, bucket, 1)),
      );
      expect(takes.filter(({ admitted }) => admitted)).toHaveLength(100);
      const sizes = await Promise.all(nodes.map(({ port }) => say(port, "DBSIZE")));
      expect(sizes).not.toContain(":0\r\n");
    });

    test("a node that freezes takes its own keys away and no others, until it is back", async () => {
      const keys = Array.from({ length: 30 }, (_, index) => `k${index}`);
      await Promise.all(keys.map((key) => shared.set(key, key, 60_000)));
      const reached = async () => {
        const found = await Promise.allSettled(keys.map((key) => shared.get(key)));
        return found.filter(({ status }) => status === "fulfilled").length;
      };
      expect(await reached()).toBe(30);
      nodes[2]?.freeze();
      await expect.poll(reached, PATIENT).toBeLessThan(30);
      await expect.poll(reached, PATIENT).toBeGreaterThan(10);
      nodes[2]?.thaw();
      await expect.poll(reached, PATIENT).toBe(30);
    });

    test("messages come through whichever node is left", async () => {
      const heard = new Set<string>();
      await shared.subscribe("c", (message) => heard.add(message));
      nodes[0]?.freeze();
      await expect
        .poll(async () => {
          await shared.publish("c", "still here").catch(() => {});
          return [...heard];
        }, PATIENT)
        .toEqual(["still here"]);
      nodes[0]?.thaw();
    });
  });
});
