import { failureOf } from "@fairlead/testkit/failure-of";
import { describe, expect, test } from "vitest";
import { type InputRequest, missingCapability, parseElicitation } from "./interaction.ts";

const FORM: InputRequest = {
  method: "elicitation/create",
  params: { message: "Which berth?", requestedSchema: { type: "object" } },
};
const URL_MODE: InputRequest = {
  method: "elicitation/create",
  params: { mode: "url", message: "Sign in", url: "https://harbour.example/sign-in" },
};

describe("missingCapability", () => {
  test("finds nothing missing in a client that can do all", () => {
    const capabilities = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} };
    const requests: Record<string, InputRequest> = {
      form: FORM,
      url: URL_MODE,
      sample: { method: "sampling/createMessage", params: {} },
      roots: { method: "roots/list" },
    };
    expect(missingCapability(requests, capabilities)).toBeUndefined();
  });

  test("names the capability the client did not declare", () => {
    const requests: Record<string, InputRequest> = { roots: { method: "roots/list" } };
    expect(missingCapability(requests, { elicitation: {} })).toBe("roots");
  });

  test("takes an empty elicitation capability for forms, as clients before modes meant it", () => {
    expect(missingCapability({ berth: FORM }, { elicitation: {} })).toBeUndefined();
  });

  test("does not take an empty elicitation capability for URLs", () => {
    expect(missingCapability({ sign_in: URL_MODE }, { elicitation: {} })).toBe("elicitation.url");
  });

  test("does not send a form to a client that only opens URLs", () => {
    const capabilities = { elicitation: { url: {} } };
    expect(missingCapability({ berth: FORM }, capabilities)).toBe("elicitation.form");
  });

  test("does not take a capability that is no object for declared", () => {
    expect(missingCapability({ berth: FORM }, { elicitation: true })).toBe("elicitation");
    expect(missingCapability({ berth: FORM }, { elicitation: null })).toBe("elicitation");
  });
});

describe("parseElicitation", () => {
  test("reads what a person accepted with", () => {
    const answer = { action: "accept", content: { berth: 7 }, more: "ignored" };
    expect(parseElicitation(answer, "berth")).toEqual({ action: "accept", content: { berth: 7 } });
  });

  test.each(["decline", "cancel"])("reads %s, which has no content", (action) => {
    expect(parseElicitation({ action }, "berth")).toEqual({ action });
  });

  test.each([undefined, null, "accept", {}, { action: "agree" }])(
    "refuses %j and names the question",
    async (value) => {
      const error = await failureOf(() => parseElicitation(value, "berth"));
      expect(error.code).toBe("invalid_input");
      expect(error.message).toContain('"berth"');
    },
  );
});
