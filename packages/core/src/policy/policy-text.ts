import { FairleadError } from "../errors.ts";

/**
 * One policy of a tenant may be this long, in UTF-8: at worst it takes Cedar 100 ms to read, in which nothing else is
 * done. Lists of ids cost little; use one set of them.
 */
export const MAX_POLICY_BYTES = 8_192;

/** All enabled policies of a tenant together; some 450 rules. */
export const MAX_TENANT_BYTES = 65_536;

/**
 * Cedar reads and evaluates by recursion on a stack of 1 MiB inside WebAssembly, and overrunning it breaks the instance
 * for everyone. Measured with 4.13: a bracket takes up to 10 KiB, an operator up to 4 KiB. These bounds leave half.
 */
export const MAX_BRACKET_DEPTH = 16;
export const MAX_OPERATORS = 100;

interface Token {
  text: string;
  start: number;
}

// Comments end where Cedar's lexer ends them: at either line break.
const TOKEN = /\s+|\/\/[^\n\r]*|"(?:\\.|[^"\\])*"|[A-Za-z_]\w*|\d+|&&|\|\||==|!=|<=|>=|::|./gsu;
const OPERATORS = new Set("&& || == != < <= > >= ! + - * . if has like in is ?".split(" "));

/** Throws `invalid_input` for a text that Cedar must not be given, or which it could not read safely. */
export function requireModest(text: string): void {
  if (Buffer.byteLength(text) > MAX_POLICY_BYTES) {
    throw tooMuch(`is longer than ${MAX_POLICY_BYTES} bytes`);
  }
  if (!text.isWellFormed()) throw tooMuch("holds half a character (a lone surrogate)");
  let depth = 0;
  let operators = 0;
  for (const { text: token, start } of tokensOf(text)) {
    if ("([{".includes(token)) depth++;
    else if (")]}".includes(token)) depth = Math.max(0, depth - 1);
    else if (token === ";" && depth === 0) operators = 0;
    else if (OPERATORS.has(token)) operators++;
    if (depth > MAX_BRACKET_DEPTH) {
      throw tooMuch(`nests brackets more than ${MAX_BRACKET_DEPTH} deep`, start);
    }
    if (operators > MAX_OPERATORS) {
      throw tooMuch(`has more than ${MAX_OPERATORS} operators in one rule`, start);
    }
  }
}

/** Throws `invalid_input` when these are more than one tenant may have enabled. To be asked before one more is kept. */
export function requireRoom(texts: readonly string[]): void {
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes <= MAX_TENANT_BYTES) return;
  throw new FairleadError(
    "invalid_input",
    `The enabled policies of this tenant would take ${bytes} bytes together, more than ${MAX_TENANT_BYTES}. ` +
      "Delete or disable some, or compare with one set instead of writing several rules.",
    { details: { reason: "too_many_policies" } },
  );
}

/**
 * The conditions of one rule, as it is written: what stands between its scope and its end. Throws where there is no scope.
 */
export function conditionsOf(rule: string): string {
  const tokens = [...tokensOf(rule)];
  const effect = tokens.findIndex(
    ({ text }, index) =>
      (text === "permit" || text === "forbid") && tokens[index - 1]?.text !== "@",
  );
  let depth = 0;
  for (const { text, start } of tokens.slice(effect + 1)) {
    if (text === "(") depth++;
    if (text === ")" && --depth === 0) return rule.slice(start + 1);
  }
  throw new Error("A rule without a scope.");
}

function* tokensOf(text: string): Generator<Token> {
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match;
    if (token.trim() !== "" && !token.startsWith("//")) yield { text: token, start: match.index };
  }
}

function tooMuch(what: string, start?: number): FairleadError {
  return new FairleadError(
    "invalid_input",
    `The policy ${what}. Write several rules, or compare with one set.`,
    { details: { reason: "policy_too_complex", ...(start === undefined ? {} : { start }) } },
  );
}
