import pg from "pg";

/**
 * Empties the sandbox's own database before a start. Its Slack, GitLab and CRM begin anew each time: what an older
 * start left would point at messages, merge requests and deals that are no more. Takes the address of a local server's
 * database; a person's own DATABASE_URL is never given here. Rejects when the server refuses.
 */
export async function emptyDatabase(databaseUrl: string): Promise<void> {
  const url = new URL(databaseUrl);
  const database = pg.escapeIdentifier(url.pathname.slice(1));
  url.pathname = "/postgres";
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    // A product that a killed sandbox left behind may still be connected.
    await client.query(`drop database if exists ${database} with (force)`);
    await client.query(`create database ${database}`);
  } finally {
    await client.end();
  }
}
