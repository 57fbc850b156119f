import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSlack, type SlackSim } from "../../sandbox/slack/index.ts";
import { COMMON_ERRORS, type ArgumentType, type Method, METHODS } from "../../sandbox/slack/methods.ts";
import { startProduct } from "./slack-product.ts";
import { fieldsOf, hasSpec, outlineOf, readSpec, specsPresent } from "./slack-specs.ts";

interface Spec {
  scope?: { bot?: string[] };
  rate_limits: string;
  json_input_supported?: boolean;
  args: { required: string[]; properties: Record<string, Property> };
  output?: object;
  errors: string[];
}
interface Property {
  type?: string;
  anyOf?: Property[];
}

/** Arguments that the reference gives a shape of their own instead of a type. */
const UNTYPED = new Set(["prompts", "user", "channel_id", "view", "ts", "blocks", "recipient_user_id"]);

/** Whether our type is theirs: lists and objects arrive as JSON text in forms. */
function fits(type: ArgumentType, name: string, property: Property): boolean {
  const theirs = (property.anyOf ?? [property]).map(({ type: each = "" }) =>
    each === "integer" ? "number" : each,
  );
  if (type === "json")
    return UNTYPED.has(name) || theirs.some((each) => ["string", "array", "object"].includes(each));
  return UNTYPED.has(name) || theirs.includes(type);
}

/** Methods that the reference at hand leaves out; slack-files.test.ts and slack-channels.test.ts try them. */
const UNREFERENCED = new Set(["files.delete", "conversations.archive"]);

const table: readonly (readonly [string, Method])[] = Object.entries(METHODS).filter(
  ([name]) => !UNREFERENCED.has(name),
);

/** Where the reference is known to be wrong or silent: the types of Slack's own client, and what operators report. */
const MENDED: Readonly<
  Record<string, { args?: Record<string, Property>; notRequired?: string[]; errors: string[] }>
> = {
  "chat.startStream": { errors: ["msg_too_long", "cannot_provide_both_markdown_text_and_chunks"] },
  "chat.appendStream": {
    notRequired: ["markdown_text"],
    errors: [
      "msg_too_long",
      "cannot_provide_both_markdown_text_and_chunks",
      "markdown_text_or_chunks_required",
    ],
  },
  "chat.stopStream": {
    args: { session_status: { type: "string" } },
    errors: ["msg_too_long", "cannot_provide_both_markdown_text_and_chunks"],
  },
};

function specOf(name: string): Spec {
  const spec = readSpec<Spec>(`methods/${name}.json`);
  const { args = {}, notRequired = [], errors = [] } = MENDED[name] ?? {};
  return {
    ...spec,
    args: {
      required: spec.args.required.filter((arg) => !notRequired.includes(arg)),
      properties: { ...spec.args.properties, ...args },
    },
    errors: [...spec.errors, ...errors],
  };
}

describe.skipIf(!specsPresent)("the table of methods agrees with Slack's reference", () => {
  it.each(table)("%s", (name, method) => {
    const spec = specOf(name);
    expect(Object.keys(method.required).sort()).toEqual(
      spec.args.required.filter((arg) => arg !== "token").sort(),
    );
    for (const [arg, type] of Object.entries({ ...method.required, ...method.optional })) {
      const property = spec.args.properties[arg];
      expect(property, `${name} takes ${arg}`).toBeDefined();
      expect(fits(type, arg, property ?? {}), `${arg} is a ${type}`).toBe(true);
    }
    expect([...method.scopes].sort()).toEqual([...(spec.scope?.bot ?? [])].sort());
    expect(method.tier === "special" ? "t5" : `t${method.tier}`).toBe(spec.rate_limits);
    expect(method.json).toBe(spec.json_input_supported ?? false);
    const listed = new Set([...spec.errors, ...COMMON_ERRORS]);
    expect(method.errors.filter((error) => !listed.has(error))).toEqual([]);
  });
});

type Args = Record<string, string>;

