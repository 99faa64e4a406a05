import { expect, test } from "vitest";
import { traceOf } from "./trace.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";
const PARENT = { trace_id: TRACE, parent_span_id: SPAN };

test("reads the caller's trace, and whether the caller keeps it", () => {
  expect(traceOf(`00-${TRACE}-${SPAN}-01`)).toEqual({ ...PARENT, trace_sampled: true });
  expect(traceOf(`00-${TRACE}-${SPAN}-00`)).toEqual({ ...PARENT, trace_sampled: false });
  expect(traceOf(`00-${TRACE}-${SPAN}-03`)).toEqual({ ...PARENT, trace_sampled: true });
});

test("reads what a later version of the format adds to", () => {
  expect(traceOf(`cc-${TRACE}-${SPAN}-01-what-comes-later`)).toMatchObject(PARENT);
});

test("believes the message before the request that carries it", () => {
  const header = `00-${"1".repeat(32)}-${"2".repeat(16)}-01`;
  expect(traceOf(`00-${TRACE}-${SPAN}-01`, header)).toMatchObject(PARENT);
  expect(traceOf(undefined, header).trace_id).toBe("1".repeat(32));
});

test.each([
  undefined,
  5,
  "",
  `00-${"0".repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${"0".repeat(16)}-01`,
  `ff-${TRACE}-${SPAN}-01`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01x`,
  `00-${TRACE}-${SPAN}`,
  ` 00-${TRACE}-${SPAN}-01`,
])("takes %j for no trace", (given) => {
  expect(traceOf(given)).toEqual({});
});
