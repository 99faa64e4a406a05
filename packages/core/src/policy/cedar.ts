import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type * as CedarModule from "@cedar-policy/cedar-wasm/nodejs";
import { LRUCache } from "lru-cache";
import { atMost } from "../cache/bounded.ts";

export type CedarFunctions = typeof CedarModule;
export type CedarCall = Omit<CedarModule.StatefulAuthorizationCall, "preparsedPolicySetId">;

/** Cedar in a WebAssembly instance of its own, with the sets it has prepared. */
export interface Cedar {
  /** Calls a function of Cedar. When it throws, the next call gets a fresh instance, and the failure is passed on. */
  run<T>(use: (functions: CedarFunctions) => T): T;
  /** Evaluates a set of policies, preparing it unless it is already. `key` stands for exactly these texts. */
  evaluate(key: string, texts: () => Record<string, string>, call: CedarCall): CedarModule.Response;
  /** Sets that are prepared now. */
  readonly prepared: number;
}

/** A prepared set takes about 5 KiB. */
const MAX_PREPARED = 2_000;

/**
 * Loads Cedar: 4 MiB of WebAssembly, 20 to 40 ms and some 15 MiB, so only who has rules does it. Its linear memory never
 * shrinks and it offers no way to drop a prepared set; a fixed number of names, used over and over, bounds it.
 */
export function createCedar(maxPrepared = MAX_PREPARED): Cedar {
  let instance: CedarFunctions | undefined;
  const free = new Set<string>();
  const prepared = new LRUCache<string, string>({
    ...atMost(maxPrepared),
    dispose: (name) => free.add(name),
  });
  let names = 0;

  function run<T>(use: (functions: CedarFunctions) => T): T {
    instance ??= instantiate();
    try {
      return use(instance);
    } catch (thrown) {
      // Whatever is thrown out of WebAssembly leaves its stack where it was: some 1,500 times, and nothing works.
      instance = undefined;
      prepared.clear();
      free.clear();
      names = 0;
      throw thrown;
    }
  }

  function takeName(): string {
    const [name] = free;
    if (name === undefined) return `set ${names++}`;
    free.delete(name);
    return name;
  }

  function prepare(key: string, texts: Record<string, string>): string {
    const name = takeName();
    const answer = run((functions) => functions.preparsePolicySet(name, { staticPolicies: texts }));
    if (answer.type === "failure") {
      free.add(name);
      throw new Error(`Cedar cannot prepare a set: ${inWords(answer.errors)}`);
    }
    prepared.set(key, name);
    return name;
  }

  return {
    run,
    evaluate(key, texts, call) {
      const name = prepared.get(key) ?? prepare(key, texts());
      const answer = run((functions) =>
        functions.statefulIsAuthorized({ ...call, preparsedPolicySetId: name }),
      );
      if (answer.type === "success") return answer.response;
      throw new Error(`Cedar cannot evaluate a call: ${inWords(answer.errors)}`);
    },
    get prepared() {
      return prepared.size;
    },
  };
}

function inWords(errors: readonly CedarModule.DetailedError[]): string {
  return errors.map(({ message }) => message).join("; ");
}

/** A new instance each time: the module makes one when it is loaded, and would keep it for the life of the process. */
function instantiate(): CedarFunctions {
  // A loader of its own: it remembers what it loaded.
  const require = createRequire(import.meta.url);
  const path = locate(require);
  delete require.cache[path];
  const loaded: CedarFunctions = require(path);
  delete require.cache[path];
  return loaded;
}

/** The copy of its two files that lies beside the bundled program, or the package. */
function locate(require: NodeJS.Require): string {
  const beside = fileURLToPath(new URL("./cedar_wasm.cjs", import.meta.url));
  return existsSync(beside) ? beside : require.resolve("@cedar-policy/cedar-wasm/nodejs");
}
