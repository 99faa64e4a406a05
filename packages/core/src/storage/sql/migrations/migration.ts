/** A step forward, once for both databases. There is none back: restore a backup instead. */
export interface Migration {
  /** `<number>-<what>`; its place among the others. Never changed once it was published. */
  name: string;
  statements: (words: Words) => readonly string[];
}

/** What the two databases call the same thing. */
export interface Words {
  text: string;
  int: string;
  real: string;
  /** What stands behind a table's columns. */
  table: string;
  partitionByMonth: boolean;
}

export type DialectName = "sqlite" | "postgres";

export const WORDS: Readonly<Record<DialectName, Words>> = {
  // `strict` refuses a value of another type, which SQLite would keep as it is.
  sqlite: {
    ...{ text: "text", int: "integer", real: "real" },
    ...{ table: " strict", partitionByMonth: false },
  },
  // Compared by bytes as in SQLite, so that both sort alike.
  postgres: {
    ...{ text: 'text collate "C"', int: "bigint", real: "double precision" },
    ...{ table: "", partitionByMonth: true },
  },
};
