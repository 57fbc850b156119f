import type { Handler, Route } from "./types.ts";

interface Compiled {
  readonly method: string;
  readonly parts: readonly string[];
  readonly handle: Handler;
}

/** A route that fits a request, with the decoded `:name` parts of its path. */
interface Found {
  readonly handle: Handler;
  readonly params: ReadonlyMap<string, string>;
}

/**
 * Compiles routes into a look-up by method and encoded path. Earlier routes win. Matching is done on the encoded
 * segments, so that `projects/payments%2Fledger-api` is one segment.
 */
export function routeTable(routes: readonly Route[]): (method: string, path: string) => Found | undefined {
  const table = routes.map((route): Compiled => ({ ...route, parts: segments(route.path) }));
  return (method, path) => {
    const given = segments(path);
    for (const route of table) {
      if (route.method !== method || route.parts.length !== given.length) continue;
      const params = fit(route.parts, given);
      if (params) return { handle: route.handle, params };
    }
    return undefined;
  };
}

function fit(parts: readonly string[], given: readonly string[]): Map<string, string> | undefined {
  const params = new Map<string, string>();
  for (const [index, part] of parts.entries()) {
    const value = given[index] ?? "";
    if (part.startsWith(":")) params.set(part.slice(1), decode(value));
    else if (part !== value) return undefined;
  }
  return params;
}

/** Trailing slashes do not matter. */
function segments(path: string): string[] {
  return path.split("/").filter((part) => part !== "");
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
