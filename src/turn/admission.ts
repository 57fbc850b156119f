import type { Principal } from "../core/principal.ts";
import type { ConversationRef } from "../core/turn.ts";

/** Whether a request is taken up at all, and by which agent where nobody named one. */
export type Admission =
  | { kind: "in"; agent?: string }
  /** `text`: why not, and what to do instead; `what`: for which reason, so that it is said once. */
  | { kind: "out"; what: string; text: string };

/** How a channel is set, as far as it decides who is let in. */
interface Setting {
  mode: "on" | "read-only" | "off";
  agent?: string;
  shared: boolean;
  source?: string;
}

interface AdmissionParts {
  settings(workspace: string, channel: string): Promise<Setting>;
  /** Why the rules forbid this person every tool; nothing where they leave any. */
  forbidden(principal: Principal): Promise<string | undefined>;
}

const instead = "Ask me in a direct message instead.";

const offText = ({ shared, source }: Setting): string => {
  if (source === undefined)
    return `Another organisation shares this channel, so I do not work here. ${instead}`;
  return shared
    ? `Another organisation shares this channel, and ${source} keeps it off. ${instead}`
    : `I am switched off in this channel (${source}). ${instead}`;
};

const outsideText = (why: string): string =>
  `I cannot help you here. ${why} A colleague of this workspace can ask me for you.`;

/**
 * Lets a request in, or says politely why not. The rules decide: somebody whom they forbid everything gets no turn, and
 * neither does a channel that is off. A channel that an event called shared is judged as one, whatever was known before.
 */
export const createAdmission =
  ({ settings, forbidden }: AdmissionParts) =>
  async (principal: Principal, conversation: ConversationRef, shared: boolean): Promise<Admission> => {
    const outsider = principal.guest || principal.external || !principal.active;
    const why = outsider && !principal.bot ? await forbidden(principal) : undefined;
    if (why !== undefined) return { kind: "out", what: "outsider", text: outsideText(why) };
    const known = await settings(conversation.workspace, conversation.channel);
    const unwritten = shared && known.source === undefined;
    const setting: Setting = unwritten ? { ...known, mode: "off", shared: true } : known;
    if (setting.mode === "off")
      return { kind: "out", what: `off:${conversation.channel}`, text: offText(setting) };
    return { kind: "in", ...(setting.agent !== undefined && { agent: setting.agent }) };
  };
