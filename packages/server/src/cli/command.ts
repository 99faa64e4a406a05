import type { Environment, Flags } from "../config/sources.ts";

export interface Option {
  name: string;
  short?: string;
  /** What stands for the value in help, such as `<port>`; a switch has none. */
  value?: string;
  /** The value may be left out; what follows is taken for it only when it looks like this. */
  optional?: RegExp;
  repeatable?: boolean;
  description: string;
  choices?: readonly string[];
  /** The setting it stands before. */
  setting?: string;
  /** Left out of help, pages and completions. */
  hidden?: boolean;
}

/** A command: data with a function in it that is loaded when the command runs. */
export interface Command {
  name: string;
  /** Positional arguments, as help shows them. */
  usage?: string;
  summary: string;
  /** Further paragraphs of its help. */
  more?: readonly string[];
  options: readonly Option[];
  /** Options that are not declared belong to the tool or prompt, not to the command. */
  takesAnyOption?: boolean;
  /** Words that may stand first, for completions. */
  words?: readonly string[];
  /** What those words do, where each has options of its own. Loaded when somebody asks. */
  verbs?: () => Promise<readonly Verb[]>;
  examples: readonly Example[];
  load: () => Promise<Run>;
}

/** One of the things a command does, with options of its own. */
export interface Verb {
  name: string;
  /** Positional arguments, as help shows them. */
  usage?: string;
  summary: string;
  options: readonly Option[];
}

export interface Example {
  line: string;
  what: string;
}

export interface Invocation {
  environment: Environment;
  words: readonly string[];
  /** Values of the declared options: a text, texts, or true. */
  options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  /** Options that stand for settings. */
  flags: Flags;
  /** Options that the command does not declare, where it takes any. */
  others: readonly { name: string; value: string | undefined }[];
}

/** Runs a command; resolves with the exit code, when it is not 0. */
export type Run =
  | ((invocation: Invocation) => Promise<number>)
  | ((invocation: Invocation) => Promise<void>);
