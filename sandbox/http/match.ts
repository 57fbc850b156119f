/**
 * Which requests are meant: by method and by path. A path text may hold `*` (any characters) and `:name` (one
 * segment); it is compared with the whole path, both as sent and decoded. Left out: any.
 */
export interface RequestMatch {
  readonly method?: string | undefined;
  readonly path?: string | RegExp | undefined;
}

/** A test for `match`, compiled once. */
export function matcher(match: RequestMatch): (method: string, path: string) => boolean {
  const method = match.method?.toUpperCase();
  const path = match.path === undefined ? undefined : pattern(match.path);
  return (givenMethod, givenPath) =>
    (method === undefined || method === givenMethod) &&
    (path === undefined || path.test(givenPath) || path.test(decodePath(givenPath)));
}

function pattern(path: string | RegExp): RegExp {
  if (typeof path !== "string") return new RegExp(path.source, path.flags.replace(/[gy]/g, ""));
  const escaped = path.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replace(/:[a-z_]+/gi, "[^/]+")}$`);
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
