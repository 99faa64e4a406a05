/** `cloudways:read`, `*:write`, `cloudways:*`, `fairlead:admin`; other words, such as `openid`, are none of ours. */
const SCOPE =
  /^(?!\*:\*)(\*|[a-z][a-z0-9]{1,15}):(\*|read|write|destroy|secrets|admin|owner|metrics)$/;
const EVERYTHING = "*";
/** Managing a tenant is never covered by a star beside it. */
const MANAGING = "fairlead";

export function isScope(text: string): boolean {
  return text === EVERYTHING || SCOPE.test(text);
}

/** What both sets give, wildcards included: what a key or a token leaves of its principal's rights. */
export function narrowScopes(given: Iterable<string>, to: Iterable<string>): ReadonlySet<string> {
  const wanted = [...to].filter(isScope);
  const common = new Set<string>();
  for (const scope of given) {
    if (!isScope(scope)) continue;
    for (const other of wanted) {
      const both = commonScope(scope, other);
      if (both !== undefined) common.add(both);
    }
  }
  return common;
}

function commonScope(one: string, other: string): string | undefined {
  if (one === EVERYTHING) return other;
  if (other === EVERYTHING) return one;
  const [oneConnector = "", oneWhat = ""] = one.split(":");
  const [otherConnector = "", otherWhat = ""] = other.split(":");
  if ((oneConnector === MANAGING) !== (otherConnector === MANAGING)) return undefined;
  const connector = commonPart(oneConnector, otherConnector);
  const what =
    oneConnector === MANAGING && oneWhat !== otherWhat ? undefined : commonPart(oneWhat, otherWhat);
  return connector === undefined || what === undefined ? undefined : `${connector}:${what}`;
}

function commonPart(one: string, other: string): string | undefined {
  if (one === other || other === "*") return one;
  return one === "*" ? other : undefined;
}
