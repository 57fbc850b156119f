import { type Principal, personKey } from "../../core/principal.ts";
import type { Groups } from "../../gate/policy-port.ts";
import type { Directory } from "../../gate/types.ts";
import type { SlackChannelFacts } from "../directory.ts";
import type { RunRecord } from "./record.ts";

/** What a person may see of a run. */
export interface RunAccess {
  /** The run at all: what was asked, which agent, which calls, approvals, cost. */
  run: boolean;
  /** What its reads gave: they were allowed to the one who asked, by rules that may not allow others. */
  results: boolean;
}

const none: RunAccess = { run: false, results: false };

/** Who may see a run is decided anew at every look. Throws when Slack cannot be asked: then nothing is shown. */
export const runAccess =
  (parts: {
    groups: Pick<Groups, "names" | "isMember">;
    directory: Pick<Directory, "inChannel"> & {
      channelFacts(workspace: string, channel: string): Promise<Pick<SlackChannelFacts, "closed">>;
    };
    /** The group that owns an agent, by its file. */
    ownerOf(agent: string): string | undefined;
  }) =>
  async (run: RunRecord, person: Principal): Promise<RunAccess> => {
    const { conversation } = run;
    if (!person.active || person.bot || person.workspace !== conversation.workspace) return none;
    const asker = personKey(run.principal) === personKey(person);
    const participant = run.participants.includes(personKey(person));
    if (conversation.kind === "dm") return participant ? { run: true, results: asker } : none;
    const { workspace, channel, kind } = conversation;
    // Kept as a channel may be a private one: not every event says so, and public ones are made private.
    const closed = kind !== "channel" || (await parts.directory.channelFacts(workspace, channel)).closed;
    if (closed) {
      // Neither the owning team nor auditors look into a private channel they are not in.
      const member = await parts.directory.inChannel(workspace, channel, person.user);
      return member ? { run: true, results: asker } : none;
    }
    const isIn = (group: string | undefined): Promise<boolean> =>
      group !== undefined && parts.groups.names.includes(group)
        ? parts.groups.isMember(group, person)
        : Promise.resolve(false);
    const auditor = await isIn("auditors");
    if (participant || auditor) return { run: true, results: asker || auditor };
    return { run: await isIn(parts.ownerOf(run.agent ?? "")), results: false };
  };
