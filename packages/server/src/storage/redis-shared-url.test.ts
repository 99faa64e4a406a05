import { Secret } from "@fairlead/core/secret";
import { failureOf } from "@fairlead/testkit/failure-of";
import { expect, test } from "vitest";
import { parseRedisUrl, toReach } from "./redis-shared-url.ts";

const parse = (url: string) => parseRedisUrl(new Secret(url));

test("reads a plain address", () => {
  expect(parse("redis://localhost")).toEqual({
    ...{ hosts: [{ host: "localhost", port: 6379 }], isCluster: false, tls: false },
    ...{ username: undefined, password: undefined, database: 0 },
  });
});

test("reads user, password, port and database", () => {
  const address = parse("rediss://fair%40lead:p%3Ass:word@[::1]:6380/2");
  expect(address).toMatchObject({
    ...{ hosts: [{ host: "::1", port: 6380 }], tls: true, username: "fair@lead", database: 2 },
  });
  expect(address.password?.reveal()).toBe("p:ss:word");
});

test.each([
  ["redis-cluster://a:7000", 1],
  ["rediss-cluster://a:7000,b:7001,c:7002", 3],
  ["valkey://a:7000,b:7001", 2],
])("takes %s for a cluster", (url, nodes) => {
  const address = parse(url);
  expect(address.isCluster).toBe(true);
  expect(address.hosts).toHaveLength(nodes);
});

test.each([
  "http://localhost",
  "redis://",
  "redis://:secret@",
  "redis://user:secret@host:99999",
  "redis://user:secret@host/zero",
  "redis://user:secret@host?db=1",
  "redis://user:se%cret@host",
  "redis-cluster://user:secret@host/1",
  "secret",
])("refuses %s without repeating it", async (url) => {
  const error = await failureOf(() => parse(url));
  expect(error.code).toBe("invalid_input");
  expect(error.message).not.toMatch(/secret|se%cret/);
});

test("replicas at one place have one reach, whoever they sign in as", () => {
  const reach = (url: string, prefix = "p") => toReach(parse(url), prefix);
  expect(reach("redis://a:1@host:6379")).toBe(reach("redis://b:2@host/0"));
  expect(reach("redis://a,b")).toBe(reach("redis://b,a"));
  const others = [reach("redis://host/1"), reach("redis://other"), reach("redis://host", "q")];
  expect(others).not.toContain(reach("redis://host"));
});
