/** Where a sign-in leads when nothing else was asked for. */
export const START_PAGE = "/auth";

const PATH = /^\/(?![/\\])[\x21-\x7e]{0,500}$/;

/** A path on this server; what could lead anywhere else leads to the start page. */
export function parseReturnTo(text: unknown): string {
  if (typeof text !== "string" || !PATH.test(text) || text.includes("\\")) return START_PAGE;
  const { origin, pathname, search, hash } = new URL(text, "http://internal");
  const path = `${pathname}${search}${hash}`;
  // Dots are gone now, and may have hidden a second slash.
  return origin === "http://internal" && PATH.test(path) ? path : START_PAGE;
}
