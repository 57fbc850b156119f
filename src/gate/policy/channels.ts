import type { ChannelSettings } from "./files.ts";
import { createMemo } from "./memo.ts";

/** Settings of a channel by its Slack id. Throws when the channel's name is needed and cannot be read. */
export type Channels = (workspace: string, channel: string) => Promise<ChannelSettings>;

/** A channel's name without `#`, or `undefined` where it has none (a DM). */
export type ChannelName = (workspace: string, channel: string) => Promise<string | undefined>;

const nameCacheMs = 60_000;

/** Looks channels up by id first, then by name; names are read only where the file uses names. */
export const createChannels = (
  settings: ReadonlyMap<string, ChannelSettings>,
  nameOf: ChannelName,
  nowMs: () => number = () => performance.now(),
): Channels => {
  const names = createMemo<string | undefined>(nameCacheMs, nowMs);
  const byName = [...settings.keys()].some((key) => key.startsWith("#"));
  return async (workspace, channel) => {
    const found = settings.get(channel);
    if (found !== undefined) return found;
    // D…: a direct message has no name.
    const name =
      byName && !channel.startsWith("D")
        ? await names(`${workspace}/${channel}`, () => nameOf(workspace, channel))
        : undefined;
    return (name === undefined ? undefined : settings.get(`#${name}`)) ?? { mode: "on" };
  };
};
