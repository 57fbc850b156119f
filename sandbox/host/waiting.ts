/** An approval that waits for a person: where its card stands. */
export interface WaitingCard {
  readonly channel: string;
  readonly ts: string;
  /** The parent, where the card is a reply. */
  readonly thread_ts: string | undefined;
  readonly title: string;
}

interface Message {
  readonly ts: string;
  readonly thread_ts?: string;
  readonly text: string;
  readonly blocks?: readonly Part[];
}
type Part = Readonly<Record<string, unknown>>;

/** Who can be asked, to read a card by. */
export interface Audience {
  readonly people: readonly { readonly id: string; readonly real_name: string; readonly bot: boolean }[];
  readonly usergroups: readonly { readonly id: string; readonly users: readonly string[] }[];
}

const parts = (value: unknown): Part[] => {
  if (Array.isArray(value)) return value.flatMap(parts);
  if (typeof value !== "object" || value === null) return [];
  return [value as Part, ...Object.values(value).flatMap(parts)];
};

const text = (part: Part | undefined): string =>
  typeof part?.["text"] === "string" ? part["text"] : part?.["text"] ? text(part["text"] as Part) : "";

/**
 * Who is asked by a message with an Approve button: the people and members of groups that it mentions; where it
 * mentions nobody, the person named behind "Asked by", whose own click confirms.
 */
export function askedBy(message: Message, { people, usergroups }: Audience): string[] {
  const all = parts(message.blocks);
  if (!all.some((part) => part["type"] === "button" && part["action_id"] === "approve")) return [];
  const mentioned = all.flatMap((part) => {
    if (part["type"] === "user") return [String(part["user_id"])];
    if (part["type"] !== "usergroup") return [];
    return usergroups.find((group) => group.id === part["usergroup_id"])?.users ?? [];
  });
  if (mentioned.length > 0) return [...new Set(mentioned)];
  const words = all.map(text).join(" ");
  const requester = /Asked by:\s*(.+)/.exec(words)?.[1] ?? "";
  return people.filter((one) => !one.bot && requester.startsWith(one.real_name)).map((one) => one.id);
}

const titleOf = (message: Message): string =>
  text(message.blocks?.find((block) => block["type"] === "header")) || message.text;

/** Keeps who has an approval waiting, from the workspace's change feed. */
export class WaitingList {
  readonly #cards = new Map<string, { card: WaitingCard; asked: string[] }>();
  readonly #audience: Audience;

  constructor(audience: Audience) {
    this.#audience = audience;
  }

  /** Takes one change of the workspace; true where it changed who waits. */
  take(type: string, data: { channel?: string; message?: Message; previous?: Message }): boolean {
    if (type === "workspace.reset") {
      const had = this.#cards.size > 0;
      this.#cards.clear();
      return had;
    }
    const message = data.message ?? data.previous;
    if (!type.startsWith("message.") || !message || data.channel === undefined) return false;
    const key = `${data.channel}:${message.ts}`;
    const asked = type === "message.deleted" ? [] : askedBy(message, this.#audience);
    if (asked.length === 0) return this.#cards.delete(key);
    this.#cards.set(key, {
      asked,
      card: { channel: data.channel, ts: message.ts, thread_ts: message.thread_ts, title: titleOf(message) },
    });
    return true;
  }

  /** The cards by person's id. */
  byPerson(): Record<string, WaitingCard[]> {
    const found: Record<string, WaitingCard[]> = {};
    for (const { card, asked } of this.#cards.values())
      for (const person of asked) (found[person] ??= []).push(card);
    return found;
  }
}
