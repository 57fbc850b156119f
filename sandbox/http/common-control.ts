import { z } from "zod";
import type { Clock } from "./clock.ts";
import { command } from "./control.ts";
import type { FaultBook } from "./faults.ts";
import type { Journal } from "./journal.ts";
import type { Route } from "./types.ts";

/** The parts of a server that its control interface reaches. */
export interface Controlled {
  readonly clock: Clock;
  readonly faults: FaultBook;
  readonly journal: Journal;
  readonly state: () => unknown;
  readonly reset: () => void;
}

const anything = z.unknown();

/** The commands that every system has: state, requests, faults, time, the product to kill, reset. */
export function commonCommands(parts: Controlled): Route[] {
  const { clock, faults, journal } = parts;
  return [
    command("GET", "state", anything, () => parts.state()),
    command("GET", "requests", anything, (_, { query }) =>
      journal.list({ method: query.get("method") ?? undefined, path: query.get("path") ?? undefined }),
    ),
    command("DELETE", "requests", anything, () => journal.clear()),
    command("GET", "faults", anything, () => faults.list()),
    command("POST", "faults", anything, (input) => {
      const armed = (Array.isArray(input) ? input : [input]).map((fault) => faults.add(fault));
      return { ids: armed.map((entry) => entry.id) };
    }),
    command("DELETE", "faults", anything, () => faults.clear()),
    command("DELETE", "faults/:id", anything, (_, call) => faults.clear(call.param("id"))),
    command("POST", "advance", z.strictObject({ ms: z.number().nonnegative() }), ({ ms }) =>
      clock.advance(ms),
    ),
    command("POST", "product", z.strictObject({ pid: z.int().min(2) }), ({ pid }) => {
      if (pid === process.pid) throw new Error(`${pid} is the sandbox itself: give the product's pid`);
      faults.onKill = () => void process.kill(pid, "SIGKILL");
    }),
    command("POST", "reset", anything, () => parts.reset()),
  ];
}
