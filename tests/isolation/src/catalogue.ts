import { findCanaries } from "@fairlead/cloudways/fake";
import type { View } from "@fairlead/core/catalogue/view";
import type { Caller } from "@fairlead/testkit/caller";
import type { HttpAnswer, Json } from "@fairlead/testkit/http";
import { describe, expect, test } from "vitest";
import type { Tenant, TwoTenants } from "./two-tenants.ts";

/** The imitation backs everything up in the night. */
const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

/** Arguments for each tool, the same for both tenants but for what they made. A tool without an entry fails. */
const ARGUMENTS: Readonly<Record<string, (tenant: Tenant) => Json>> = {
  cloudways_list_servers: () => ({}),
  cloudways_get_server_details: ({ server_id }) => ({ server_id }),
  cloudways_get_ssh_keys: () => ({}),
  cloudways_search_apps: () => ({ query: "MARK" }),
  cloudways_get_app_details: ({ app_id }) => ({ app_id }),
  cloudways_get_app_credentials: ({ app_id }) => ({ app_id, reveal: ["app_password"] }),
  cloudways_get_app_settings: ({ app_id }) => ({ app_id }),
  cloudways_get_app_monitoring_summary: ({ app_id }) => ({ app_id }),
  cloudways_get_alerts: () => ({}),
  cloudways_list_projects: () => ({}),
  cloudways_list_team_members: () => ({}),
  cloudways_customer_info: () => ({}),
  cloudways_ping: () => ({}),
  cloudways_get_token_status: () => ({}),
  cloudways_rate_limit_status: () => ({}),
  cloudways_get_available_providers: () => ({}),
  cloudways_get_available_regions: () => ({}),
  cloudways_get_available_server_sizes: () => ({}),
  cloudways_get_available_apps: () => ({}),
  cloudways_get_available_packages: () => ({}),
  cloudways_restart_server: ({ server_id }) => ({ server_id }),
  cloudways_backup_app: ({ app_id }) => ({ app_id }),
  cloudways_restore_app: ({ app_id }) => ({ app_id, time: `${YESTERDAY} 03:00:00` }),
  cloudways_add_app_alias: ({ app_id }) => ({ app_id, alias: "two.example", idempotency_key: "1" }),
  cloudways_delete_app_alias: ({ app_id }) => ({ app_id, alias: "two.example" }),
  cloudways_update_whitelisted_ips: ({ server_id }) => ({ server_id, list: "mysql", ips: [] }),
  cloudways_delete_app: ({ app_id }) => ({ app_id }),
  harbour_look: () => ({}),
  harbour_remember: () => ({}),
  harbour_list_ships: () => ({}),
  harbour_ask: () => ({}),
  harbour_touch: () => ({ uri: "harbour://berths/untouched" }),
  harbour_tow: () => ({ ship: "a ship" }),
  harbour_moor: () => ({ ship: "a ship" }),
  harbour_cast_off: () => ({ ship: "a ship" }),
  harbour_read_log: () => ({}),
  fairlead_plan: () => ({ tool: "harbour_moor", arguments: { ship: "a ship" } }),
  fairlead_apply: ({ made: { plan_id } }) => ({ plan_id }),
  fairlead_undo: ({ made: { undo_id } }) => ({ undo_id }),
  fairlead_get_operation: ({ made: { operation_id } }) => ({ operation_id }),
  fairlead_list_operations: () => ({}),
  fairlead_cancel_operation: ({ made: { waiting_id } }) => ({ operation_id: waiting_id }),
  fairlead_get_result: ({ made: { result_id } }) => ({ result_id }),
};

/** Tools whose answers hold nothing of the account, so that the mark cannot be in them. */
const UNMARKED = new Set([
  "cloudways_ping",
  "cloudways_get_token_status",
  "cloudways_rate_limit_status",
  "cloudways_get_available_providers",
  "cloudways_get_available_regions",
  "cloudways_get_available_server_sizes",
  "cloudways_get_available_apps",
  "cloudways_get_available_packages",
  "harbour_touch",
  "cloudways_backup_app",
  "cloudways_add_app_alias",
  "fairlead_list_operations",
  "fairlead_cancel_operation",
]);

