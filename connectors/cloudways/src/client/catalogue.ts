import { z } from "zod";
import type { Api } from "./api.ts";
import * as wire from "./wire.ts";

const named = z.object({ id: wire.line, name: wire.line });
const providers = z.object({ providers: wire.listOf(named) });
const regions = z.object({ regions: wire.mapOf(wire.listOf(named)) });
const sizes = z.object({ sizes: wire.mapOf(wire.listOf(wire.line)) });
const apps = wire.wrappedIn(
  "apps",
  wire.mapOf(wire.listOf(z.object({ app_version: wire.line, application: wire.line }))),
);
/** Kind → operating system → version → name; `redis` has no operating systems in between. */
const packages = wire.wrappedIn(
  "packages",
  wire.mapOf(wire.mapOf(z.union([wire.line, wire.mapOf(wire.line)]))),
);

export type Named = z.output<typeof named>;
export type Packages = z.output<typeof packages>;

export interface CatalogueCalls {
  listProviders(signal: AbortSignal): Promise<Named[]>;
  /** Provider → regions. */
  listRegions(signal: AbortSignal): Promise<Record<string, Named[]>>;
  /** Provider → sizes; the provider is written as id or as name. */
  listServerSizes(signal: AbortSignal): Promise<Record<string, string[]>>;
  /** Display name → versions with the name that the API wants. */
  listAvailableApps(
    signal: AbortSignal,
  ): Promise<Record<string, { app_version: string; application: string }[]>>;
  listPackages(signal: AbortSignal): Promise<Packages>;
}

export function createCatalogueCalls(api: Api): CatalogueCalls {
  return {
    async listProviders(signal) {
      return (await api.get("/providers", {}, providers, signal)).providers;
    },
    async listRegions(signal) {
      return (await api.get("/regions", {}, regions, signal)).regions;
    },
    async listServerSizes(signal) {
      return (await api.get("/server_sizes", {}, sizes, signal)).sizes;
    },
    listAvailableApps: (signal) => api.get("/apps", {}, apps, signal),
    listPackages: (signal) => api.get("/packages", {}, packages, signal),
  };
}
