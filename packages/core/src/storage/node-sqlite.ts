type NodeSqlite = typeof import("node:sqlite");

let loaded: NodeSqlite | undefined;

/**
 * Node's own SQLite. Older versions of Node warn that it is experimental as soon as it is loaded; this one warning is
 * held back, every other goes its way. Hence nothing else may import `node:sqlite`, but for its types.
 */
export function loadSqlite(): NodeSqlite {
  loaded ??= quietly(() => process.getBuiltinModule("node:sqlite"));
  return loaded;
}

function quietly<T>(load: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = (...args: unknown[]) => {
    if (!/^SQLite is an experimental feature/.test(String(args[0])))
      Reflect.apply(emitWarning, process, args);
  };
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
}
