import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSlack, type SlackSim } from "../../sandbox/slack/index.ts";
import { COMMON_ERRORS, type ArgumentType, type Method, METHODS } from "../../sandbox/slack/methods.ts";
import { fieldsOf, readSpec, specsPresent } from "./slack-specs.ts";

interface Spec {
  scope?: { bot?: string[] };
  rate_limits: string;
  json_input_supported?: boolean;
  args: { required: string[]; properties: Record<string, Property> };
  errors: string[];
}
interface Property {
  type?: string;
  anyOf?: Property[];
}

/** Arguments that the reference gives a shape of their own instead of a type. */
const UNTYPED = new Set(["prompts", "user", "channel_id", "view"]);

/** Whether our type is theirs: lists and objects arrive as JSON text in forms. */
function fits(type: ArgumentType, name: string, property: Property): boolean {
  const theirs = (property.anyOf ?? [property]).map((each) => each.type ?? "");
  if (type === "json")
    return UNTYPED.has(name) || theirs.some((each) => ["string", "array", "object"].includes(each));
  return UNTYPED.has(name) || theirs.includes(type);
}

const table: readonly (readonly [string, Method])[] = Object.entries(METHODS);

describe.skipIf(!specsPresent)("the table of methods agrees with Slack's reference", () => {
  it.each(table)("%s", (name, method) => {
    const spec = readSpec<Spec>(`methods/${name}.json`);
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

const modal = JSON.stringify({ type: "modal", title: { type: "plain_text", text: "A form" }, blocks: [] });
const trigger = async (slack: SlackSim): Promise<string> =>
  (await slack.slash({ as: "U0ANNA", channel: PAYDEV, command: "/steward", text: "" })).trigger_id;

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
  "team.info": ["/team", "/team/id", "/team/name", "/team/domain"],
  "bots.info": ["id", "deleted", "name", "updated", "app_id", "user_id", "icons"]
    .map((field) => `/bot/${field}`)
    .concat("/bot"),
};

function strange(name: string, reply: unknown): string[] {
  const own = fieldsOf(name in OUTLINES ? { ok: true } : readSpec(`responses/${name}.json`));
  for (const path of OUTLINES[name] ?? []) own.add(path);
  const messages = pooled(MESSAGES, /^\/messages?(?=\/)/);
  const channels = pooled(CHANNELS, /^\/channels?(?=\/)/);
  return [...fieldsOf(reply)].filter((path) => {
    const message = /^\/messages?(\/.*)$/.exec(path)?.[1];
    const channel = /^\/channels?(\/.*)$/.exec(path)?.[1];
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
