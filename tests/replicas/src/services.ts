import { execFileSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Child, freePort, listening, start } from "./child.ts";
import { ANSWERED_BY } from "./round-robin.ts";

/** A service of the installation's own, which a test may stop and start again. */
export interface Service {
  readonly port: number;
  readonly url: string;
  stop(): Promise<void>;
  /** Goes on with what it had, if it keeps anything. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Throws, with the reason, where the programs for this are not installed. */
export function requirePrograms(): void {
  for (const [name, path] of Object.entries({ nginx: nginx(), "redis-server": redis() })) {
    if (path === undefined) throw new Error(`${name} is not installed (apt-get install ${name})`);
  }
  postgresBin();
}

const find = (paths: readonly string[]) => paths.find((path) => existsSync(path));
const nginx = () => find(["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx"]);
const redis = () => find(["/usr/bin/redis-server", "/usr/local/bin/redis-server"]);

function postgresBin(): string {
  const found = globSync("/usr/lib/postgresql/*/bin/postgres").sort().at(-1);
  if (found === undefined) throw new Error("postgresql is not installed");
  return dirname(found);
}

export async function startRedis(): Promise<Service> {
  const port = await freePort();
  let child: Child | undefined;
  const service: Service = {
    port,
    url: `redis://127.0.0.1:${port}`,
    async start() {
      const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", ""];
      child = start(redis() ?? "redis-server", [...options, "--appendonly", "no"]);
      await listening(port, child);
    },
    stop: async () => child?.end("SIGKILL"),
    close: async () => child?.end("SIGKILL"),
  };
  await service.start();
  return service;
}

/** A cluster of its own: another one's data is not ours to stop. PostgreSQL refuses to run as root. */
export async function startPostgres(): Promise<Service> {
  const bin = postgresBin();
  const directory = mkdtempSync(join(tmpdir(), "fairlead-postgres-"));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) execFileSync("chown", ["postgres", directory]);
  const as = (program: string, args: readonly string[]): [string, string[]] => {
    const whole = [join(bin, program), ...args];
    return isRoot
      ? ["runuser", ["-u", "postgres", "--", ...whole]]
      : [whole[0] ?? "", whole.slice(1)];
  };
  const run = (program: string, args: readonly string[]) => {
    const [command, all] = as(program, args);
    execFileSync(command, all, { stdio: "pipe" });
  };
  const data = join(directory, "data");
  run("initdb", ["-D", data, "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8"]);
  const port = await freePort();
  let child: Child | undefined;
  const service: Service = {
    port,
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async start() {
      const [command, args] = as("postgres", ["-D", data, "-p", String(port), "-k", directory]);
      child = start(command, [...args, "-c", "listen_addresses=127.0.0.1"]);
      await listening(port, child);
      await untilReady(bin, port);
    },
    async stop() {
      run("pg_ctl", ["-D", data, "-m", "immediate", "-w", "stop"]);
      await child?.end("SIGTERM");
    },
    async close() {
      try {
        await service.stop();
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    },
  };
  await service.start();
  return service;
}

async function untilReady(bin: string, port: number): Promise<void> {
  for (let left = 200; ; left -= 1) {
    try {
      const where = ["-h", "127.0.0.1", "-p", String(port), "-U", "postgres"];
      execFileSync(join(bin, "pg_isready"), where, { stdio: "pipe" });
      return;
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Round robin without affinity; who is down is left out after its first failure. */
export async function startNginx(upstreams: readonly number[]): Promise<Service> {
  const directory = mkdtempSync(join(tmpdir(), "fairlead-nginx-"));
  const port = await freePort();
  mkdirSync(join(directory, "tmp"));
  const servers = upstreams.map((each) => `server 127.0.0.1:${each} max_fails=1 fail_timeout=1s;`);
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (each) => `${each}_temp_path ${directory}/tmp/${each};`,
  );
  writeFileSync(
    join(directory, "nginx.conf"),
    `daemon off; master_process off; pid ${directory}/nginx.pid; error_log stderr warn;
events { worker_connections 1024; }
http {
  access_log off; ${paths.join(" ")}
  upstream fairlead { ${servers.join(" ")} keepalive 64; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://fairlead;
      proxy_http_version 1.1;
      proxy_buffering off;
      proxy_read_timeout 120s;
      proxy_set_header Host $http_host;
      proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_next_upstream error;
      add_header ${ANSWERED_BY} $upstream_addr always;
    }
  }
}
`,
  );
  let child: Child | undefined;
  const service: Service = {
    port,
    url: `http://127.0.0.1:${port}`,
    async start() {
      child = start(nginx() ?? "nginx", ["-c", join(directory, "nginx.conf"), "-p", directory]);
      await listening(port, child);
    },
    stop: async () => child?.end("SIGTERM"),
    async close() {
      await child?.end("SIGTERM");
      rmSync(directory, { recursive: true, force: true });
    },
  };
  await service.start();
  return service;
}
