/** What a token may be meant for to be good here (RFC 8707, RFC 9068, section 4). */
export interface Audience {
  /** Whether it is meant for any part of this server. */
  isOurs(audiences: readonly string[]): boolean;
  /** Whether it is meant for this endpoint, such as `/mcp/cloudways`, or for something above it. */
  covers(audiences: readonly string[], resource: string): boolean;
}

/**
 * A token for `<PUBLIC_URL>/mcp` is good for `/mcp/{connector}`, not the reverse. Names that an issuer was configured
 * with stand for the whole server instead.
 */
export function createAudience(
  publicUrl: string | undefined,
  configured: readonly string[] | undefined,
): Audience {
  if (configured !== undefined) {
    const isOurs = (audiences: readonly string[]) =>
      audiences.some((audience) => configured.includes(audience));
    return { isOurs, covers: isOurs };
  }
  if (publicUrl === undefined) {
    throw new Error("An issuer without an audience of its own needs a PUBLIC_URL.");
  }
  const base = publicUrl.replace(/\/$/, "");

  /** The part below the server's own URL; undefined when it is not below. */
  function pathOf(audience: string): string | undefined {
    const plain = audience.replace(/\/$/, "");
    return plain === base || plain.startsWith(`${base}/`) ? plain.slice(base.length) : undefined;
  }

  return {
    isOurs: (audiences) => audiences.some((audience) => pathOf(audience) !== undefined),
    covers: (audiences, resource) =>
      audiences.some((audience) => {
        const path = pathOf(audience);
        return path !== undefined && `${resource}/`.startsWith(`${path}/`);
      }),
  };
}
