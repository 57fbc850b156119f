import { dirname, relative } from "node:path";
import { readFolders, readSettings } from "../../config.ts";
import { TerminalError } from "../../core/errors.ts";
import { nowhere } from "../../../tools/index.ts";
import { checkPins, readLock } from "../../../tools/lock.ts";
import { nearestWords } from "../../../tools/nearest.ts";
import { acceptPins, pinPlaces } from "../../../tools/pins.ts";
import {
  fetchOutside,
  type OutsideFiles,
  type OutsideTool,
  outsideTools,
  readOutside,
  refuseProblems,
} from "../outside.ts";

/** What an acceptance did, or would do. */
export interface Accepted {
  /** Tools whose definition is another than the accepted one, with both pins. */
  changed: { name: string; file: string; was: string; now: string }[];
  fresh: string[];
  /** In the lock and listed no more. */
  gone: string[];
  /** The lock that was written; absent where nothing was. */
  written?: string;
}

/**
 * Accepts definitions of tools from outside as they are now: those named, or all of them. Without `write` it only says
 * what differs.
 */
export const acceptTools = async (
  repository: string,
  names: readonly string[],
  write: boolean,
): Promise<Accepted> => {
  const folders = readFolders(repository);
  const settings = readSettings();
  const read = readOutside(folders, settings);
  refuseProblems(read);
  const files = await fetchOutside(read, settings.dataFolder);
  const listed = outsideTools(files, nowhere).filter((tool) => isDefined(files, tool));
  for (const name of names) {
    if (listed.some((tool) => tool.name === name)) continue;
    const near = nearestWords(
      name,
      listed.map((tool) => tool.name),
    );
    throw new TerminalError("unknown_tool", `No file lists a tool '${name}'.${near}`);
  }
  const places = pinPlaces(dirname(folders.apis), settings.dataFolder);
  const locks = [readLock(places.reviewed), readLock(places.local)];
  const wanted = listed.filter(({ name }) => names.length === 0 || names.includes(name));
  const { fresh, changed } = checkPins(wanted, ...locks);
  const known = outsideTools(read, nowhere).map(({ name }) => name);
  const gone =
    names.length > 0
      ? []
      : Object.entries(locks[0] ?? {}).flatMap(([name, { file }]) =>
          file.startsWith("apis/") && !known.includes(name) ? [name] : [],
        );
  const todo = [...fresh, ...changed.map(({ tool }) => tool)];
  const written = write && todo.length + gone.length > 0 ? acceptPins(todo, places, gone) : undefined;
  return {
    changed: changed.map(({ tool, was }) => ({ name: tool.name, file: tool.file, was, now: tool.pin })),
    fresh: fresh.map(({ name }) => name),
    gone,
    ...(written !== undefined && { written: relative(process.cwd(), written) }),
  };
};

/** Whether the definition is known: a tool of a document, or of an MCP server, that could not be asked has none to accept. */
const isDefined = ({ apis }: OutsideFiles, { file, pin }: OutsideTool): boolean =>
  file.startsWith("mcp/")
    ? pin !== ""
    : apis.find(({ system }) => `apis/${system}.yml` === file)?.compiled !== undefined;

const short = (pin: string): string => pin.slice(7, 15);

export const printAccepted = ({ changed, fresh, gone, written }: Accepted): string =>
  [
    ...changed.map(
      ({ name, file, was, now }) => `changed  ${name} (${file}): ${short(was)} -> ${short(now)}`,
    ),
    ...fresh.map((name) => `new      ${name}`),
    ...gone.map((name) => `gone     ${name}`),
    changed.length + fresh.length + gone.length === 0
      ? "Every definition is as it was accepted."
      : written === undefined
        ? "Nothing was written. Look at what changed in the document, then: steward tool accept <name>, or --all."
        : `Written to ${written}. Review it and commit it.`,
  ].join("\n");
