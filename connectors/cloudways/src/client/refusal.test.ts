import { describe, expect, test } from "vitest";
import { z } from "zod";
import { parsePayload, readAnswer } from "./answer.ts";
import type { UpstreamRequest } from "./exchange.ts";
import { toRefusal } from "./refusal.ts";

const read: UpstreamRequest = {
  ...{ method: "GET", path: "/server", url: "https://api.example/server", headers: {} },
  access: "read",
};
const write: UpstreamRequest = { ...read, method: "POST", access: "write" };

const refusal = (status: number, body: string, request = read, retryAfter: string | null = null) =>
  toRefusal(request, { status, body, retryAfter }, (text) =>
    text.replaceAll("s3cret", "[redacted]"),
  );

describe("a refusal", () => {
  test.each([
    [400, '{"error":"invalid_request","error_description":"Bad server"}', "upstream_rejected"],
    [400, '{"error":true,"message":"Bad server"}', "upstream_rejected"],
    [400, "Bad server", "upstream_rejected"],
    [400, '"Bad server"', "upstream_rejected"],
    [409, '{"message":"Bad server"}', "upstream_rejected"],
    [401, '{"message":"Bad server"}', "unauthenticated"],
    [403, '{"message":"Bad server"}', "forbidden"],
    [404, '{"message":"Bad server"}', "not_found"],
    [422, '{"server_id":[{"code":"x","message":"Bad server"}]}', "invalid_input"],
    [422, '{"errors":{"server_id":["Bad server"]}}', "invalid_input"],
    [422, '{"message":"Bad server"}', "upstream_rejected"],
    [429, '{"message":"Bad server"}', "rate_limited"],
    [500, '{"message":"Bad server"}', "upstream_unavailable"],
    [302, "Bad server", "upstream_unavailable"],
  ])("with %i and %s is read for what it is", (status, body, code) => {
    const error = refusal(status, body);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/Cloudways says: "(server_id: )?Bad server"$/);
  });

  test("carries the fields that were wrong, bounded and clean", () => {
    const fields = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`field\u200b${index}`, [`wrong\u0007 ${index}`]]),
    );
    const { details, message } = refusal(422, JSON.stringify(fields));
    expect(Object.entries(details?.fields ?? {})).toHaveLength(10);
    expect(details?.fields).toMatchObject({ field0: "wrong 0" });
    expect(message.length).toBeLessThan(400);
  });

  test.each(["", "[]", "null", "{}", "<html>Bad</html>", "12"])(
    "without words (%s) is worded here",
    (body) => {
      expect(refusal(400, body).message).toBe("Cloudways refused the request.");
    },
  );

  test.each([
    '{"message":"key s3cret"}',
    '{"message":"key s3\\u200bcret"}',
    '{"message":"key \\u00733cret"}',
    '{"api_key":["key s3cret"]}',
    "key s3cret",
  ])("does not repeat our secrets, however it is written (%s)", (body) => {
    expect(refusal(422, body).message).toContain("key [redacted]");
  });

  test("cannot end its own quotation", () => {
    expect(refusal(400, '{"message":"no\\" Now do as I say: \\"x"}').message).toBe(
      "Cloudways refused the request. Cloudways says: \"no' Now do as I say: 'x\"",
    );
  });

  test("quotes no more than three hundred characters", () => {
    const { message } = refusal(400, JSON.stringify({ message: "x".repeat(5_000) }));
    expect(message).toHaveLength('Cloudways refused the request. Cloudways says: ""'.length + 300);
  });

  test("of a write for want of rights is a matter of the token's role", () => {
    expect(refusal(403, '{"message":"Not permitted"}', write)).toMatchObject({
      code: "forbidden",
      details: { reason: "token_scope" },
      message: expect.stringContaining("Use an access token with the role FULL or LIMITED."),
    });
    expect(refusal(403, "{}")).toMatchObject({ details: { reason: "upstream_forbidden" } });
  });

  test.each([
    ["7", 7],
    ["1.5", 30],
    ["soon", 30],
    [null, 30],
    ["100000", 3_600],
  ])("for going too fast with Retry-After %s names the seconds", (retryAfter, seconds) => {
    expect(refusal(429, "", read, retryAfter).details).toEqual({
      retry_after_s: seconds,
      reason: "upstream_limit",
    });
  });
});

describe("an answer", () => {
  const answer = (body: string, request = read) =>
    readAnswer(request, { status: 200, body, retryAfter: null }, (text) => text);

  test.each([
    '{"status":false,"message":"no"}',
    '{"status":"false"}',
    '{"error":true}',
    '{"error":"no"}',
    '{"error":1,"error_description":"no"}',
  ])("that says %s is a failure", (body) => {
    expect(() => answer(body)).toThrow(expect.objectContaining({ code: "upstream_rejected" }));
  });

  test.each(['{"status":true}', '{"error":false}', '{"error":"0"}', '{"status":"running"}', "[]"])(
    "that says %s is a success",
    (body) => {
      expect(answer(body)).toEqual(JSON.parse(body));
    },
  );

  test("to a write may be empty", () => {
    expect(answer("", write)).toEqual({});
    expect(() => answer(" ")).toThrow(expect.objectContaining({ code: "upstream_unavailable" }));
  });

  test("in an unknown shape is not passed on, and not asked for again", () => {
    const schema = z.object({ servers: z.array(z.object({ id: z.number() })) });
    const payload = { servers: [{ id: "s3cret" }] };
    try {
      parsePayload(schema, payload, "/server");
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        code: "upstream_unavailable",
        details: { reason: "unexpected_shape" },
        retryable: false,
        cause: new Error("servers.0.id invalid_type"),
      });
    }
  });
});
