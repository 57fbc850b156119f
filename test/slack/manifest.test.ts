import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { readEnvelope } from "../../src/slack/envelope.ts";
import { hear } from "../../src/slack/inbound.ts";
import { eventHandlers } from "../../src/slack/listeners/events.ts";
import { describeWithSpecs, readSpec } from "../support/specs.ts";

const root = join(import.meta.dirname, "../..");
const manifest = parse(readFileSync(join(root, "manifest.yml"), "utf8")) as {
  features: { slash_commands: { command: string }[]; shortcuts: { callback_id: string }[] };
  oauth_config: { scopes: { bot: string[] } };
  settings: { event_subscriptions: { bot_events: string[] } };
};
const source = readdirSync(join(root, "src/slack"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(join(root, "src/slack", name), "utf8"))
  .join("\n");

/** Kinds of conversations; a method over all of them needs each kind's scope. */
const kinds = ["channels", "groups", "im", "mpim"];
const methodsUsed = [
  ...new Set([...source.matchAll(/"((?:[a-z]+\.)+[a-zA-Z]+)"/g)].map((match) => match[1] ?? "")),
] // What is about tokens themselves (`auth.…`) needs no scope.
  .filter((name) =>
    /^(users|usergroups|conversations|chat|files|assistant|views|reactions|agents)\./.test(name),
  );
/** What may be heard, by subscription, with the scope Slack wants for it, where it wants one. */
const subscriptions: Record<string, { scope?: string; body: { type: string } & Record<string, unknown> }> = {
  agent_session_stopped: { body: { type: "agent_session_stopped" } },
  agent_session_title_changed: { body: { type: "agent_session_title_changed" } },
  app_uninstalled: { body: { type: "app_uninstalled" } },
  app_mention: { scope: "app_mentions:read", body: { type: "app_mention", channel: "C1" } },
  app_home_opened: { body: { type: "app_home_opened" } },
  reaction_added: { scope: "reactions:read", body: { type: "reaction_added" } },
  reaction_removed: { scope: "reactions:read", body: { type: "reaction_removed" } },
  "message.channels": {
    scope: "channels:history",
    body: { type: "message", channel: "C1", channel_type: "channel" },
  },
  "message.groups": {
    scope: "groups:history",
    body: { type: "message", channel: "C1", channel_type: "group" },
  },
  "message.im": { scope: "im:history", body: { type: "message", channel: "D1", channel_type: "im" } },
  tokens_revoked: { body: { type: "tokens_revoked" } },
  user_change: { scope: "users:read", body: { type: "user_change" } },
  "message.mpim": { scope: "mpim:history", body: { type: "message", channel: "G1", channel_type: "mpim" } },
};

/** Of several scopes that would do for public channels; and what the reference at hand leaves out. */
const enough: Record<string, string[]> = {
  "conversations.open": ["im:write"],
  "conversations.create": ["channels:manage"],
  "conversations.invite": ["channels:manage"],
  "conversations.setTopic": ["channels:manage"],
  "conversations.archive": ["channels:manage"],
  // Messages alone are looked for.
  "assistant.search.context": ["search:read.public"],
};

const scopesOf = (method: string): string[] => {
  const chosen = enough[method];
  if (chosen !== undefined) return chosen;
  const { scope } = readSpec(`slack/methods/${method}.json`) as { scope: { bot?: string[] } };
  const all = scope.bot ?? [];
  if (all.length <= 1) return all;
  // Reading happens in every kind of conversation.
  return all.filter((name) => kinds.includes(name.split(":")[0] ?? ""));
};

describeWithSpecs("manifest", () => {
  it("is valid by Slack's schema", () => {
    const schema = readSpec("slack/manifest.schema.2.0.0.json") as object;
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    const validate = ajv.compile(schema);
    validate(manifest);
    expect(validate.errors ?? []).toEqual([]);
  });

  it("asks for the scopes the code needs, and no other", () => {
    expect(methodsUsed.length).toBeGreaterThan(8);
    const needed = [
      ...methodsUsed.flatMap(scopesOf),
      ...Object.entries(subscriptions).flatMap(([name, { scope }]) =>
        scope !== undefined && manifest.settings.event_subscriptions.bot_events.includes(name) ? [scope] : [],
      ),
      "commands",
    ];
    expect([...new Set(needed)].toSorted()).toEqual(manifest.oauth_config.scopes.bot.toSorted());
  });

  it("subscribes to the events the code hears, and no other", () => {
    // Only the types are looked at here: no handler runs.
    const types = [...eventHandlers({} as Parameters<typeof eventHandlers>[0]).keys()];
    const heard = Object.entries(subscriptions).filter(([, { body }]) => {
      if (body.type !== "message" && body.type !== "app_mention") return types.includes(body.type);
      const event = { ...body, user: "U1", text: "<@UBOT> hello", ts: "1.0" };
      const envelope = readEnvelope({ type: "event_callback", team_id: "T1", event_id: "Ev1", event });
      return envelope !== undefined && hear(envelope, "UBOT").kind === "ask";
    });
    const bodies = Object.values(subscriptions).map(({ body }) => body.type);
    expect(types.filter((type) => !bodies.includes(type))).toEqual([]);
    expect(heard.map(([name]) => name).toSorted()).toEqual(
      manifest.settings.event_subscriptions.bot_events.toSorted(),
    );
  });

  it("declares the shortcuts the code answers, and no other", () => {
    const answered = [...source.matchAll(/\.shortcut<\w+>\(\s*\{ callback_id: "([a-z_]+)"/g)].map(
      (match) => match[1],
    );
    expect(answered).toEqual(manifest.features.shortcuts.map((one) => one.callback_id));
  });

  it("declares the commands the code answers, and no other", () => {
    const answered = [...source.matchAll(/\.command\("(\/[a-z-]+)"/g)].map((match) => match[1]);
    expect(answered).toEqual(manifest.features.slash_commands.map((one) => one.command));
  });
});
