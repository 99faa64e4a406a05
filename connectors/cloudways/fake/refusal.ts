export type Answer = { status: number; body: unknown; headers?: Record<string, string> };

/** An answer other than success, thrown by any step of a call. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(status: number, body: unknown, headers: Record<string, string> = {}) {
    super(`refused with ${status}`);
    this.name = "Refusal";
    this.answer = { status, body, headers };
  }
}

export const notFound = (what: string) => new Refusal(404, { message: `${what} not found` });

export const invalid = (field: string, message: string) =>
  new Refusal(422, { [field]: [{ code: "invalid", message }] });
