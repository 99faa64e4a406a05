import type { Context, Env } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { CookieOptions } from "hono/utils/cookie";
import { parse } from "hono/utils/cookie";

/** A cookie of ours: out of reach for scripts, sent along by links from elsewhere but not by their forms. */
export interface Cookie {
  read<E extends Env>(c: Context<E>): string | undefined;
  /** The same of a raw header. */
  readFrom(header: string | string[] | undefined): string | undefined;
  write<E extends Env>(c: Context<E>, value: string): void;
  clear<E extends Env>(c: Context<E>): void;
}

/**
 * With HTTPS its name begins with `__Host-`: no other host, not even one below the same domain, can set it
 * (draft-ietf-httpbis-rfc6265bis, section 4.1.3.2).
 */
export function createCookie(
  name: string,
  { isSecure, maxAgeS }: { isSecure: () => boolean; maxAgeS: number },
): Cookie {
  const fullName = () => (isSecure() ? `__Host-${name}` : name);
  const options = (): CookieOptions => ({
    ...{ path: "/", httpOnly: true, sameSite: "Lax", secure: isSecure() },
  });
  return {
    read: (c) => getCookie(c, fullName()),
    readFrom(header) {
      if (header === undefined) return undefined;
      const cookies = parse(Array.isArray(header) ? header.join("; ") : header, fullName());
      return cookies[fullName()];
    },
    write(c, value) {
      setCookie(c, fullName(), value, { ...options(), maxAge: maxAgeS });
    },
    clear(c) {
      deleteCookie(c, fullName(), options());
    },
  };
}
