import { StewardError } from "../core/errors.ts";
import { isAway } from "./pool.ts";

const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : "";

/** What each refusal of Postgres means and what to check, by its code (postgresql.org, appendix A). */
const refusals: Record<string, (user: string, name: string) => string> = {
  "28P01": (user) => `does not accept the password of '${user}'`,
  "28000": (user) => `does not let '${user}' in`,
  "3D000": (_, name) => `has no database '${name}'`,
  "42501": (user, name) => `does not let '${user}' make Steward's tables in '${name}'`,
};

/**
 * A failed first contact in words for an operator: where, what, what to check. The address stands in them without its
 * password. Anything else is given back as it is.
 */
export const inReach = (url: string, error: unknown): unknown => {
  const { hostname, port, username, pathname } = new URL(url);
  const where = `Postgres at ${hostname || "localhost"}:${port || "5432"}`;
  const code = codeOf(error);
  if (isAway(error)) {
    const why = code === "" ? "no answer in time" : code;
    return new StewardError(
      "postgres_away",
      `${where} cannot be reached (${why}). Check that it runs, and DATABASE_URL.`,
    );
  }
  const refused = refusals[code]?.(username || "the default user", pathname.slice(1) || username);
  return refused === undefined
    ? error
    : new StewardError("postgres_refused", `${where} ${refused} (${code}). Check DATABASE_URL.`);
};
