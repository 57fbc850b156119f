import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSlack, type SlackSim } from "../../sandbox/slack/index.ts";
import { type ArgumentType, type Method, METHODS } from "../../sandbox/slack/methods.ts";

/** What each method refuses: every error of its table is provoked here, none is only listed. */

type Args = Readonly<Record<string, unknown>>;
type Provoke = (slack: SlackSim) => Args | Promise<Args>;

const PAYDEV = "C0PAYDEV";
const GONE = "1.000000";
const table: readonly (readonly [string, Method])[] = Object.entries(METHODS);

async function send(slack: SlackSim, method: string, args: Args, headers: Record<string, string> = {}) {
  const body = new URLSearchParams(
    Object.entries(args).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  const authorization = `Bearer ${slack.botToken}`;
  return fetch(slack.apiUrl + method, { method: "POST", headers: { authorization, ...headers }, body });
}

const call = async (slack: SlackSim, method: string, args: Args): Promise<Record<string, unknown>> =>
  (await (await send(slack, method, args)).json()) as Record<string, unknown>;

const first = (slack: SlackSim): string => slack.messages(PAYDEV)[0]?.ts ?? "";
const reply = (slack: SlackSim): string => slack.thread(PAYDEV, first(slack)).at(1)?.ts ?? "";
const own = async (slack: SlackSim): Promise<string> =>
  String((await call(slack, "chat.postMessage", { channel: PAYDEV, text: "Hello" }))["ts"]);
const ANNA = { recipient_user_id: "U0ANNA", recipient_team_id: "T0NORTHWIND" };
const stream = async (slack: SlackSim, more: Args = {}): Promise<{ channel: string; ts: string }> => {
  const args = { channel: PAYDEV, thread_ts: first(slack), ...ANNA, ...more };
  return { channel: PAYDEV, ts: String((await call(slack, "chat.startStream", args))["ts"]) };
};
const away =
  (args: Args): Provoke =>
  (slack) => {
    slack.leave(slack.botUserId, PAYDEV);
    return args;
  };
/** A channel that is put away. */
const archived = async (slack: SlackSim): Promise<string> => {
  const { channel } = await call(slack, "conversations.create", { name: "put-away" });
  const { id } = channel as { id: string };
  await call(slack, "conversations.archive", { channel: id });
  return id;
};
/** What the methods that change a channel refuse of it. */
const changing = (args: Args): Record<string, Provoke> => ({
  channel_not_found: () => ({ channel: "C0NOWHERE", ...args }),
  not_in_channel: away({ channel: PAYDEV, ...args }),
  method_not_supported_for_channel_type: (slack) => ({ channel: slack.dm("U0ANNA"), ...args }),
});
const trigger = async (slack: SlackSim): Promise<string> =>
  (await slack.slash({ as: "U0ANNA", channel: PAYDEV, command: "/steward", text: "" })).trigger_id;

const divider = { type: "divider" };
const many = (count: number) => Array.from({ length: count }, () => divider);
const modal = (more: Args = {}) => ({
  type: "modal",
  title: { type: "plain_text", text: "A form" },
  blocks: [],
  ...more,
});
const home = (more: Args = {}) => ({ type: "home", blocks: [], ...more });
const heavy = {
  blocks: Array.from({ length: 100 }, () => ({
    type: "section",
    text: { type: "mrkdwn", text: "a".repeat(2_900) },
  })),
};

/** The same call with other arguments, too. */
const plus =
  (base: Provoke) =>
  (args: Args): Provoke =>
  async (slack) => ({ ...(await base(slack)), ...args });

/** What chat.postMessage, chat.update and chat.postEphemeral refuse of their content. */
const content = (base: Provoke, tooLong: Args): Record<string, Provoke> => {
  const but = plus(base);
  return {
    invalid_blocks: but({ blocks: [{ type: "section" }] }),
    invalid_blocks_format: but({ blocks: { type: "divider" } }),
    markdown_text_conflict: but({ text: "a", markdown_text: "a" }),
    no_text: but({}),
    too_many_attachments: but({ text: "a", attachments: many(101) }),
    ["text" in tooLong ? "msg_too_long" : "msg_blocks_too_long"]: but(tooLong),
  };
};
const metadata = (base: Provoke): Record<string, Provoke> => {
  const but = (given: unknown) => plus(base)({ metadata: given });
  return {
    invalid_metadata_format: but([]),
    invalid_metadata_schema: but({ event_type: "a" }),
    metadata_too_large: but({ event_type: "a", event_payload: { a: "a".repeat(8_001) } }),
  };
};
/** What the stream methods refuse of what is streamed. */
const streamed = (base: Provoke): Record<string, Provoke> => {
  const but = plus(base);
  const blocks = (given: unknown) => ({ chunks: [{ type: "blocks", blocks: given }] });
  const markdown = { type: "markdown", text: "a".repeat(7_000) };
  return {
    cannot_provide_both_markdown_text_and_chunks: but({ markdown_text: "a", ...blocks([divider]) }),
    invalid_chunks: but({ chunks: [{ type: "markdown_text" }] }),
    invalid_blocks: but(blocks([{ type: "section" }])),
    msg_too_long: but({ markdown_text: "a".repeat(12_001) }),
    msg_blocks_too_long: but(blocks([markdown, markdown])),
    msg_blocks_too_many: but({
      chunks: [
        { type: "blocks", blocks: many(50) },
        { type: "blocks", blocks: many(1) },
      ],
    }),
  };
};
const streamStates: Record<string, Provoke> = {
  channel_not_found: () => ({ channel: "C0NOWHERE", ts: GONE, markdown_text: "a" }),
  message_not_found: () => ({ channel: PAYDEV, ts: GONE, markdown_text: "a" }),
  message_not_owned_by_app: (slack) => ({ channel: PAYDEV, ts: first(slack), markdown_text: "a" }),
  message_not_in_streaming_state: async (slack) => ({
    channel: PAYDEV,
    ts: await own(slack),
    markdown_text: "a",
  }),
};
const span = (base: Provoke): Record<string, Provoke> => {
  const but = plus(base);
  return {
    invalid_cursor: but({ cursor: "nowhere" }),
    invalid_ts_latest: but({ latest: "noon" }),
    invalid_ts_oldest: but({ oldest: "noon" }),
  };
};
const views = (base: (more?: Args) => Args, place: Provoke): Record<string, Provoke> => ({
  view_too_large: async (slack) => ({ ...(await place(slack)), view: base(heavy) }),
  duplicate_external_id: async (slack) => {
    // A modal of another person has the name.
    const other = await slack.slash({ as: "U0BORIS", channel: PAYDEV, command: "/steward", text: "" });
    await call(slack, "views.open", {
      trigger_id: other.trigger_id,
      view: modal({ external_id: "taken" }),
    });
    return { ...(await place(slack)), view: base({ external_id: "taken" }) };
  },
});
const triggers: Record<string, Provoke> = {
  invalid_trigger_id: () => ({ trigger_id: "made-up", view: modal() }),
  expired_trigger_id: async (slack) => {
    const trigger_id = await trigger(slack);
    slack.advance(3_001);
    return { trigger_id, view: modal() };
  },
  exchanged_trigger_id: async (slack) => {
    const trigger_id = await trigger(slack);
    await call(slack, "views.open", { trigger_id, view: modal() });
    return { trigger_id, view: modal() };
  },
};
const opened = async (slack: SlackSim): Promise<string> => {
  const reply = await call(slack, "views.open", { trigger_id: await trigger(slack), view: modal() });
  return (reply["view"] as { id: string }).id;
};
const fileOf = (slack: SlackSim, as = "U0ANNA"): string => {
  slack.say({ as, channel: PAYDEV, text: "", files: [{ name: "a.txt", content: "x" }] });
  return slack.files().at(-1)?.id ?? "";
};
const uploaded = async (slack: SlackSim): Promise<string> => {
  const announced = await call(slack, "files.getUploadURLExternal", { filename: "a.txt", length: 3 });
  await fetch(String(announced["upload_url"]), { method: "POST", body: "abc" });
  return String(announced["file_id"]);
};

const PROVOKED: Readonly<Record<string, Readonly<Record<string, Provoke>>>> = {
  "chat.postMessage": {
    ...content(() => ({ channel: PAYDEV }), { markdown_text: "a".repeat(12_001) }),
    ...metadata(() => ({ channel: PAYDEV, text: "a" })),
    channel_not_found: () => ({ channel: "C0NOWHERE", text: "a" }),
    not_in_channel: away({ channel: PAYDEV, text: "a" }),
    cannot_reply_to_message: (slack) => ({ channel: PAYDEV, text: "a", thread_ts: reply(slack) }),
  },
  "chat.update": {
    ...content(async (slack) => ({ channel: PAYDEV, ts: await own(slack) }), { text: "a".repeat(4_001) }),
    ...metadata(async (slack) => ({ channel: PAYDEV, ts: await own(slack), text: "a" })),
    channel_not_found: () => ({ channel: "C0NOWHERE", ts: GONE, text: "a" }),
    message_not_found: () => ({ channel: PAYDEV, ts: GONE, text: "a" }),
    cant_update_message: (slack) => ({ channel: PAYDEV, ts: first(slack), text: "a" }),
    streaming_state_conflict: async (slack) => ({ ...(await stream(slack)), text: "a" }),
  },
  "chat.delete": {
    channel_not_found: () => ({ channel: "C0NOWHERE", ts: GONE }),
    message_not_found: () => ({ channel: PAYDEV, ts: GONE }),
    cant_delete_message: (slack) => ({ channel: PAYDEV, ts: first(slack) }),
  },
  "chat.postEphemeral": {
    ...content(() => ({ channel: PAYDEV, user: "U0ANNA" }), { text: "a".repeat(40_001) }),
    channel_not_found: () => ({ channel: "C0NOWHERE", user: "U0ANNA", text: "a" }),
    not_in_channel: away({ channel: PAYDEV, user: "U0ANNA", text: "a" }),
    user_not_in_channel: () => ({ channel: PAYDEV, user: "U0DAN", text: "a" }),
    cannot_reply_to_message: () => ({ channel: PAYDEV, user: "U0ANNA", text: "a", thread_ts: GONE }),
  },
  "chat.getPermalink": {
    channel_not_found: () => ({ channel: "C0NOWHERE", message_ts: GONE }),
    message_not_found: () => ({ channel: PAYDEV, message_ts: GONE }),
  },
  "conversations.replies": {
    ...span((slack) => ({ channel: PAYDEV, ts: first(slack) })),
    channel_not_found: () => ({ channel: "C0NOWHERE", ts: GONE }),
    thread_not_found: () => ({ channel: PAYDEV, ts: GONE }),
  },
  "conversations.history": {
    ...span(() => ({ channel: PAYDEV })),
    channel_not_found: () => ({ channel: "C0NOWHERE" }),
    not_in_channel: away({ channel: PAYDEV }),
  },
  "conversations.create": {
    name_taken: () => ({ name: "payments-dev" }),
    invalid_name_required: () => ({ name: " " }),
    invalid_name_maxlength: () => ({ name: "x".repeat(81) }),
    invalid_name_punctuation: () => ({ name: "--" }),
    invalid_name_specials: () => ({ name: "Two words" }),
  },
  "conversations.invite": {
    ...changing({ users: "U0DAN" }),
    is_archived: async (slack) => ({ channel: await archived(slack), users: "U0DAN" }),
    already_in_channel: () => ({ channel: PAYDEV, users: "U0ANNA" }),
    cant_invite_self: (slack) => ({ channel: PAYDEV, users: slack.botUserId }),
    no_user: () => ({ channel: PAYDEV, users: "," }),
    user_is_restricted: () => ({ channel: PAYDEV, users: "U0HUGO" }),
    user_not_found: () => ({ channel: PAYDEV, users: "U0NOBODY" }),
  },
  "conversations.setTopic": {
    ...changing({ topic: "a" }),
    is_archived: async (slack) => ({ channel: await archived(slack), topic: "a" }),
    too_long: () => ({ channel: PAYDEV, topic: "a".repeat(251) }),
  },
  "conversations.archive": {
    ...changing({}),
    already_archived: async (slack) => ({ channel: await archived(slack) }),
    cant_archive_general: () => ({ channel: "C0GENERAL" }),
  },
  "conversations.info": { channel_not_found: () => ({ channel: "C0NOWHERE" }) },
  "conversations.open": {
    channel_not_found: () => ({ channel: "D0NOBODY" }),
    user_not_found: () => ({ users: "U0NOBODY" }),
    users_list_not_supplied: () => ({}),
    too_many_users: () => ({ users: Array.from({ length: 9 }, () => "U0ANNA").join(",") }),
  },
  "conversations.members": {
    channel_not_found: () => ({ channel: "C0NOWHERE" }),
    invalid_cursor: () => ({ channel: PAYDEV, cursor: "nowhere" }),
    invalid_limit: () => ({ channel: PAYDEV, limit: 1_001 }),
  },
  "conversations.list": {
    invalid_cursor: () => ({ cursor: "nowhere" }),
    invalid_limit: () => ({ limit: 1_001 }),
    invalid_types: () => ({ types: "secret" }),
  },
  "users.info": { user_not_found: () => ({ user: "U0NOBODY" }) },
  "users.list": { invalid_cursor: () => ({ cursor: "nowhere" }) },
  "users.lookupByEmail": { users_not_found: () => ({ email: "nobody@example.com" }) },
  "usergroups.users.list": { no_such_subteam: () => ({ usergroup: "S0NONE" }) },
  "assistant.threads.setStatus": {
    channel_not_found: () => ({ channel_id: "C0NOWHERE", thread_ts: GONE, status: "a" }),
    invalid_thread_ts: (slack) => ({ channel_id: PAYDEV, thread_ts: reply(slack), status: "a" }),
  },
  "assistant.threads.setTitle": {
    channel_not_found: () => ({ channel_id: "C0NOWHERE", thread_ts: GONE, title: "a" }),
    invalid_thread_ts: () => ({ channel_id: PAYDEV, thread_ts: GONE, title: "a" }),
  },
  "assistant.threads.setSuggestedPrompts": {
    channel_not_found: () => ({ channel_id: "C0NOWHERE", prompts: [] }),
    invalid_thread_ts: () => ({ channel_id: PAYDEV, thread_ts: GONE, prompts: [] }),
  },
  "chat.startStream": {
    ...streamed(() => ({ channel: PAYDEV, ...ANNA })),
    channel_not_found: () => ({ channel: "C0NOWHERE", ...ANNA }),
    not_in_channel: away({ channel: PAYDEV, ...ANNA }),
    user_not_found: () => ({ channel: PAYDEV, ...ANNA, recipient_user_id: "U0NOBODY" }),
    missing_recipient_user_id: () => ({ channel: PAYDEV, recipient_team_id: "T0NORTHWIND" }),
    missing_recipient_team_id: () => ({ channel: PAYDEV, recipient_user_id: "U0ANNA" }),
    messaging_processing_failed: () => ({ channel: PAYDEV, ...ANNA, thread_ts: GONE }),
  },
  "chat.appendStream": {
    ...streamed(stream),
    ...streamStates,
    markdown_text_or_chunks_required: stream,
    stopped_by_user: async (slack) => {
      const started = await stream(slack);
      slack.agent.pressStop({ as: "U0ANNA", channel: PAYDEV, thread_ts: first(slack) });
      return { ...started, markdown_text: "a" };
    },
  },
  "chat.stopStream": { ...streamed(stream), ...streamStates, ...metadata(stream) },
  "agents.sessions.setStatus": {
    channel_not_found: () => ({ channel_id: "C0NOWHERE", thread_ts: GONE, status: "active" }),
    user_not_found: (slack) => ({
      channel_id: PAYDEV,
      thread_ts: first(slack),
      status: "active",
      initiator_user_id: "U0NOBODY",
    }),
    not_authorized: (slack) => {
      slack.agent.allow({ agent: false });
      return { channel_id: PAYDEV, thread_ts: first(slack), status: "active" };
    },
    invalid_status: (slack) => ({ channel_id: PAYDEV, thread_ts: first(slack), status: "busy" }),
    thread_ts_required: () => ({ channel_id: PAYDEV, status: "active" }),
  },
  "agents.sessions.rename": {
    channel_not_found: () => ({ channel_id: "C0NOWHERE", thread_ts: GONE, title: "a" }),
    not_authorized: (slack) => {
      slack.agent.allow({ agent: false });
      return { channel_id: PAYDEV, thread_ts: first(slack), title: "a" };
    },
    session_not_found: (slack) => ({ channel_id: PAYDEV, thread_ts: first(slack), title: "a" }),
    thread_ts_required: () => ({ channel_id: PAYDEV, title: "a" }),
    invalid_name: async (slack) => {
      await stream(slack);
      return { channel_id: PAYDEV, thread_ts: first(slack), title: "a".repeat(201) };
    },
  },
  "assistant.search.context": {
    query_too_long: () => ({ query: "a".repeat(501) }),
    invalid_action_token: () => ({ query: "a", action_token: "made-up" }),
    invalid_cursor: (slack) => {
      slack.say({ as: "U0ANNA", channel: PAYDEV, text: "Hello" });
      return { query: "a", cursor: "nowhere", action_token: slack.agent.actionToken("U0ANNA") };
    },
  },
  "dnd.info": { user_not_found: () => ({ user: "U0NOBODY" }) },
  "reactions.add": {
    channel_not_found: () => ({ channel: "C0NOWHERE", timestamp: GONE, name: "eyes" }),
    message_not_found: () => ({ channel: PAYDEV, timestamp: GONE, name: "eyes" }),
    already_reacted: async (slack) => {
      const args = { channel: PAYDEV, timestamp: first(slack), name: "eyes" };
      await call(slack, "reactions.add", args);
      return args;
    },
    invalid_name: (slack) => ({ channel: PAYDEV, timestamp: first(slack), name: "no such one" }),
  },
  "reactions.remove": {
    channel_not_found: () => ({ channel: "C0NOWHERE", timestamp: GONE, name: "eyes" }),
    message_not_found: () => ({ channel: PAYDEV, timestamp: GONE, name: "eyes" }),
    no_item_specified: () => ({ name: "eyes" }),
    no_reaction: (slack) => ({ channel: PAYDEV, timestamp: first(slack), name: "eyes" }),
  },
  "team.info": { team_not_found: () => ({ team: "T0OTHER" }) },
  "bots.info": { bot_not_found: () => ({ bot: "B0OTHER" }) },
  "files.info": {
    file_not_found: () => ({ file: "F0NONE" }),
    file_deleted: async (slack) => {
      const file = await uploaded(slack);
      await call(slack, "files.completeUploadExternal", { files: [{ id: file }] });
      await call(slack, "files.delete", { file });
      return { file };
    },
  },
  "files.delete": {
    file_not_found: () => ({ file: "F0NONE" }),
    cant_delete_file: (slack) => ({ file: fileOf(slack) }),
    file_deleted: async (slack) => {
      const file = await uploaded(slack);
      await call(slack, "files.completeUploadExternal", { files: [{ id: file }] });
      await call(slack, "files.delete", { file });
      return { file };
    },
  },
  "files.completeUploadExternal": {
    channel_not_found: async (slack) => ({ files: [{ id: await uploaded(slack) }], channel_id: "C0NOWHERE" }),
    file_not_found: () => ({ files: [{ id: "F0NONE" }] }),
    not_in_channel: async (slack) => {
      slack.leave(slack.botUserId, PAYDEV);
      return { files: [{ id: await uploaded(slack) }], channel_id: PAYDEV };
    },
  },
  "views.open": {
    ...triggers,
    ...views(modal, async (slack) => ({ trigger_id: await trigger(slack) })),
  },
  "views.push": {
    ...triggers,
    not_found: async (slack) => ({ trigger_id: await trigger(slack), view: modal() }),
    push_limit_reached: async (slack) => {
      await opened(slack);
      for (let pushed = 0; pushed < 2; pushed += 1)
        await call(slack, "views.push", { trigger_id: await trigger(slack), view: modal() });
      return { trigger_id: await trigger(slack), view: modal() };
    },
    view_too_large: async (slack) => {
      await opened(slack);
      return { trigger_id: await trigger(slack), view: modal(heavy) };
    },
    duplicate_external_id: async (slack) => {
      const view = modal({ external_id: "taken" });
      await call(slack, "views.open", { trigger_id: await trigger(slack), view });
      return { trigger_id: await trigger(slack), view };
    },
  },
  "views.update": {
    not_found: () => ({ view_id: "V0NONE", view: modal() }),
    hash_conflict: async (slack) => ({ view_id: await opened(slack), view: modal(), hash: "1.old" }),
    ...views(modal, async (slack) => ({ view_id: await opened(slack) })),
  },
  "views.publish": {
    hash_conflict: () => ({ user_id: "U0ANNA", view: home(), hash: "1.old" }),
    ...views(home, () => ({ user_id: "U0ANNA" })),
  },
};

const listed = table.flatMap(([name, { errors }]) => errors.map((error) => [name, error] as const));
const scopes = table.flatMap(([, method]) => method.scopes);

describe("every error of the table", () => {
  let slack: SlackSim;
  beforeAll(async () => {
    slack = await startSlack({ limits: false, scopes, events: ["agent_session_stopped"] });
  });
  afterAll(() => slack.stop());

  it.each(listed)("%s refuses with %s", async (name, error) => {
    slack.reset();
    const provoke = PROVOKED[name]?.[error];
    expect(provoke, `${name} lists ${error}: provoke it here`).toBeDefined();
    const args = (await provoke?.(slack)) ?? {};
    expect(await call(slack, name, args)).toMatchObject({ ok: false, error });
  });
});

/** A value that is none of the type, as a form sends it; texts take anything that a form can say. */
const WRONG: Readonly<Record<ArgumentType, string | undefined>> = {
  string: undefined,
  boolean: "perhaps",
  number: "many",
  json: "{",
};

describe("every method", () => {
  let slack: SlackSim;
  beforeAll(async () => {
    slack = await startSlack({ limits: false, scopes });
  });
  afterAll(() => slack.stop());

  it.each(table)("%s wants what it requires, in the right type", async (name, method) => {
    const types = { ...method.required, ...method.optional };
    const right = (type: ArgumentType) => ({ string: "a", boolean: "true", number: "1", json: "[]" })[type];
    const required = Object.fromEntries(
      Object.entries(method.required).map(([arg, type]) => [arg, right(type)]),
    );
    for (const missing of Object.keys(method.required)) {
      const { [missing]: _, ...args } = required;
      const message = `[ERROR] missing required field: ${missing} [json-pointer:]`;
      expect(await call(slack, name, args)).toMatchObject({
        error: "invalid_arguments",
        response_metadata: { messages: [message] },
      });
    }
    for (const [arg, type] of Object.entries(types)) {
      const wrong = WRONG[type];
      if (wrong === undefined) continue;
      expect(await call(slack, name, { ...required, [arg]: wrong }), arg).toMatchObject({
        error: "invalid_arguments",
        response_metadata: { messages: [`[ERROR] must be a ${type} [json-pointer:/${arg}]`] },
      });
    }
    const unknown = { ...required, colour: "red" };
    expect(await call(slack, name, unknown)).toMatchObject({ error: "invalid_arguments" });
  });

  it.each(table)("%s wants a token that was issued", async (name) => {
    const none = await send(slack, name, {}, { authorization: "" });
    expect(await none.json()).toMatchObject({ ok: false, error: "not_authed" });
    const other = await send(slack, name, {}, { authorization: "Bearer xoxb-other" });
    expect(await other.json()).toMatchObject({ ok: false, error: "invalid_auth" });
  });
});

describe("a bot without scopes", () => {
  let slack: SlackSim;
  beforeAll(async () => {
    slack = await startSlack({ limits: false, scopes: [] });
  });
  afterAll(() => slack.stop());

  it.each(table.filter(([, method]) => method.scopes.length > 0))("may not call %s", async (name, method) => {
    const required = Object.fromEntries(
      Object.entries(method.required).map(([arg, type]) => [arg, type === "json" ? "[]" : "1"]),
    );
    const needed = method.scopes.join(",");
    expect(await call(slack, name, required)).toMatchObject({ ok: false, error: "missing_scope", needed });
  });
});

const PER_MINUTE = { 1: 1, 2: 20, 3: 50, 4: 100 };

describe("rate limits", () => {
  let slack: SlackSim;
  beforeAll(async () => {
    slack = await startSlack({ limits: true, scopes });
  });
  afterAll(() => slack.stop());

  const tiers = table.flatMap(([name, { tier }]) =>
    tier === "special" ? [] : [[name, PER_MINUTE[tier]] as const],
  );
  it.each(tiers)("%s is answered %i times a minute", async (name, allowed) => {
    slack.reset();
    const replies = await Promise.all(
      Array.from({ length: allowed + 1 }, async () => {
        const reply = await send(slack, name, {});
        await reply.arrayBuffer();
        return reply;
      }),
    );
    const refused = replies.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(1);
    const seconds = Number(refused[0]?.headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(0);
    slack.advance(seconds * 1_000);
    expect((await send(slack, name, {})).status).toBe(200);
  });

  it("a channel takes about one post a second, and another is not delayed by it", async () => {
    slack.reset();
    const post = async (channel: string) =>
      (await send(slack, "chat.postMessage", { channel, text: "a" })).status;
    const burst = [await post(PAYDEV), await post(PAYDEV), await post(PAYDEV), await post(PAYDEV)];
    expect(burst).toEqual([200, 200, 200, 429]);
    expect(await post("C0GENERAL")).toBe(200);
    slack.advance(1_000);
    expect([await post(PAYDEV), await post(PAYDEV)]).toEqual([200, 429]);
  });
});
