import type { ConversationMemory } from "../agent/types.ts";
import { setupSaver } from "../agent/saver.ts";
import { openAudit } from "../audit/append.ts";
import type { Config } from "../config.ts";
import { openPostgresMemory } from "../memory/postgres.ts";
import { openRedisMemory } from "../memory/redis.ts";
import { resilient } from "../memory/resilient.ts";
import { migrate } from "../store/migrate.ts";
import { openStore, type Store } from "../store/pool.ts";
import { inReach } from "../store/reach.ts";
import type { Log } from "../telemetry/log.ts";
import type { Closers } from "./closers.ts";
import { openServers } from "./servers.ts";

/** No statement of ours takes longer; one that does is given up, so that nobody waits for a lost one. */
const statementMs = 30_000;

/** Postgres, the audit log and memory, migrated and open. */
export interface DataSide {
  databaseUrl: string;
  store: Store;
  audit: ReturnType<typeof openAudit>;
  memory: ConversationMemory;
  /** Where memory is at this moment, in the words of `/healthz`: Redis is asked, so that it is known before it is needed. */
  memoryLine(): Promise<"redis" | "postgres" | "redis is down: working from postgres">;
}

/** Opens what the product keeps; every opening pushes its closer. */
export const openDataSide = async (config: Config, log: Log, closers: Closers): Promise<DataSide> => {
  const servers = await openServers(config);
  closers.push(servers.stop);
  await migrate(servers.databaseUrl, [setupSaver]).catch((error: unknown) => {
    throw inReach(servers.databaseUrl, error);
  });
  const store = openStore({ url: servers.databaseUrl, log, statementMs });
  closers.push(store.close);
  const audit = openAudit(store.transact);
  closers.push(audit.idle);
  const { redisUrl } = servers;
  const redis =
    redisUrl === undefined
      ? undefined
      : openRedisMemory(redisUrl, (error) => log.debug({ err: error }, "redis connection failed"));
  const memory = resilient(redis ?? openPostgresMemory(store.transact), (error) =>
    log.warn({ err: error }, "conversation memory is away; conversations are rebuilt from Postgres"),
  );
  closers.push(memory.close);
  log.info({ memory: redisUrl === undefined ? "postgres" : "redis" }, "conversation memory is open");
  return {
    databaseUrl: servers.databaseUrl,
    store,
    audit,
    memory,
    memoryLine: async () => {
      if (redis === undefined) return "postgres";
      return redis.ping().then(
        () => "redis" as const,
        () => "redis is down: working from postgres" as const,
      );
    },
  };
};
