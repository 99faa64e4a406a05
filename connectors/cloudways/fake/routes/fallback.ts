import { begin, beginCollection, type Call } from "../call.ts";

/**
 * The answer of a route without its own code: the contract's example, with a live operation in
 * place of the example's id where the work is done later.
 */
export function answerFromContract(call: Call): unknown {
  const { async, example } = call.operation;
  if (async?.mode === "operation-or-task") return beginCollection(call, () => ({}));
  if (async?.mode !== "operation" || !async.pointer) return structuredClone(example);

  return withValueAt(example, async.pointer.split("/").slice(1), begin(call));
}

function withValueAt(target: unknown, [key, ...rest]: string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(target) && target.length > 0) {
    return target.map((item, index) =>
      String(index) === key ? withValueAt(item, rest, value) : item,
    );
  }
  const record = typeof target === "object" && !Array.isArray(target) ? target : {};
  const child: unknown = record ? Reflect.get(record, key) : undefined;
  return { ...record, [key]: withValueAt(child, rest, value) };
}
