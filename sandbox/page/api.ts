import type { Contents, Option, Views, Workspace } from "./types.ts";

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

/** A file as it travels: its bytes in base64. */
export interface Brought {
  readonly name: string;
  readonly content: string;
  readonly base64: true;
  readonly mimetype?: string;
}

/** What the app's manifest offers in menus. */
export interface App {
  /** Of messages. */
  readonly shortcuts: readonly { readonly name: string; readonly callback_id: string }[];
}

/** A part of a view or of a message. */
interface Part {
  readonly block_id?: string;
  readonly action_id: string;
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
  say: (as: string, channel: string, text: string, thread?: string, files: readonly Brought[] = []) =>
    send("POST", "/slack/say", {
      ...{ as, channel, text },
      ...(thread !== undefined && { thread_ts: thread }),
      ...(files.length > 0 && { files }),
    }),
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
  delete: (as: string, channel: string, ts: string) => send("POST", "/slack/delete", { as, channel, ts }),
  react: (as: string, channel: string, ts: string, name: string, remove: boolean) =>
    send("POST", "/slack/react", { as, channel, ts, name, remove }),
  stop: (as: string, channel: string, thread_ts: string) =>
    send("POST", "/slack/agent/stop", { as, channel, thread_ts }),
  open: (as: string, tab: "home" | "messages") => send("POST", "/slack/home", { as, tab }),
  shortcut: async (as: string, callback_id: string, channel: string, ts: string) =>
    trouble(await send("POST", "/slack/shortcut", { as, callback_id, channel, ts })),

  views: (as: string) => send("GET", `/slack/views?as=${encodeURIComponent(as)}`) as Promise<Views>,
  enter: (as: string, part: Part, value: string) => send("POST", "/slack/enter", { as, ...part, value }),
  submit: async (as: string) => trouble(await send("POST", "/slack/submit", { as })),
  close: (as: string) => send("POST", "/slack/close", { as }),
  act: async (as: string, on: "modal" | "home", part: Part & { readonly value?: string }) =>
    trouble(await send("POST", "/slack/act", { as, on, ...part })),
  options: async (
    as: string,
    part: Part & {
      readonly query: string;
      readonly on?: "modal" | "home";
      readonly message?: { readonly channel: string; readonly ts: string };
    },
  ) => ((await send("POST", "/slack/options", { as, ...part })) as { options: readonly Option[] }).options,
  bring: (as: string, file: Brought) =>
    send("POST", "/slack/file", { as, ...file }) as Promise<{ id: string }>,
  file: (id: string) =>
    send("GET", `/slack/file?id=${encodeURIComponent(id)}`) as Promise<{ readonly base64: string }>,
  app: () => send("GET", "/app") as Promise<App>,
};
