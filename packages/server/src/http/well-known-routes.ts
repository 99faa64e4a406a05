import type { Context, Env, Hono } from "hono";
import { type ProtectedResources, WELL_KNOWN } from "../identity/protected-resource.ts";

/** Open to every page and every client: it says what a refusal says too, and nothing about who asks. */
const HEADERS: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Origin": "*",
  "Cross-Origin-Resource-Policy": "cross-origin",
  "Cache-Control": "public, max-age=300",
  "X-Content-Type-Options": "nosniff",
};

/**
 * RFC 9728 metadata of `/mcp` and `/mcp/{connector}`, under their path-inserted addresses; a query is ignored. To be
 * added before whatever turns pages of other origins away.
 */
export function addWellKnownRoutes<E extends Env>(
  app: Hono<E>,
  { resources, publicUrl }: { resources: ProtectedResources; publicUrl: string | undefined },
): void {
  const prefix = publicUrl === undefined ? "" : new URL(publicUrl).pathname.replace(/\/$/, "");

  /** A proxy may, or may not, have cut off the path that it serves us under. */
  function endpointOf(path: string): string {
    const endpoint = path.slice(WELL_KNOWN.length).replace(/\/$/, "");
    const isWhole = prefix !== "" && endpoint.startsWith(`${prefix}/`);
    return isWhole ? endpoint.slice(prefix.length) : endpoint;
  }

  app.get(`${WELL_KNOWN}/*`, (c) => {
    const metadata = resources.metadata(endpointOf(c.req.path));
    if (metadata === undefined) return c.json({ status: "error", code: "not_found" }, 404, HEADERS);
    return c.json(metadata, 200, HEADERS);
  });
  app.options(`${WELL_KNOWN}/*`, (c: Context<E>) =>
    c.body(null, 204, {
      ...HEADERS,
      "Access-Control-Allow-Methods": "GET",
      // Clients of MCP send their version with this request too.
      "Access-Control-Allow-Headers": "MCP-Protocol-Version, Content-Type, Accept",
      "Access-Control-Max-Age": "600",
    }),
  );
}
