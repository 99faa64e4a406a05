const MAX_DEPTH = 100;

/**
 * Whether JSON carries this value to another process and back unchanged: no `Date`, `Map`, `Secret` or other class, no
 * number that JSON lacks, no cycle. Properties that are `undefined` may be there; they are left out, as on every wire.
 */
export function isPlain(value: unknown, depth = 0): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      return value === null || (depth < MAX_DEPTH && isPlainObject(value, depth + 1));
    default:
      return false;
  }
}

function isPlainObject(value: object, depth: number): boolean {
  if (Array.isArray(value)) {
    // A loop by index also sees the holes, which JSON would turn into null.
    for (let index = 0; index < value.length; index += 1) {
      if (!isPlain(value[index], depth)) return false;
    }
    return true;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  if ("toJSON" in value || Object.getOwnPropertySymbols(value).length > 0) return false;
  return Object.values(value).every((item) => item === undefined || isPlain(item, depth));
}