/** One address for each resource and template. */
const ADDRESSES: Readonly<Record<string, (tenant: Tenant) => string>> = {
  "cloudways://servers": () => "cloudways://servers",
  "cloudways://servers/{server_id}": ({ server_id }) => `cloudways://servers/${server_id}`,
  "cloudways://apps/{app_id}": ({ app_id }) => `cloudways://apps/${app_id}`,
  "cloudways://apps/{app_id}/settings": ({ app_id }) => `cloudways://apps/${app_id}/settings`,
  "cloudways://alerts": () => "cloudways://alerts",
  "harbour://berths/{berth}": () => "harbour://berths/1",
  "fairlead://results/{result_id}": ({ made }) => `fairlead://results/${made.result_id}`,
};

/** Arguments for each prompt; true where the answer holds the tenant's own data. */
const PROMPTS: Readonly<Record<string, { args: Json; isMarked: boolean }>> = {
  cloudways_busiest_server: { args: {}, isMarked: false },
  cloudways_slow_site: { args: { app: "shop" }, isMarked: false },
  cloudways_place_laravel_app: { args: {}, isMarked: false },
  harbour_greet: { args: { berth: "1" }, isMarked: true },
};

/** Each completer, by what it is of and its argument. All of them ask the upstream. */
const COMPLETIONS = [
  "cloudways://servers/{server_id} server_id",
  "cloudways://apps/{app_id} app_id",
  "cloudways://apps/{app_id}/settings app_id",
  "harbour://berths/{berth} berth",
  "cloudways_slow_site app",
  "harbour_greet berth",
];

