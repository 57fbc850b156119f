import { accessSync, constants, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { messageOf } from "../src/core/errors.ts";
import { checkPins, type Lock, type Pinned, printLock, readLock } from "./lock.ts";

/** Where definitions of tools from outside are pinned. */
export interface PinPlaces {
  /** `tools.lock` beside the reviewed files. */
  reviewed: string;
  /** The one for what is seen first here: in the data folder. */
  local: string;
  /** The reviewed files are the operator's own: their lock is written to, where it can be. The shipped one is never. */
  own: boolean;
}

/** The places for a folder of tools. */
export const pinPlaces = (tools: string, data: string): PinPlaces => ({
  reviewed: join(tools, "tools.lock"),
  local: join(data, "tools.lock"),
  own: resolve(tools) !== import.meta.dirname,
});

const writable = (file: string): boolean => {
  for (const path of [file, dirname(file)]) {
    try {
      accessSync(path, constants.W_OK);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") return false;
    }
  }
  return false;
};

/** Replaced in one step: a process that dies here leaves the old one. */
function writeLock(file: string, lock: Lock): void {
  mkdirSync(dirname(file), { recursive: true });
  const half = `${file}.${process.pid}.new`;
  writeFileSync(half, printLock(lock));
  renameSync(half, file);
}

const added = (lock: Lock, tools: readonly Pinned[]): Lock => ({
  ...lock,
  ...Object.fromEntries(tools.map(({ name, file, pin }) => [name, { file, pin }])),
});

/**
 * The tools that may be used: those whose definition was accepted, and those seen for the first time, which are pinned
 * by this. `changed` are to be left out. `unkept` says why new pins could not be stored: the next start sees those tools
 * for the first time again.
 */
export function pinAtFirstSight<T extends Pinned>(
  tools: readonly T[],
  places: PinPlaces,
): { on: T[]; changed: T[]; unkept?: string } {
  const { accepted, fresh, changed } = checkPins(tools, readLock(places.reviewed), readLock(places.local));
  const unkept = fresh.length === 0 ? undefined : keepPins(fresh, places);
  return {
    on: [...accepted, ...fresh],
    changed: changed.map(({ tool }) => tool),
    ...(unkept !== undefined && { unkept }),
  };
}

function keepPins(fresh: readonly Pinned[], places: PinPlaces): string | undefined {
  const file = places.own && writable(places.reviewed) ? places.reviewed : places.local;
  try {
    writeLock(file, added(readLock(file), fresh));
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Accepts definitions as they are now, and drops those of files that list them no more. Answers with the file written. */
export function acceptPins(
  tools: readonly Pinned[],
  places: PinPlaces,
  gone: readonly string[] = [],
): string {
  const file = writable(places.reviewed) ? places.reviewed : places.local;
  const kept = Object.entries(readLock(file)).filter(([name]) => !gone.includes(name));
  writeLock(file, added(Object.fromEntries(kept), tools));
  return file;
}
