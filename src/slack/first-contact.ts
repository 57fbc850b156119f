import type { PersonElsewhere, Principal } from "../core/principal.ts";
import type { Tool } from "../core/tool.ts";
import type { People } from "../turn/types.ts";
import type { SlackCalls } from "./delivery/schedule.ts";
import { messageOf } from "../core/errors.ts";
import type { Log } from "./log.ts";

/** Slack shows four at most. */
const promptsMax = 4;
/** Sentences of one tool. */
const perTool = 2;

/** A sentence to begin with, in Slack's own form. */
export type Prompt = {
  title: string;
  message: string;
};

/** What a first message to somebody says, as it is stored. */
export type Greeting = {
  view: "greeting";
  name: string;
  prompts: Prompt[];
  /** Why the rules leave them nothing to ask. */
  refused?: string;
};

/** For everybody, after what their own work suggests. */
const always: readonly Prompt[] = [
  { title: "What can you do for me?", message: "what can you do for me?" },
  { title: "What do you never do by yourself?", message: "what do you never do by yourself?" },
];

const accountIn = (elsewhere: PersonElsewhere, system: string): boolean => {
  const accounts: Record<string, string | undefined> = {
    gitlab: elsewhere.gitlab,
    hubspot: elsewhere.hubspot_owner,
    crm: elsewhere.hubspot_owner ?? elsewhere.salesforce,
  };
  return accounts[system] !== undefined;
};

const sentence = (text: string): Prompt => ({
  title: `${text.charAt(0).toUpperCase()}${text.slice(1)}`,
  message: text,
});

/**
 * Four sentences that fit a person: complete ones of the tools they may use, of the systems they work in where the
 * people map knows any, then what everybody may ask.
 */
export const promptsFor = (tools: readonly Tool[], elsewhere: PersonElsewhere): Prompt[] => {
  const reads = tools.filter(({ effect }) => effect === "read");
  const own = reads.filter(({ system }) => accountIn(elsewhere, system));
  const sentences = (own.length > 0 ? own : reads).map(({ examples }) =>
    examples.filter((example) => !example.includes("{")).slice(0, perTool),
  );
  // The first of each tool before the second of any.
  const mixed = Array.from({ length: perTool }, (_, at) => sentences.flatMap((of) => of[at] ?? [])).flat();
  return [...mixed.slice(0, promptsMax - always.length).map(sentence), ...always].slice(0, promptsMax);
};

/** What first contact needs. */
export interface FirstContactParts {
  people: People;
  visible(principal: Principal): Promise<Tool[]>;
  elsewhere(principal: Principal): PersonElsewhere;
  /** Why the rules leave somebody nothing; nothing where they leave anything. */
  forbidden(principal: Principal): Promise<string | undefined>;
  /** Stores the greeting of a person, once in all time, to be posted into this channel. */
  greet(person: { workspace: string; user: string }, channel: string, greeting: Greeting): Promise<void>;
  calls: SlackCalls;
  log: Log;
}

const suggest = async (
  { calls, log }: FirstContactParts,
  channel: string,
  prompts: Prompt[],
): Promise<void> => {
  try {
    await calls.call(
      "assistant.threads.setSuggestedPrompts",
      { channel_id: channel, title: "To begin with", prompts },
      { channel, patient: false },
    );
  } catch (error) {
    log.info({ reason: messageOf(error) }, "no prompts could be suggested");
  }
};

/**
 * Somebody opens the messages with Steward: sentences to begin with, each time, by what they may do and where they work;
 * and once, a greeting that says who this is and what it will not do.
 */
export const firstContact =
  (parts: FirstContactParts) =>
  async (workspace: string, user: string, channel: string): Promise<void> => {
    const principal = await parts.people.principal(workspace, user);
    const outsider = principal.guest || principal.external || !principal.active;
    const refused = outsider ? await parts.forbidden(principal) : undefined;
    const prompts =
      refused === undefined ? promptsFor(await parts.visible(principal), parts.elsewhere(principal)) : [];
    await parts.greet({ workspace, user }, channel, {
      ...{ view: "greeting", name: principal.name, prompts },
      ...(refused !== undefined && { refused }),
    });
    // Not waited for: Slack's acknowledgement depends on what is stored alone.
    if (prompts.length > 0) void suggest(parts, channel, prompts);
  };