async function call(slack: SlackSim, name: string, args: Args): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${slack.botToken}` };
  const reply = await fetch(slack.apiUrl + name, {
    method: "POST",
    headers,
    body: new URLSearchParams(args),
  });
  return (await reply.json()) as Record<string, unknown>;
}

const PAYDEV = "C0PAYDEV";
const first = (slack: SlackSim): string => slack.messages(PAYDEV)[0]?.ts ?? "";
const post = async (slack: SlackSim): Promise<string> =>
  String((await call(slack, "chat.postMessage", { channel: PAYDEV, text: "Hello" }))["ts"]);
const metadata = JSON.stringify({ event_type: "t", event_payload: { a: 1 } });

const channel = async (slack: SlackSim): Promise<string> => {
  const made = await call(slack, "conversations.create", { name: "incident-2" });
  return (made["channel"] as { id: string }).id;
};

const modal = JSON.stringify({ type: "modal", title: { type: "plain_text", text: "A form" }, blocks: [] });
const trigger = async (slack: SlackSim): Promise<string> =>
  (await slack.slash({ as: "U0ANNA", channel: PAYDEV, command: "/steward", text: "" })).trigger_id;

const forAnna = { recipient_user_id: "U0ANNA", recipient_team_id: "T0NORTHWIND" };
const stream = async (slack: SlackSim): Promise<{ channel: string; ts: string }> => {
  const started = await call(slack, "chat.startStream", {
    channel: PAYDEV,
    markdown_text: "Hello",
    ...forAnna,
  });
  return { channel: PAYDEV, ts: String(started["ts"]) };
};

/** The right to search that came with a person's words. */
async function token(slack: SlackSim): Promise<string> {
  const product = await startProduct();
  slack.connect(product.url);
  slack.say({ as: "U0ANNA", channel: PAYDEV, text: "@steward find something" });
  await slack.waitFor(() => slack.deliveries().every(({ state }) => state === "delivered"));
  await product.close();
  const event = product.received[0]?.body["event"] as { assistant_thread?: { action_token?: string } };
  return event.assistant_thread?.action_token ?? "";
}

/** Calls of each method that show all that its reply may hold; those without arguments stand in for themselves. */
const EXAMPLES: Record<string, (slack: SlackSim) => Args[] | Promise<Args[]>> = {
  "chat.postMessage": (slack) => [
    { channel: PAYDEV, text: "Hello", metadata },
    { channel: PAYDEV, text: "Hello", thread_ts: first(slack), reply_broadcast: "true", username: "Other" },
  ],
  "chat.update": async (slack) => [{ channel: PAYDEV, ts: await post(slack), text: "Changed", metadata }],
  "chat.delete": async (slack) => [{ channel: PAYDEV, ts: await post(slack) }],
  "chat.postEphemeral": () => [{ channel: PAYDEV, user: "U0ANNA", text: "For you" }],
  "chat.getPermalink": (slack) => [{ channel: PAYDEV, message_ts: first(slack) }],
  "conversations.replies": (slack) => [
    { channel: PAYDEV, ts: first(slack), include_all_metadata: "true" },
    { channel: PAYDEV, ts: first(slack), limit: "1" },
  ],
  "conversations.history": () => [
    { channel: PAYDEV },
    { channel: PAYDEV, limit: "1", latest: "9999999999.000000" },
  ],
  "conversations.info": (slack) => [
    { channel: PAYDEV, include_num_members: "1" },
    { channel: slack.dm("U0ANNA") },
  ],
  "conversations.open": () => [{ users: "U0ANNA" }, { users: "U0ANNA", return_im: "true" }],
  "conversations.members": () => [{ channel: PAYDEV }],
  "conversations.list": (slack) => {
    slack.dm("U0ANNA");
    return [{ types: "public_channel,im", limit: "2" }, { types: "im" }];
  },
  "conversations.create": () => [{ name: "incident-1" }],
  "conversations.invite": async (slack) => [{ channel: await channel(slack), users: "U0ANNA,U0BORIS" }],
  "conversations.setTopic": async (slack) => [{ channel: await channel(slack), topic: "Payouts are late" }],
  "users.info": () => [{ user: "U0ANNA" }],
  "users.lookupByEmail": () => [{ email: "anna@example.com" }],
  "usergroups.list": () => [{ include_users: "true", include_count: "true" }],
  "usergroups.users.list": () => [{ usergroup: "S0PAYLEADS" }],
  "assistant.threads.setStatus": (slack) => [
    { channel_id: PAYDEV, thread_ts: first(slack), status: "is reading" },
  ],
  "assistant.threads.setTitle": (slack) => [
    { channel_id: PAYDEV, thread_ts: first(slack), title: "A title" },
  ],
  "assistant.threads.setSuggestedPrompts": (slack) => [
    { channel_id: slack.dm("U0ANNA"), prompts: JSON.stringify([{ title: "a", message: "b" }]) },
  ],
  "reactions.add": (slack) => [{ channel: PAYDEV, timestamp: first(slack), name: "eyes" }],
  "chat.startStream": (slack) => [
    { channel: PAYDEV, thread_ts: first(slack), markdown_text: "Hello", ...forAnna },
    { channel: slack.dm("U0ANNA") },
  ],
  "chat.appendStream": async (slack) => [{ ...(await stream(slack)), markdown_text: " and more" }],
  "chat.stopStream": async (slack) => [
    { ...(await stream(slack)), markdown_text: ".", session_status: "suspended", metadata },
  ],
  "agents.sessions.setStatus": (slack) => [
    { channel_id: PAYDEV, thread_ts: first(slack), status: "processing", title: "A session" },
  ],
  "agents.sessions.rename": async (slack) => {
    const { channel, ts } = await stream(slack);
    return [{ channel_id: channel, thread_ts: ts, title: "Another name" }];
  },
  "assistant.search.context": async (slack) => [{ query: "deploy window", action_token: await token(slack) }],
  "dnd.info": (slack) => {
    slack.backstage.quiet({ user: "U0ANNA", minutes: 60 });
    return [{ user: "U0ANNA" }, {}];
  },
  "users.getPresence": () => [{ user: "U0ANNA" }],
  "files.info": (slack) => {
    const files = [{ name: "a.txt", content: "x" }];
    slack.say({ as: "U0ANNA", channel: PAYDEV, text: "", files });
    return [{ file: slack.files()[0]?.id ?? "" }];
  },
  "files.getUploadURLExternal": () => [{ filename: "a.txt", length: "3" }],
  "files.completeUploadExternal": async (slack) => {
    const announced = await call(slack, "files.getUploadURLExternal", { filename: "a.txt", length: "3" });
    await fetch(String(announced["upload_url"]), { method: "POST", body: "abc" });
    return [{ files: JSON.stringify([{ id: announced["file_id"] }]), channel_id: PAYDEV }];
  },
  "views.open": async (slack) => [{ trigger_id: await trigger(slack), view: modal }],
  "views.push": async (slack) => {
    await call(slack, "views.open", { trigger_id: await trigger(slack), view: modal });
    return [{ trigger_id: await trigger(slack), view: modal }];
  },
  "views.update": async (slack) => {
    const opened = await call(slack, "views.open", { trigger_id: await trigger(slack), view: modal });
    return [{ view_id: (opened["view"] as { id: string }).id, view: modal }];
  },
  "views.publish": () => [{ user_id: "U0ANNA", view: JSON.stringify({ type: "home", blocks: [] }) }],
  "reactions.remove": async (slack) => {
    await call(slack, "reactions.add", { channel: PAYDEV, timestamp: first(slack), name: "eyes" });
    return [{ channel: PAYDEV, timestamp: first(slack), name: "eyes" }];
  },
};

/** Objects of which each sample shows one kind: a message or a channel may have the fields of any sample. */
const MESSAGES = ["chat.postMessage", "chat.update", "conversations.history", "conversations.replies"];
const CHANNELS = ["conversations.info", "conversations.list", "conversations.open"];
const pooled = (names: readonly string[], part: RegExp): Set<string> =>
  new Set(
    names.flatMap((name) =>
      [...fieldsOf(readSpec(`responses/${name}.json`))].flatMap((path) =>
        part.test(path) ? path.replace(part, "") : [],
      ),
    ),
  );

/** Fields of replies of which the reference keeps no sample, from its outlines; and two that no sample shows. */
const OUTLINES: Record<string, readonly string[]> = {
  "reactions.remove": [],
  // Slack's types have it; no sample does.
  "chat.stopStream": ["/message/streaming_state"],
  "files.info": ["/file", "/comments", "/response_metadata", "/response_metadata/next_cursor"],
  "team.info": ["/team", "/team/id", "/team/name", "/team/domain"],
  "bots.info": ["id", "deleted", "name", "updated", "app_id", "user_id", "icons"]
    .map((field) => `/bot/${field}`)
    .concat("/bot"),
};

function strange(name: string, reply: unknown): string[] {
  const sample = `responses/${name}.json`;
  const own = fieldsOf(hasSpec(sample) ? readSpec(sample) : { ok: true });
  for (const path of [...(OUTLINES[name] ?? []), ...outlineOf(specOf(name).output ?? {})]) own.add(path);
  const messages = pooled(MESSAGES, /^\/messages?(?=\/)/);
  const channels = pooled(CHANNELS, /^\/channels?(?=\/)/);
  const files = pooled(["files.completeUploadExternal"], /^\/files(?=\/)/);
  return [...fieldsOf(reply)].filter((path) => {
    const message = /^\/messages?(\/.*)$/.exec(path)?.[1];
    const file = /^\/file(\/.*)$/.exec(path)?.[1];
    const channel = /^\/channels?(\/.*)$/.exec(path)?.[1];
    if (file !== undefined && files.has(file)) return false;
    return !own.has(path) && !messages.has(message ?? "") && !channels.has(channel ?? "");
  });
}

describe.skipIf(!specsPresent)("replies hold only fields that Slack's have", () => {
  let slack: SlackSim;
  beforeAll(async () => {
    slack = await startSlack({ limits: false, scopes: table.flatMap(([, method]) => method.scopes) });
  });
  afterAll(() => slack.stop());

  it.each(table.map(([name]) => name))("%s", async (name) => {
    slack.reset();
    for (const args of (await EXAMPLES[name]?.(slack)) ?? [{}]) {
      const reply = await call(slack, name, args);
      expect(reply).toMatchObject({ ok: true });
      expect(strange(name, reply)).toEqual([]);
    }
    expect(slack.violations()).toEqual([]);
  });
});
