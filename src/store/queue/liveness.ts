import pg from "pg";

/** Class of the advisory locks that say "alive"; `steward.alive(id)` reads them. */
const lockClass = 7747;
/** The connection is asked this often, so that a cut network is noticed on our side too. */
const pingMs = 2_000;
const pingTimeoutMs = 5_000;

/**
 * Proof of life: shared advisory locks on ONE dedicated connection, gone the moment the process (or its network) is.
 * Shared, so that two ids of the same hash never make one wait.
 */
export interface Liveness {
  hold(id: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the connection. `onLost` is called once if it ends by itself: others now take over what this process does, so
 * it must end at once.
 */
export const openLiveness = async (url: string, onLost: (error: Error) => void): Promise<Liveness> => {
  const client = new pg.Client({
    ...{ connectionString: url, keepAlive: true, keepAliveInitialDelayMillis: pingMs },
    ...{ application_name: "steward alive", query_timeout: pingTimeoutMs, connectionTimeoutMillis: 5_000 },
  });
  let over = false;
  const lost = (error: Error): void => {
    if (over) return;
    over = true;
    clearInterval(ping);
    onLost(error);
  };
  client.on("error", lost);
  client.on("end", () => lost(new Error("The connection that proves this process alive has ended.")));
  const ping = setInterval(() => {
    client.query("select 1").catch(lost);
  }, pingMs);
  ping.unref();
  try {
    await client.connect();
  } catch (error) {
    over = true;
    clearInterval(ping);
    throw error;
  }
  return {
    hold: async (id) => {
      await client.query("select pg_advisory_lock_shared($1, hashtext($2))", [lockClass, id]);
    },
    close: async () => {
      over = true;
      clearInterval(ping);
      await client.end();
    },
  };
};
