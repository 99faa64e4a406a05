import { timingSafeEqual } from "node:crypto";
import { FairleadError } from "../errors.ts";
import type { Tiers } from "../limits/tiers.ts";
import type { Clock } from "../ports.ts";
import type { Secret } from "../secret.ts";
import type { ApiKey } from "../storage/records.ts";
import type { Store } from "../storage/store.ts";
import { API_KEY_PREFIX, hashApiKey, parseApiKey } from "./api-key.ts";
import type { Evidence } from "./authenticate.ts";
import { type LastUsed, oncePerMinute } from "./last-used.ts";
import { createAddressList } from "./network.ts";
import { LOCAL_TENANT, type Principal } from "./principal.ts";
import { openPrincipal } from "./stored-principal.ts";
import { type Known, refusal, unknownCredential, type Way } from "./way.ts";
import { belongsTo, type Whose } from "./whose.ts";

interface Parts {
  store: Pick<Store, "keys" | "principals" | "tenants">;
  tiers: Tiers;
  clock: Clock;
  lastUsed: LastUsed;
}

/** What an id that nobody has is compared with, so that it takes as long as a wrong secret. */
const NO_HASH = "0".repeat(64);

/** API keys that an administrator made: `fl_<id>_<secret>`. */
export function createApiKeyWay({ store, tiers, clock, lastUsed }: Parts): Way {
  return async (token) => {
    if (!token.startsWith(API_KEY_PREFIX)) return undefined;
    const parsed = parseApiKey(token);
    if (parsed === undefined) throw mistyped();
    const key = await store.keys.find(parsed.id);
    const isRight = isSameHash(key?.hash ?? NO_HASH, hashApiKey(token));
    if (key === undefined || !isRight) throw unknownCredential();
    try {
      return await open(key);
    } catch (error) {
      // Whoever has the whole key may be told of to its tenant.
      throw belongsTo(error, ownerOf(key));
    }
  };

  async function open(key: ApiKey): Promise<Known> {
    refuseEnded(key, clock.now());
    const row = await store.principals.find(key.tenant_id, key.principal_id);
    if (row === undefined) throw unknownCredential();
    const known = await openPrincipal({ store, tiers }, row, {
      credential: { kind: "api_key", id: key.id, expires_at: key.expires_at },
      scopes: key.scopes,
    });
    const requireAddress = addressCheck(key);
    const note = oncePerMinute(clock, () => lastUsed.note(key.id));
    return {
      ...known,
      admit(evidence) {
        requireAddress?.(evidence);
        note();
      },
    };
  }
}

/** The operator's own keys, of any text: the owner of the one tenant that the environment describes. By hash. */
export function operatorPrincipals(keys: readonly Secret[]): ReadonlyMap<string, Principal> {
  return new Map(
    keys.map((key, index) => [
      hashApiKey(key.reveal()),
      Object.freeze<Principal>({
        id: `prn_key_${index + 1}`,
        tenant_id: LOCAL_TENANT,
        kind: "operator_key",
        label: `API key ${index + 1}`,
        roles: ["owner"],
        scopes: new Set(["*"]),
      }),
    ]),
  );
}

function isSameHash(kept: string, shown: string): boolean {
  const [one, other] = [Buffer.from(kept, "hex"), Buffer.from(shown, "hex")];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Said only to who has the whole key. */
function refuseEnded({ revoked_at, expires_at }: ApiKey, now: number): void {
  if (revoked_at !== null) {
    throw refusal("revoked_key", "This API key was revoked. Ask an administrator for another.");
  }
  if (expires_at !== null && expires_at <= now) {
    throw refusal("expired_key", "This API key has expired. Ask an administrator for another.");
  }
}

function addressCheck(key: ApiKey): ((evidence: Evidence) => void) | undefined {
  const { addresses } = key;
  if (addresses === null) return undefined;
  const isAllowed = createAddressList(addresses);
  return ({ address }) => {
    if (isAllowed(address)) return;
    throw belongsTo(wrongAddress(), ownerOf(key));
  };
}

function ownerOf({ id, tenant_id, principal_id }: ApiKey): Whose {
  return { tenant_id, principal_id, credential_id: id };
}

function wrongAddress(): FairleadError {
  return new FairleadError(
    "forbidden",
    "This API key may not be used from this address. Use it from where it is meant for, or ask an administrator.",
    { details: { reason: "address" } },
  );
}

function mistyped(): FairleadError {
  return refusal(
    "mistyped_key",
    "This API key is incomplete or mistyped. Copy the whole key, from fl_ to its end.",
  );
}
