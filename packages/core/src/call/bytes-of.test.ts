import { expect, test } from "vitest";
import { bytesOf } from "./bytes-of.ts";
import type { Reply } from "./request.ts";

const answer = { structured: undefined, structuredJson: undefined, isError: false };

test.each<[string, Reply, number]>([
  [
    "a tool's text and its structured answer, since both are sent",
    {
      kind: "tool",
      holdsSecret: false,
      answer: { ...answer, content: [{ type: "text", text: "née" }], structuredJson: '{"a":"é"}' },
    },
    4 + 10,
  ],
  [
    "an image as it travels, in base64",
    {
      kind: "tool",
      holdsSecret: false,
      answer: { ...answer, content: [{ type: "image", data: "AAAA", mimeType: "image/png" }] },
    },
    4,
  ],
  [
    "a resource",
    {
      kind: "resource",
      ttlMs: 0,
      contents: [
        { uri: "a:b", text: "ahoy" },
        { uri: "a:c", blob: "AA" },
      ],
    },
    6,
  ],
  [
    "a completion",
    { kind: "completion", completion: { values: ["ab", "c"], total: 2, hasMore: false } },
    3,
  ],
  [
    "a prompt",
    {
      kind: "prompt",
      description: "",
      messages: [{ role: "user", content: { type: "text", text: "hello" } }],
    },
    5,
  ],
  ["nothing, for a subscription", { kind: "subscription" }, 0],
])("counts %s", (_what, reply, bytes) => {
  expect(bytesOf(reply)).toBe(bytes);
});
