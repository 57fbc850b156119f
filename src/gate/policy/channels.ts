import type { ChannelSettings } from "./files.ts";
import { createMemo } from "./memo.ts";

/** What Slack says of a channel. */
export interface ChannelFacts {
  /** Without `#`; absent where it has none (a DM). */
  name?: string;
  /** People of another organisation are in it (Slack Connect). */
  shared: boolean;
}

/** How Steward is set in a channel: what holds, and where that comes from. */
export interface ChannelSetting extends ChannelSettings {
  shared: boolean;
  /** Where it is written: `policies/channels.yml:2`; absent for what no file says. */
  source?: string;
}

/** Settings of a channel by its Slack id. Throws when Slack's facts are needed and cannot be read. */
export type Channels = (workspace: string, channel: string) => Promise<ChannelSetting>;

/** Facts of a channel, from Slack. */
export type FactsOf = (workspace: string, channel: string) => Promise<ChannelFacts>;

/** One entry of channels.yml, with its place. */
export interface PlacedSettings {
  settings: ChannelSettings;
  source: string;
}

const factsCacheMs = 60_000;

/** Internal words do not travel to another organisation: not by default, and not where the file says so. */
const settingOf = (found: PlacedSettings | undefined, shared: boolean): ChannelSetting => {
  if (found === undefined) return { mode: shared ? "off" : "on", shared };
  const { settings, source } = found;
  const closed = shared && (settings.data === "internal" || settings.data === "confidential");
  return { ...settings, ...(closed && { mode: "off" }), shared, source };
};

/**
 * The setting of a channel: its entry by id, else by name. A channel that another organisation shares is off unless its
 * entry says otherwise, and stays off where the entry calls its data internal or confidential.
 */
export const createChannels = (
  settings: ReadonlyMap<string, PlacedSettings>,
  factsOf: FactsOf,
  nowMs: () => number = () => performance.now(),
): Channels => {
  const facts = createMemo<ChannelFacts>(factsCacheMs, nowMs);
  return async (workspace, channel) => {
    // D…: a direct message has no name and is shared with nobody. U…, W…: the direct message before it was opened.
    const known: ChannelFacts = /^[DUW]/.test(channel)
      ? { shared: false }
      : await facts(`${workspace}/${channel}`, () => factsOf(workspace, channel));
    const byName = known.name === undefined ? undefined : settings.get(`#${known.name}`);
    return settingOf(settings.get(channel) ?? byName, known.shared);
  };
};
