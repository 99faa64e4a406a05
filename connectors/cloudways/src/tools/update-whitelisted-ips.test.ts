import { describe, expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const NAME = "cloudways_update_whitelisted_ips";
const SFTP = {
  ...{ server_id: 50482, list: "sftp", policy: "block_all" },
  ips: ["203.0.113.10", "198.51.100.0/24"],
};
const MYSQL = { server_id: 50482, list: "mysql", ips: ["203.0.113.10", "2001:db8::7"] };

describe("replacing a list of allowed addresses", () => {
  const cloudways = useCloudways();
  const whitelist = () => cloudways.fake.state.serverDetails.get(50482)?.whitelist;

  test("is planned with the addresses added and removed, and plans change nothing", async () => {
    expect(await cloudways.plan(NAME, MYSQL)).toMatchInlineSnapshot(`
      {
        "changes": [
          {
            "does": "is added",
            "on": "2001:db8::7",
          },
          {
            "does": "is removed",
            "on": "198.51.100.200",
          },
        ],
        "loses": [
          "access by MySQL from 198.51.100.200",
        ],
        "state": {
          "ips": [
            "198.51.100.200",
            "203.0.113.10",
          ],
          "label": "web-london-1",
          "server_id": 50482,
        },
        "summary": "Replaces the MySQL list of server "web-london-1" (50482): 1 added, 1 removed, 2 in all.",
        "undo": {
          "how": "Put the former list back.",
          "kind": "reversible",
        },
      }
    `);
    expect(await cloudways.plan(NAME, SFTP)).toMatchObject({
      changes: [{ on: "198.51.100.0/24", does: "is added" }, { to: "block_all" }],
      undo: { kind: "compensable" },
    });
    expect(cloudways.changes).toEqual([]);
    expect(cloudways.fake.effects()).toMatchObject({ accepted: {}, done: {} });
  });

  test("says when nobody gets in any more", async () => {
    const { loses } = await cloudways.plan(NAME, { ...SFTP, ips: [] });
    expect(loses).toEqual([
      "access by SSH and SFTP from 203.0.113.10",
      "every way in by SSH and SFTP",
    ]);
  });

  test("sends the whole list", async () => {
    expect(await cloudways.run(NAME, SFTP)).toMatchInlineSnapshot(`
      {
        "ips": [
          "203.0.113.10",
          "198.51.100.0/24",
        ],
        "list": "sftp",
        "policy": "block_all",
        "server_id": 50482,
      }
    `);
    expect(await cloudways.run(NAME, MYSQL)).toMatchObject({ policy: "allow_all" });
    expect(cloudways.changes).toMatchInlineSnapshot(`
      [
        {
          "body": "{"server_id":50482,"tab":"sftp","type":"sftp","ip":["203.0.113.10","198.51.100.0/24"],"ipPolicy":"block_all"}",
          "method": "POST",
          "path": "/api/v2/security/whitelisted",
          "type": "application/json",
        },
        {
          "body": "{"server_id":50482,"tab":"mysql","type":"mysql","ip":["203.0.113.10","2001:db8::7"],"ipPolicy":"allow_all"}",
          "method": "POST",
          "path": "/api/v2/security/whitelisted",
          "type": "application/json",
        },
      ]
    `);
    expect(whitelist()).toEqual({ sftp: SFTP.ips, mysql: MYSQL.ips });
    expect(cloudways.fake.effects().done).toEqual({ updateWhitelistedIps: 2 });
  });

  test("changes nothing when it is that list already", async () => {
    const args = { ...MYSQL, ips: whitelist()?.mysql.toReversed() ?? [] };
    const refusal = { code: "conflict", details: { reason: "already_so" } };
    await expect(cloudways.plan(NAME, args)).rejects.toMatchObject(refusal);
    await expect(cloudways.run(NAME, args)).rejects.toMatchObject(refusal);
    expect(cloudways.changes).toEqual([]);
  });

  test.each([
    [{ ...SFTP, policy: undefined }, "policy"],
    [{ ...MYSQL, policy: "block_all" }, "policy"],
    [{ ...MYSQL, ips: ["203.0.113.300"] }, "ips"],
    [{ ...MYSQL, ips: ["localhost"] }, "ips"],
  ])("refuses %o before anything is asked", async (args, field) => {
    await expect(cloudways.call(NAME, args)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining(field),
    });
    expect(cloudways.fake.counters.total).toBe(0);
  });

  test("that Cloudways fails is not repeated", async () => {
    cloudways.fake.faults.add({ kind: "status", status: 503, access: "write", count: "always" });
    await expect(cloudways.run(NAME, MYSQL)).rejects.toMatchObject({
      code: "upstream_unavailable",
    });
    expect(cloudways.changes).toHaveLength(1);
  });

  test("is taken back with the former list", async () => {
    const { state } = await cloudways.plan(NAME, SFTP);
    const undo = cloudways.undo(NAME, SFTP, state);
    expect(undo).toMatchInlineSnapshot(`
      {
        "arguments": {
          "ips": [
            "203.0.113.10",
          ],
          "list": "sftp",
          "policy": "block_all",
          "server_id": 50482,
        },
        "summary": "Puts the former SSH and SFTP list of server 50482 back.",
        "tool": "cloudways_update_whitelisted_ips",
      }
    `);
    await cloudways.run(NAME, SFTP);
    await cloudways.run(undo?.tool ?? "", { ...undo?.arguments });
    expect(whitelist()?.sftp).toEqual(["203.0.113.10"]);
    expect(cloudways.undo(NAME, SFTP, undefined)).toBeUndefined();
    expect(cloudways.undo(NAME, SFTP, { ...state, ips: ["odd"] })).toBeUndefined();
  });

  test("whose answer was lost is settled by looking", async () => {
    const { state } = await cloudways.plan(NAME, MYSQL);
    const find = (state: unknown) => cloudways.find(NAME, MYSQL, { state });
    expect(await find(state)).toEqual({ found: "nothing" });
    cloudways.fake.faults.add({ kind: "reset", after: true, access: "write" });
    await expect(cloudways.run(NAME, MYSQL)).rejects.toMatchObject({
      code: "upstream_unavailable",
    });
    expect(await find(state)).toMatchObject({ found: "happened", output: { ips: MYSQL.ips } });
    expect(await find(undefined)).toEqual({ found: "unclear" });

    whitelist()?.mysql.push("192.0.2.1");
    expect(await find(state)).toEqual({ found: "unclear" });
  });

  test("is unclear where only the policy would differ", async () => {
    const args = { ...SFTP, ips: ["203.0.113.10"] };
    const { state } = await cloudways.plan(NAME, args);
    expect(await cloudways.find(NAME, args, { state })).toEqual({ found: "unclear" });
  });
});

describe("version 1", () => {
  const cloudways = useCloudways({ settings: { api_version: "v1" } });

  test("replaces the same way", async () => {
    const { state } = await cloudways.plan(NAME, MYSQL);
    expect(state).toMatchObject({ ips: ["198.51.100.200", "203.0.113.10"] });
    await cloudways.run(NAME, MYSQL);
    expect(cloudways.fake.effects().done).toEqual({ updateWhitelistedIps: 1 });
  });
});