export function testCatalogue(open: () => TwoTenants): void {
  const viewOf = (): View => open().installation.server.fairlead.view({ endpoint: "all" });

  /** Else what is kept under an id alone would not show. */
  function expectSameIds(): void {
    const [acmes, others] = [open().acme, open().other].map(({ server_id, app_id }) => ({
      ...{ server_id, app_id },
    }));
    expect(acmes).toEqual(others);
  }

  /** Both ask the same, one after the other and at once, so that what is kept for one would meet the other. */
  async function ask(work: (caller: Caller, tenant: Tenant) => Promise<HttpAnswer>) {
    const { acme, other } = open();
    const first = await work(acme.owner, acme);
    const second = await work(other.owner, other);
    const [third, fourth] = await Promise.all([work(acme.owner, acme), work(other.owner, other)]);
    for (const { text } of [first, third]) expectOnly(text, acme, other);
    for (const { text } of [second, fourth]) expectOnly(text, other, acme);
    return { ofAcme: third.text, ofOther: fourth.text };
  }

  function expectOnly(text: string, own: Tenant, foreign: Tenant): void {
    expect(text).not.toContain(foreign.mark);
    expect(text).not.toContain(foreign.id);
    for (const id of Object.values(foreign.connections)) expect(text).not.toContain(id);
    expect(text).not.toContain(foreign.ownerKey.principal_id);
    expect(own.mark).not.toBe(foreign.mark);
  }

  function expectMarked({ ofAcme, ofOther }: { ofAcme: string; ofOther: string }): void {
    expect(ofAcme).toContain(open().acme.mark);
    expect(ofOther).toContain(open().other.mark);
  }

  describe("the catalogue", () => {
    test("has said of each part of it what the two tenants ask", () => {
      const { tools, resources, prompts } = viewOf();
      expect([...tools.keys()].sort()).toEqual(Object.keys(ARGUMENTS).sort());
      expect(resources.map(({ label }) => label).sort()).toEqual(Object.keys(ADDRESSES).sort());
      expect([...prompts.keys()].sort()).toEqual(Object.keys(PROMPTS).sort());
      const completers = [
        ...resources.flatMap(({ label, resource }) =>
          Object.keys(resource.complete ?? {}).map((argument) => `${label} ${argument}`),
        ),
        ...[...prompts.values()].flatMap(({ label, prompt }) =>
          Object.keys(prompt.complete ?? {}).map((argument) => `${label} ${argument}`),
        ),
      ];
      expect(completers.sort()).toEqual([...COMPLETIONS].sort());
    });

    test.each(Object.keys(ARGUMENTS))("the tool %s", async (name) => {
      expectSameIds();
      const answers = await ask((caller, tenant) =>
        caller.call(name, ARGUMENTS[name]?.(tenant), { capabilities: { elicitation: {} } }),
      );
      expect(answers.ofAcme).not.toContain('"isError":true');
      expect(answers.ofAcme).toContain('"result"');
      if (!UNMARKED.has(name)) expectMarked(answers);
      else expect(answers.ofAcme).not.toContain(open().acme.mark);
      const [acmes, others] = [answers.ofAcme, answers.ofOther].map(findCanaries);
      expect(acmes?.filter((secret) => others?.includes(secret))).toEqual([]);
    });

    test("a secret that is asked for is one's own", async () => {
      const { ofAcme, ofOther } = await ask((caller, { app_id }) =>
        caller.call("cloudways_get_app_credentials", { app_id, reveal: ["app_password"] }),
      );
      for (const text of [ofAcme, ofOther]) expect(findCanaries(text).length).toBeGreaterThan(0);
      expect(findCanaries(ofAcme)).not.toEqual(findCanaries(ofOther));
    });

    test.each(Object.keys(ADDRESSES))("the resource %s", async (label) => {
      for (const era of ["modern", "legacy"] as const) {
        expectMarked(
          await ask((caller, tenant) =>
            caller[era]("resources/read", { uri: ADDRESSES[label]?.(tenant) }),
          ),
        );
      }
    });

    test.each(Object.keys(PROMPTS))("the prompt %s", async (name) => {
      const { args, isMarked } = PROMPTS[name] ?? { args: {}, isMarked: false };
      const answers = await ask((caller) =>
        caller.modern("prompts/get", { name, arguments: args }),
      );
      expect(answers.ofAcme).toContain('"messages"');
      if (isMarked) expectMarked(answers);
    });

    test.each(COMPLETIONS)("the completion %s", async (which) => {
      const [of = "", argument] = which.split(" ");
      const ref = of.includes("://")
        ? { type: "ref/resource", uri: of }
        : { type: "ref/prompt", name: of };
      const answers = await ask((caller) =>
        caller.modern("completion/complete", { ref, argument: { name: argument, value: "" } }),
      );
      expect(answers.ofAcme).toContain('"values":["');
      if (which.startsWith("harbour")) expectMarked(answers);
    });

    test.each(["tools/list", "resources/list", "resources/templates/list", "prompts/list"])(
      "%s shows what one may use, and nothing of anybody's data",
      async (method) => {
        const { ofAcme, ofOther } = await ask((caller) => caller.modern(method));
        expect(ofAcme).toBe(ofOther);
        expect(ofAcme).not.toContain(open().acme.mark);
      },
    );

    test("a rule that hides a tool of one tenant hides it of that one alone", async () => {
      const { acme, other } = open();
      const rule = await acme.owner.act<{ id: string }>("POST", "/api/policies", {
        name: "hide",
        text: 'forbid (principal, action == Fairlead::Action::"harbour_look", resource);',
      });
      try {
        const listOf = async ({ viewer }: Tenant) => (await viewer.modern("tools/list")).text;
        const templatesOf = async ({ viewer }: Tenant) =>
          (await viewer.modern("resources/templates/list")).text;
        expect(await listOf(acme)).not.toContain("harbour_look");
        expect(await listOf(other)).toContain("harbour_look");
        expect(await templatesOf(acme)).not.toContain("harbour://");
        expect(await templatesOf(other)).toContain("harbour://");
        const refused = await acme.viewer.modern("resources/read", { uri: "harbour://berths/1" });
        expect(refused.text).not.toContain(acme.mark);
        expect((await other.viewer.call("harbour_look")).text).toContain(other.mark);
      } finally {
        await acme.owner.act("DELETE", `/api/policies/${rule.id}`);
      }
    });
  });

  describe("another tenant's connection", () => {
    test.each(["cloudways_list_servers", "harbour_look"])(
      "named to %s is the same as one that does not exist",
      async (name) => {
        const { acme, other } = open();
        const connector = name.split("_")[0] as "cloudways" | "harbour";
        const foreign = other.connections[connector];
        const nowhere = `con_${"0".repeat(foreign.length - 4)}`;
        const [there, missing] = await Promise.all(
          [foreign, nowhere].map((connection) => acme.owner.call(name, { connection })),
        );
        expect(there?.text).toContain('"isError":true');
        expect(there?.text.replaceAll(foreign, "ID")).toBe(missing?.text.replaceAll(nowhere, "ID"));
        expect(there?.text).not.toContain(other.mark);
      },
    );
  });

  describe("a page of an answer", () => {
    test("goes on with one's own list, whoever's cursor it is", async () => {
      const { acme, other } = open();
      const cursorOf = async ({ owner }: Tenant): Promise<string> => {
        const { json } = await owner.call("harbour_list_ships");
        const { structuredContent } = json.result as { structuredContent: Json };
        return String(structuredContent.next_cursor);
      };
      const foreign = await cursorOf(other);
      expect(foreign).not.toBe("undefined");
      const { text } = await acme.owner.call("harbour_list_ships", { cursor: foreign });
      expect(text).not.toContain(other.mark);
    });
  });
}
