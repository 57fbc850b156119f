import type { Config } from "../config.ts";

/** Where people's browsers reach us; on one's own machine, without a public address, the port that is listened on. */
export const addressOf = (
  { publicUrl, production }: Pick<Config, "publicUrl" | "production">,
  port: number | undefined,
): string | undefined =>
  publicUrl ?? (production || port === undefined ? undefined : `http://localhost:${port}`);
