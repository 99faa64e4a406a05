import { atMost } from "@fairlead/core/cache/bounded";
import type { LogLevel } from "@fairlead/core/context";
import type { Fairlead } from "@fairlead/core/fairlead";
import type { Principal } from "@fairlead/core/identity/principal";
import { LRUCache } from "lru-cache";
import type { SessionState } from "../mcp/sdk-server.ts";

/** A session of a client that opens with `initialize`. All of it travels in the token; replicas keep nothing. */
export interface Session {
  id: string;
  principal_id: string;
  tenant_id: string;
  capabilities: Record<string, unknown>;
  /** Revision agreed on in the handshake. */
  version: string;
  expiresAt: number;
  /** Least severity the client wants to read; it may change while the session lives. */
  logLevel: LogLevel;
}

export interface Sessions {
  /** A token for the header `Mcp-Session-Id`. */
  open(
    principal: Principal,
    capabilities: Record<string, unknown>,
    version: string,
  ): Promise<string>;
  /** The session of a token; undefined when it is not ours, has expired or ended, or is another caller's. */
  find(token: string, principal: Principal): Promise<Session | undefined>;
  end(session: Session): Promise<void>;
  /** What a session put by at the replicas: its subscriptions, its tasks and its log level. */
  stateOf(session: Session): SessionState & {
    subscriptions(): Promise<ReadonlySet<string>>;
    /** Tells the session of it from now on. */
    followTask(taskId: string): Promise<void>;
    followedTasks(): Promise<ReadonlySet<string>>;
  };
  close(): void;
}

const SESSION_TTL_MS = 24 * 3_600_000;
const REMEMBERED = 5_000;
const MAX_SUBSCRIPTIONS = 1_000;
const MAX_TASKS = 200;
const CHANNEL = "sessions";

interface SessionEvent {
  id: string;
  ended?: true;
  logLevel?: LogLevel;
}

export async function createSessions(fairlead: Fairlead): Promise<Sessions> {
  const { sealer, shared, clock } = fairlead;
  const known = new LRUCache<string, Session>(atMost(REMEMBERED));
  const changes = new LRUCache<string, SessionEvent>(atMost(REMEMBERED));
  const stop = await shared.subscribe(CHANNEL, (message) => {
    const event: SessionEvent = JSON.parse(message);
    changes.set(event.id, { ...changes.get(event.id), ...event });
  });

  async function change(session: Session, event: SessionEvent): Promise<void> {
    const kept = { ...changes.get(session.id), ...event };
    await shared.set(`session ${session.id}`, JSON.stringify(kept), left(session));
    await shared.publish(CHANNEL, JSON.stringify(event));
  }

  async function opened(token: string): Promise<Session | undefined> {
    const remembered = known.get(token);
    if (remembered !== undefined) return remembered;
    const payload = await sealer.open("session", token);
    if (payload === undefined) return undefined;
    const session = payload.session as Session;
    // While shared state is away a session goes on; what was changed of it is read with the next replica's message.
    const kept = await shared.get(`session ${session.id}`).catch(() => undefined);
    if (kept !== undefined) changes.set(session.id, JSON.parse(kept) as SessionEvent);
    known.set(token, session);
    return session;
  }

  const left = ({ expiresAt }: Session) => Math.max(1_000, expiresAt - clock.now());

  return {
    open(principal, capabilities, version) {
      const session: Session = {
        id: fairlead.newId(12),
        principal_id: principal.id,
        tenant_id: principal.tenant_id,
        capabilities,
        version,
        expiresAt: clock.now() + SESSION_TTL_MS,
        logLevel: "debug",
      };
      return sealer.seal("session", { session }, SESSION_TTL_MS);
    },
    async find(token, principal) {
      const session = await opened(token);
      if (session === undefined || session.expiresAt <= clock.now()) return undefined;
      if (session.principal_id !== principal.id || session.tenant_id !== principal.tenant_id) {
        return undefined;
      }
      const changed = changes.get(session.id);
      if (changed === undefined) return session;
      return changed.ended === true ? undefined : { ...session, ...changed };
    },
    end: (session) => change(session, { id: session.id, ended: true }),
    stateOf(session) {
      const uris = `session uris ${session.id}`;
      const tasks = `session tasks ${session.id}`;
      const kept = async (key: string) =>
        new Set<string>(JSON.parse((await shared.get(key)) ?? "[]") as string[]);
      const subscriptions = () => kept(uris);
      const keep = (all: ReadonlySet<string>) =>
        shared.set(uris, JSON.stringify([...all].slice(0, MAX_SUBSCRIPTIONS)), left(session));
      return {
        subscriptions,
        followedTasks: () => kept(tasks),
        async followTask(taskId) {
          const all = [...(await kept(tasks)), taskId].slice(-MAX_TASKS);
          await shared.set(tasks, JSON.stringify(all), left(session));
        },
        async subscribe(uri) {
          await keep((await subscriptions()).add(uri));
        },
        async unsubscribe(uri) {
          const all = await subscriptions();
          all.delete(uri);
          await keep(all);
        },
        setLogLevel: (logLevel) => change(session, { id: session.id, logLevel }),
      };
    },
    close: stop,
  };
}
