import type { ClientEnvironment } from "@fairlead/core/connector";
import { accountOf, isAccessToken, type Settings } from "../settings.ts";

/** What may be remembered of a credential: its kind, and names that nobody can guess back. */
export interface Account {
  /** `access_token` was made in the platform; `login_token` comes for e-mail and API key. */
  kind: "access_token" | "login_token";
  /** Names the account at Cloudways, whoever shares it. */
  account: string;
  /** Names it for those whom Cloudways has not yet told apart from who merely knows the e-mail address. */
  unproven: string;
  /** Names the very credential: who does not hold all of it must not get its token. */
  credential: string;
}

/** Finds out when first asked, since only an open credential tells. */
export function createAccount(environment: ClientEnvironment<Settings>): () => Promise<Account> {
  const { settings, keyedHash } = environment;
  // An account at another address is another account, whatever it is called there.
  const { origin, pathname } = new URL(settings.base_url);
  const where = `${origin}${pathname.replace(/\/+$/, "")}`;
  let known: Promise<Account> | undefined;

  function find(): Promise<Account> {
    return environment.withCredential((credential) => {
      const { email, api_key } = credential;
      const isToken = api_key !== undefined && isAccessToken(api_key);
      const account = JSON.stringify([where, accountOf(credential)]);
      const pair = [isToken ? undefined : email, api_key].map((field) => field?.reveal().trim());
      return {
        kind: isToken ? "access_token" : "login_token",
        account: keyedHash("account cloudways", account),
        unproven: keyedHash("unproven cloudways", account),
        credential: keyedHash("credential cloudways", JSON.stringify([where, ...pair])),
      };
    });
  }

  return () => {
    known ??= find().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}
