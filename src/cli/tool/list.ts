import { dirname } from "node:path";
import { type Effect, isWrite, riskName, type Tool } from "../../core/tool.ts";
import { lastUses } from "../../store/tool-uses.ts";
import { allTools, nowhere } from "../../../tools/index.ts";
import { checkPins, readLock } from "../../../tools/lock.ts";
import { type Mode, offIn } from "../../../tools/modes.ts";
import { pinPlaces } from "../../../tools/pins.ts";
import { modesFor, type OutsideFiles, outsideTools, outsideVocabulary } from "../outside.ts";
import { openTools } from "./open.ts";
import { tokenCounter } from "./tokens.ts";

/** One tool, as a list shows it. */
interface Listed {
  name: string;
  system: string;
  effect: Effect;
  /** `R0`; `R2 or R3` where it depends on what it is about. */
  risk: string;
  mode: Mode;
  owner: string;
  /** The beginning of its pin; `code` where it is written here. */
  pin: string;
  /** `on`, or why not. */
  state: string;
  /** ISO; `never` as far as the records go; `?` where they could not be read. */
  lastUse: string;
  /** Of its definition, o200k. */
  tokens: number;
}

const riskOf = (tool: Tool): string => {
  if (!isWrite(tool)) return riskName(0);
  return tool.risks?.map(riskName).join(" or ") ?? "by its arguments";
};

/** Every tool there is, on or off, with what it costs and who answers for it. */
export const listTools = async (repository: string): Promise<{ tools: Listed[]; note?: string }> => {
  const opened = await openTools(repository);
  try {
    const { config, files, toolbox } = opened;
    const modeOf = modesFor(config, files);
    const places = pinPlaces(dirname(config.folders.apis), config.dataFolder);
    const outside = outsideTools(files, nowhere);
    const defined = outside.filter(({ pin }) => pin !== "");
    const { changed } = checkPins(defined, readLock(places.reviewed), readLock(places.local));
    const why = new Map([
      ...outside.flatMap(({ name, off }) => (off === undefined ? [] : [[name, off] as const])),
      ...changed.map(
        ({ tool }) => [tool.name, "changed since it was accepted (steward tool accept)"] as const,
      ),
    ]);
    const on = new Map(toolbox.tools.map((tool) => [tool.name, tool]));
    const [count, uses] = await Promise.all([tokenCounter(), usesOf(config.databaseUrl)]);
    const tools = allTools([outsideVocabulary(files)]).tools.map((known): Listed => {
      const tool = on.get(known.name) ?? known;
      const mode = modeOf(tool.system);
      return {
        ...{ name: tool.name, system: tool.system, effect: tool.effect, risk: riskOf(tool), mode },
        owner: tool.owner ?? "Steward",
        pin: tool.origin?.pin.slice(7, 15) ?? "code",
        state: on.has(tool.name)
          ? "on"
          : `off: ${why.get(tool.name) ?? offIn(mode, tool) ?? partly(files, tool) ?? "not connected"}`,
        lastUse: uses === undefined ? "?" : (uses.get(tool.name)?.toISOString().slice(0, 16) ?? "never"),
        tokens: count(tool),
      };
    });
    return {
      tools,
      ...(uses === undefined && {
        note: "Last use: DATABASE_URL is not set or the database does not answer.",
      }),
    };
  } finally {
    await opened.close();
  }
};

/** What a fetched document no longer has. */
const partly = ({ apis }: OutsideFiles, { origin }: Tool): string | undefined =>
  apis.find(({ system }) => `apis/${system}.yml` === origin?.file)?.partly;

const usesOf = async (url: string | undefined): Promise<ReadonlyMap<string, Date> | undefined> => {
  try {
    return url === undefined ? undefined : await lastUses(url);
  } catch {
    // The list is worth having without it; a note says what is missing.
    return undefined;
  }
};

const columns = ["name", "effect", "risk", "mode", "owner", "pin", "tokens", "lastUse", "state"] as const;
const headings: Record<(typeof columns)[number], string> = {
  name: "TOOL",
  effect: "EFFECT",
  risk: "RISK",
  mode: "MODE",
  owner: "OWNER",
  pin: "PIN",
  tokens: "TOKENS",
  lastUse: "LAST USE",
  state: "STATE",
};

/** As a table for a terminal. */
export const printTools = (tools: readonly Listed[]): string => {
  const rows = [
    columns.map((name) => headings[name]),
    ...tools.map((tool) => columns.map((name) => String(tool[name]))),
  ];
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const on = tools.filter(({ state }) => state === "on");
  const sum = on.reduce((total, { tokens }) => total + tokens, 0);
  return [
    ...lines,
    "",
    `${on.length} of ${tools.length} are on; their definitions have ${sum.toLocaleString("en-GB")} tokens together (o200k).`,
  ].join("\n");
};
