import { closeSync, openSync } from "node:fs";
import { loadSqlite } from "./node-sqlite.ts";

/** A lock that the system takes away from a process which ends, however it ends: proof that its holder lives. */
export interface SharedLock {
  /** False while another holds it. */
  tryHold(): boolean;
  release(): void;
  close(): void;
}

/**
 * An empty SQLite file that is never written: SQLite locks files in the way of each system, also between two handles of
 * one process. Process ids would not do: they are used again, and differ from container to container.
 */
export function createSharedLock(path: string): SharedLock {
  const { DatabaseSync } = loadSqlite();
  makeEmpty(path);
  const database = new DatabaseSync(path);
  return {
    tryHold() {
      try {
        database.exec("begin exclusive");
        return true;
      } catch {
        return false; // also when it cannot be known: then nobody is taken for dead
      }
    },
    release() {
      if (database.isOpen && database.isTransaction) database.exec("rollback");
    },
    close() {
      if (database.isOpen) database.close();
    },
  };
}

/** Nobody else reads it. What is there is not opened: closing it again would end the locks of this whole process. */
function makeEmpty(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}
