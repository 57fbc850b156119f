import type { Contents, Workspace } from "./types.ts";

/** The simulator, or the page's server, refused: its own words. */
export class RefusedError extends Error {}

async function send(method: string, path: string, body?: unknown): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      ...(body !== undefined && {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    });
  } catch {
    throw new RefusedError("The sandbox does not answer. Is it still running?");
  }
  const reply = (await response.json().catch(() => ({}))) as { error?: string };
  if (!response.ok) throw new RefusedError(reply.error ?? `The sandbox answered ${response.status}.`);
  return reply;
}

/** How the product took a click or a command, in words; undefined where all is well. */
const trouble = (taken: unknown): string | undefined => {
  const { error } = taken as { error?: string };
  if (error === undefined) return undefined;
  return error === "operation_timeout"
    ? "Steward did not answer within 3 seconds. Nothing more is known: look at the card, then try again."
    : "Steward could not be reached. Nothing was recorded: try again in a moment.";
};

export interface Pressed {
  readonly as: string;
  readonly channel: string;
  readonly ts: string;
  readonly action_id: string;
  readonly block_id?: string;
  readonly value?: string;
  readonly ephemeral?: boolean;
}

/** What the page can do in the workspace. Each throws RefusedError with words to show. */
export const api = {
  state: (as: string, channel?: string) =>
    send(
      "GET",
      `/slack/state?as=${encodeURIComponent(as)}${channel === undefined ? "" : `&channel=${encodeURIComponent(channel)}`}`,
    ) as Promise<Workspace & { channel?: Contents }>,
  everyone: () => send("GET", "/slack/state") as Promise<Workspace>,
  dm: (as: string) => send("POST", "/slack/dm", { as }) as Promise<{ channel: string }>,
  say: (as: string, channel: string, text: string, thread?: string) =>
    send("POST", "/slack/say", { as, channel, text, ...(thread !== undefined && { thread_ts: thread }) }),
  edit: (as: string, channel: string, ts: string, text: string) =>
    send("POST", "/slack/edit", { as, channel, ts, text }),
  read: (as: string, channel: string) => send("POST", "/slack/read", { as, channel }),
  join: (as: string, channel: string) => send("POST", "/slack/join", { as, channel }),
  slash: async (as: string, channel: string, command: string, text: string, thread?: string) =>
    trouble(
      await send("POST", "/slack/slash", {
        ...{ as, channel, command, text },
        ...(thread !== undefined && { thread_ts: thread }),
      }),
    ),
  click: async (pressed: Pressed) => trouble(await send("POST", "/slack/click", pressed)),
};
