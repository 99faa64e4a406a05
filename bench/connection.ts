import { createConnection, type Socket } from "node:net";
import { type HttpResponse, ResponseReader } from "./http.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Who waits for the answer. Callbacks, because a promise per request would measure the generator. */
export interface Pending {
  answered(response: HttpResponse): void;
  failed(error: Error): void;
}

const readBufferBytes = 64 * 1024;
const answerTimeoutMs = 20_000;

/** One keep-alive connection with one request in flight. A server may close it while it is idle. */
export class Connection {
  readonly #address: Address;
  #socket: Socket | undefined;
  #pending: Pending | undefined;

  constructor(address: Address) {
    this.#address = address;
  }

  /** Connects, unless the connection is still there. */
  open(): Promise<void> {
    if (this.#socket) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const reader = new ResponseReader();
      const buffer = Buffer.allocUnsafe(readBufferBytes);
      const socket = createConnection({
        ...this.#address,
        noDelay: true,
        onread: { buffer, callback: (length) => this.#read(reader, buffer.subarray(0, length)) },
      });
      socket.once("connect", () => resolve());
      socket.once("error", (error) => {
        reject(error);
        this.#fail(error);
      });
      socket.once("close", () => this.#fail(new Error("Connection closed before the answer")));
      socket.setTimeout(answerTimeoutMs, () => this.#fail(new Error("No answer in 20 s")));
      this.#socket = socket;
    });
  }

  send(bytes: Buffer, pending: Pending): void {
    this.#pending = pending;
    if (this.#socket) this.#socket.write(bytes);
    else this.#fail(new Error("Connection is not open"));
  }

  request(bytes: Buffer): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      this.send(bytes, { answered: resolve, failed: reject });
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #read(reader: ResponseReader, chunk: Buffer): boolean {
    const pending = this.#pending;
    try {
      const response = reader.push(chunk);
      if (!response) return true;
      if (!pending) throw new Error("Answer without a request");
      this.#pending = undefined;
      pending.answered(response);
    } catch (cause) {
      this.#pending = pending;
      this.#fail(cause instanceof Error ? cause : new Error(String(cause)));
    }
    return true;
  }

  #fail(error: Error): void {
    const pending = this.#pending;
    this.#pending = undefined;
    this.close();
    pending?.failed(error);
  }
}
