/** What the bench and its load process say to each other, checked on both ends. */
import { z } from "zod";

export const question = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("open"),
    spec: z.object({
      endpoint: z.object({ url: z.string(), headers: z.record(z.string(), z.string()) }),
      era: z.enum(["2026-07-28", "2025-11-25"]),
      connections: z.number(),
      repeats: z.boolean(),
      tool: z.string(),
    }),
  }),
  z.object({
    type: z.literal("run"),
    run: z.object({
      durationMs: z.number(),
      minRequests: z.number(),
      maxRequests: z.number(),
    }),
  }),
  z.object({ type: z.literal("list"), times: z.number() }),
]);

export const answer = z.discriminatedUnion("type", [
  z.object({ type: z.literal("opened") }),
  z.object({
    type: z.literal("ran"),
    result: z.object({
      requests: z.number(),
      seconds: z.number(),
      p50Us: z.number(),
      p99Us: z.number(),
      generatorBusy: z.number(),
    }),
  }),
  z.object({
    type: z.literal("listed"),
    result: z.object({
      tools: z.number(),
      pages: z.number(),
      bytes: z.number(),
      chars: z.number(),
      p50Us: z.number(),
    }),
  }),
  z.object({ type: z.literal("failed"), message: z.string() }),
]);

export type Question = z.infer<typeof question>;
export type Answer = z.infer<typeof answer>;
