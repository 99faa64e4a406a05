import { createTestEngine } from "@fairlead/testkit/engine";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../connector.ts";

const quay = defineConnector({
  id: "quay",
  title: "Quay",
  description: "A quay.",
  settings: z.object({}),
  createClient: () => undefined,
  tools: [],
});

test("what Fairlead adds to every endpoint is what its callers know, and costs a model little", async () => {
  const engine = await createTestEngine([quay]);
  onTestFinished(() => engine.close());
  const { tools, resources } = engine.fairlead.view({ endpoint: "all" });
  const listed = [...tools.values()].map((target) => target.listed);
  expect(listed).toMatchSnapshot();
  expect(resources.map(({ resource }) => resource.uri)).toMatchInlineSnapshot(`
    [
      "fairlead://results/{result_id}",
    ]
  `);
  expect(JSON.stringify(listed).length / 4).toBeLessThan(2_900);
});
