import { createContext, useContext } from "react";
import type { App } from "./api.ts";
import type { Option, Workspace } from "./types.ts";

/** Who and what is meant by an id, and whose clock is shown. */
export interface Names {
  person(id: string): string;
  channel(id: string): string;
  group(id: string): string;
  /** The colour of a person's initials, 1 to 8; 0 for the bot and strangers. */
  tone(id: string): number;
  /** Everybody, and every channel, to be chosen from. */
  readonly everyone: readonly Option[];
  readonly places: readonly Option[];
  /** The reader's id and zone. */
  readonly me: string;
  readonly zone: string;
}

const nobody: Names = {
  ...{ person: String, channel: String, group: String, tone: () => 0 },
  ...{ everyone: [], places: [], me: "", zone: "UTC" },
};

const option = (value: string, text: string): Option => ({ value, text: { text } });

export function namesOf(workspace: Workspace, me: string): Names {
  const people = new Map(workspace.people.map((one) => [one.id, one]));
  const tones = workspace.people.filter((one) => !one.bot).map((one) => one.id);
  const channels = new Map(workspace.channels.map((one) => [one.id, one.name]));
  const groups = new Map(workspace.usergroups.map((one) => [one.id, one.handle]));
  return {
    person: (id) => people.get(id)?.real_name ?? id,
    channel: (id) => channels.get(id) ?? "a private channel",
    group: (id) => groups.get(id) ?? id,
    tone: (id) => tones.indexOf(id) + 1,
    everyone: workspace.people.filter((one) => !one.bot).map((one) => option(one.id, one.real_name)),
    places: workspace.channels
      .filter(({ kind }) => kind === "public" || kind === "private")
      .map((one) => option(one.id, `#${one.name}`)),
    me,
    zone: people.get(me)?.tz ?? "UTC",
  };
}

export const NamesContext = createContext<Names>(nobody);
export const useNames = (): Names => useContext(NamesContext);

/** Shows where a link into one of the sandbox's systems leads. */
export const FollowContext = createContext<(url: string) => void>(() => {});

/** What the app's manifest offers in menus. */
export const AppContext = createContext<App>({ shortcuts: [] });

/** Real names by handle and by id, for the audit log. */
export const HandlesContext = createContext<ReadonlyMap<string, string>>(new Map());

export const handlesOf = (workspace: Workspace): ReadonlyMap<string, string> =>
  new Map(
    workspace.people.flatMap((one) => [
      [one.id, one.real_name],
      [one.name, one.real_name],
    ]),
  );

export const firstName = (name: string): string => name.split(" ")[0] ?? name;

/** Up to two letters for a person without a picture. */
export const initials = (name: string): string =>
  name
    .split(" ")
    .map((word) => word[0] ?? "")
    .slice(0, 2)
    .join("");
