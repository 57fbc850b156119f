import { join } from "node:path";
import type { Config } from "../config.ts";
import { startLocalPostgres } from "../store/local/postgres.ts";
import { startLocalRedis } from "../store/local/redis.ts";

/** Where the product's data are: the operator's servers, else servers of this machine in the data folder. */
export interface Servers {
  databaseUrl: string;
  /** Absent: conversation memory is in Postgres. */
  redisUrl: string | undefined;
  stop(): Promise<void>;
}

/** Starts what the environment does not name. Production always names its database (config.ts). */
export const openServers = async (config: Config): Promise<Servers> => {
  const postgres =
    config.databaseUrl === undefined
      ? await startLocalPostgres({ dir: join(config.dataFolder, "postgres") })
      : undefined;
  // A product of its own database brings its own Redis or none; only a local one is given a local Redis.
  const redis =
    config.redisUrl === undefined && postgres !== undefined
      ? await startLocalRedis({ dir: join(config.dataFolder, "redis") })
      : undefined;
  return {
    databaseUrl: config.databaseUrl ?? postgres?.nearUrl ?? "",
    redisUrl: config.redisUrl ?? redis?.url,
    stop: async () => {
      await redis?.stop();
      await postgres?.stop();
    },
  };
};
