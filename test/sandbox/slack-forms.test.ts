import { WebClient } from "@slack/web-api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startSlack, type SlackSim } from "../../sandbox/slack/index.ts";
import { type Product, startProduct } from "./slack-product.ts";
import { fieldsOf, readSpec, specsPresent } from "./slack-specs.ts";

const PAYDEV = "C0PAYDEV";
let slack: SlackSim;
let product: Product;
let client: WebClient;

beforeEach(async () => {
  product = await startProduct();
  slack = await startSlack({
    productUrl: product.url,
    ackTimeoutMs: 200,
    events: ["reaction_added", "reaction_removed", "app_home_opened"],
  });
  client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });
});
afterEach(async () => {
  await slack.stop();
  await product.close();
});

const plain = (text: string) => ({ type: "plain_text" as const, text });
const input = (block_id: string, label: string, element: object, extra: object = {}) => ({
  type: "input",
  block_id,
  label: plain(label),
  element,
  ...extra,
});
const title = input("title", "Title", { type: "plain_text_input", action_id: "text", max_length: 20 });
const modal = (blocks: readonly object[] = [title], extra: object = {}): object => ({
  type: "modal",
  callback_id: "form",
  title: plain("A form"),
  submit: plain("Send"),
  close: plain("Cancel"),
  blocks,
  ...extra,
});

/** A call without the client's types: they know less than Slack takes, and refuse what must be tried. */
const call = async (method: string, args: object): Promise<Record<string, unknown>> => {
  const reply = await fetch(slack.apiUrl + method, {
    method: "POST",
    headers: { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json" },
    body: JSON.stringify(args),
  });
  return (await reply.json()) as Record<string, unknown>;
};

const trigger = async (as = "U0ANNA"): Promise<string> =>
  (await slack.slash({ as, channel: PAYDEV, command: "/steward", text: "form" })).trigger_id;
const open = async (view: object = modal()) =>
  (await call("views.open", { trigger_id: await trigger(), view }))["view"] as { id: string; hash: string };
const acknowledge = (body: object) => product.answers.push({ status: 200, body: JSON.stringify(body) });
const last = () => product.received.at(-1)?.body ?? {};

describe("a trigger", () => {
  it("opens one view, within three seconds, for the one who acted", async () => {
    const trigger_id = await trigger();
    expect(await call("views.open", { trigger_id, view: modal() })).toMatchObject({
      ok: true,
      view: { type: "modal", callback_id: "form", previous_view_id: null, state: { values: {} } },
    });
    expect(slack.forms.modal("U0ANNA")).toMatchObject({ callback_id: "form" });
    expect(slack.forms.modal("U0BORIS")).toBeUndefined();
    expect(await call("views.open", { trigger_id, view: modal() })).toMatchObject({
      error: "exchanged_trigger_id",
    });
    const late = await trigger();
    slack.advance(3_001);
    expect(await call("views.open", { trigger_id: late, view: modal() })).toMatchObject({
      error: "expired_trigger_id",
    });
    expect(await call("views.open", { trigger_id: "1.2.3", view: modal() })).toMatchObject({
      error: "invalid_trigger_id",
    });
    expect(slack.violations().map(({ error }) => error)).toEqual([
      "exchanged_trigger_id",
      "invalid_trigger_id",
    ]);
  });
});

describe("a view", () => {
  const refused = async (view: object) => {
    const reply = await call("views.open", { trigger_id: await trigger(), view });
    const { messages } = (reply["response_metadata"] ?? {}) as { messages?: string[] };
    return messages?.join(" ") ?? reply["error"];
  };
  const section = { type: "section", text: plain("x") };

  it.each([
    ["a long title", modal([title], { title: plain("x".repeat(25)) }), "/view/title/text"],
    ["a long submit", modal([title], { submit: plain("x".repeat(25)) }), "/view/submit/text"],
    ["long metadata", modal([title], { private_metadata: "x".repeat(3_001) }), "/view/private_metadata"],
    ["a long callback_id", modal([title], { callback_id: "x".repeat(256) }), "/view/callback_id"],
    ["101 blocks", modal(Array.from({ length: 101 }, () => section)), "no more than 100 items"],
    ["inputs without submit", modal([title], { submit: undefined }), "`submit` must be defined"],
    ["a block of messages", modal([{ type: "markdown", text: "x" }]), "/view/blocks/0/type"],
    ["an unknown field", modal([title], { colour: "red" }), "invalid additional property: colour"],
    ["the same block twice", modal([title, title]), "block_id already exists"],
    ["too much", modal([title], { blocks: "x".repeat(250_001) }), "view_too_large"],
  ])("refuses %s", async (_, view, message) => {
    expect(await refused(view)).toContain(message);
  });

  it("is one of three at most, and knows the ones below", async () => {
    const first = await open();
    const push = async () => {
      await slack.forms.act({ as: "U0ANNA", action_id: "text" });
      return call("views.push", { trigger_id: last()["trigger_id"], view: modal() });
    };
    expect(await push()).toMatchObject({ view: { previous_view_id: first.id, root_view_id: first.id } });
    expect(await push()).toMatchObject({ ok: true });
    expect(await push()).toMatchObject({ error: "push_limit_reached" });
    await slack.forms.close({ as: "U0ANNA" });
    expect(slack.forms.modals("U0ANNA")).toHaveLength(2);
  });

  it("is updated by id or external id, keeps what was written, and refuses an old hash", async () => {
    const { id, hash } = await open(modal([title], { external_id: "one" }));
    slack.forms.enter({ as: "U0ANNA", label: "Title", value: "Mine" });
    expect(await call("views.update", { view_id: id, hash: "old", view: modal() })).toMatchObject({
      error: "hash_conflict",
    });
    const more = modal([title, { type: "divider" }], { external_id: "one" });
    const updated = await call("views.update", { external_id: "one", hash, view: more });
    expect(updated).toMatchObject({ view: { state: { values: { title: { text: { value: "Mine" } } } } } });
    expect(await call("views.update", { view_id: "V0", view: modal() })).toMatchObject({
      error: "not_found",
    });
    const again = await call("views.open", { trigger_id: await trigger("U0BORIS"), view: more });
    expect(again).toMatchObject({ error: "duplicate_external_id" });
  });
});

const option = (value: string) => ({ text: plain(value.toUpperCase()), value });
const everything = [
  title,
  input("count", "Count", {
    type: "number_input",
    action_id: "a",
    is_decimal_allowed: false,
    max_value: "9",
  }),
  input("mail", "Mail", { type: "email_text_input", action_id: "a" }, { optional: true }),
  input("one", "One", { type: "static_select", action_id: "a", options: [option("x"), option("y")] }),
  input("few", "Few", { type: "checkboxes", action_id: "a", options: [option("x"), option("y")] }),
  input("date", "Date", { type: "datepicker", action_id: "a" }),
  input("who", "Who", { type: "users_select", action_id: "a" }),
  input("where", "Where", {
    type: "conversations_select",
    action_id: "a",
    response_url_enabled: true,
  }),
  input("project", "Project", { type: "external_select", action_id: "find", min_query_length: 1 }),
];

describe("a submission", () => {
  const fillAll = async () => {
    await open(modal(everything));
    const choose = (block_id: string, value: string) => slack.forms.enter({ as: "U0ANNA", block_id, value });
    choose("title", "Slow payouts");
    choose("count", "7");
    choose("one", "y");
    choose("few", "x,y");
    choose("date", "2026-11-30");
    choose("who", "U0BORIS");
    choose("where", PAYDEV);
    acknowledge({ options: [{ text: plain("Ledger"), value: "payments/ledger-api" }] });
    const offered = await slack.forms.options({ as: "U0ANNA", label: "Project", query: "led" });
    expect(offered.options).toHaveLength(1);
    expect(last()).toMatchObject({ type: "block_suggestion", action_id: "find", value: "led" });
    choose("project", "payments/ledger-api");
  };

  it("carries every choice, in Slack's shape", async () => {
    await fillAll();
    expect(await slack.forms.submit({ as: "U0ANNA" })).toMatchObject({ status: 200, errors: {} });
    expect(last()).toMatchObject({
      type: "view_submission",
      user: { id: "U0ANNA" },
      response_urls: [{ block_id: "where", channel_id: PAYDEV }],
      view: {
        state: {
          values: {
            title: { text: { type: "plain_text_input", value: "Slow payouts" } },
            count: { a: { type: "number_input", value: "7" } },
            mail: { a: { type: "email_text_input", value: null } },
            one: { a: { type: "static_select", selected_option: { value: "y" } } },
            few: { a: { type: "checkboxes", selected_options: [{ value: "x" }, { value: "y" }] } },
            date: { a: { type: "datepicker", selected_date: "2026-11-30" } },
            who: { a: { selected_user: "U0BORIS" } },
            where: { a: { selected_conversation: PAYDEV } },
            project: { find: { selected_option: { value: "payments/ledger-api" } } },
          },
        },
      },
    });
    expect(slack.forms.modal("U0ANNA")).toBeUndefined();
  });

  it("is held back where Slack's own client sees what is wrong", async () => {
    await open(modal(everything));
    slack.forms.enter({ as: "U0ANNA", block_id: "count", value: "7.5" });
    slack.forms.enter({ as: "U0ANNA", block_id: "title", value: "x".repeat(21) });
    slack.forms.enter({ as: "U0ANNA", block_id: "mail", value: "anna" });
    const before = product.received.length;
    const { errors, status } = await slack.forms.submit({ as: "U0ANNA" });
    expect(status).toBe(0);
    expect(errors).toMatchObject({
      title: "Please enter at most 20 characters.",
      count: "Please enter a whole number.",
      mail: "Please enter a valid email address.",
      one: "Please complete this required field.",
    });
    expect(product.received).toHaveLength(before);
  });

  it("shows errors under their inputs, and only there", async () => {
    await open();
    slack.forms.enter({ as: "U0ANNA", label: "Title", value: "Mine" });
    acknowledge({ response_action: "errors", errors: { title: "Taken" } });
    expect(await slack.forms.submit({ as: "U0ANNA" })).toMatchObject({ errors: { title: "Taken" } });
    expect(slack.forms.modal("U0ANNA")).toMatchObject({ errors: { title: "Taken" } });
    acknowledge({ response_action: "errors", errors: { nowhere: "Lost" } });
    await slack.forms.submit({ as: "U0ANNA" });
    expect(slack.violations()).toMatchObject([{ error: "invalid_response" }]);
  });

  it("is followed by another view, a further one, or none", async () => {
    const { id } = await open();
    slack.forms.enter({ as: "U0ANNA", label: "Title", value: "Mine" });
    acknowledge({ response_action: "update", view: modal([], { callback_id: "next" }) });
    await slack.forms.submit({ as: "U0ANNA" });
    expect(slack.forms.modal("U0ANNA")).toMatchObject({ id, callback_id: "next" });
    acknowledge({ response_action: "push", view: modal([], { callback_id: "further" }) });
    await slack.forms.submit({ as: "U0ANNA" });
    expect(slack.forms.modals("U0ANNA")).toMatchObject([{ callback_id: "next" }, { callback_id: "further" }]);
    acknowledge({ response_action: "clear" });
    await slack.forms.submit({ as: "U0ANNA" });
    expect(slack.forms.modals("U0ANNA")).toEqual([]);
  });

  it("without an answer in time stays open and says so", async () => {
    await open();
    slack.forms.enter({ as: "U0ANNA", label: "Title", value: "Mine" });
    product.answers.push("hang");
    expect(await slack.forms.submit({ as: "U0ANNA" })).toMatchObject({ error: "operation_timeout" });
    expect(slack.forms.modal("U0ANNA")).toBeDefined();
  });

  it.skipIf(!specsPresent)("has the fields of Slack's own", async () => {
    await fillAll();
    await slack.forms.submit({ as: "U0ANNA" });
    const known = fieldsOf(readSpec("interactions/ViewSubmissionPayload.json"));
    const strange = [...fieldsOf(last())].filter(
      (path) => !known.has(path) && !path.startsWith("/response_urls") && path !== "/view/state/values",
    );
    // The reference's sample leaves these out.
    expect(strange).toEqual(["/user/name", "/view/blocks"].filter((path) => !known.has(path)));
  });
});

describe("closing", () => {
  it("is told where the view asks for it", async () => {
    await open(modal([title], { notify_on_close: true }));
    await slack.forms.close({ as: "U0ANNA" });
    expect(last()).toMatchObject({ type: "view_closed", is_cleared: false, view: { callback_id: "form" } });
    await open();
    const before = product.received.length;
    await slack.forms.close({ as: "U0ANNA" });
    expect(product.received).toHaveLength(before);
  });
});

describe("the App Home", () => {
  const home = (text: string) => ({
    type: "home",
    blocks: [
      { type: "section", text: plain(text) },
      { type: "actions", elements: [{ type: "button", action_id: "go", value: "1", text: plain("Go") }] },
    ],
  });

  it("is published for one person, by hash, and its buttons work", async () => {
    const first = await call("views.publish", { user_id: "U0ANNA", view: home("One") });
    const { hash } = first["view"] as { hash: string };
    expect(await call("views.publish", { user_id: "U0ANNA", hash, view: home("Two") })).toMatchObject({
      ok: true,
    });
    expect(await call("views.publish", { user_id: "U0ANNA", hash, view: home("Three") })).toMatchObject({
      error: "hash_conflict",
    });
    expect(slack.forms.home("U0ANNA")).toMatchObject({ blocks: [{ text: { text: "Two" } }, {}] });
    expect(slack.forms.home("U0BORIS")).toBeUndefined();
    await slack.forms.act({ as: "U0ANNA", on: "home", action_id: "go" });
    expect(last()).toMatchObject({
      type: "block_actions",
      container: { type: "view" },
      view: { type: "home" },
      actions: [{ action_id: "go", value: "1" }],
    });
    slack.openHome("U0ANNA", "home");
    await slack.waitFor(() => slack.deliveries().some(({ state }) => state === "delivered"));
    expect(last()).toMatchObject({ event: { type: "app_home_opened", tab: "home", view: { type: "home" } } });
  });
});

describe("shortcuts and reactions", () => {
  it("come with the message, a trigger and a response URL", async () => {
    const ts = slack.messages(PAYDEV)[0]?.ts ?? "";
    await slack.forms.shortcut({ as: "U0ANNA", callback_id: "ask_about", channel: PAYDEV, ts });
    expect(last()).toMatchObject({
      type: "message_action",
      callback_id: "ask_about",
      message: { ts },
      channel: { id: PAYDEV },
    });
    const { trigger_id } = last();
    expect(await call("views.open", { trigger_id, view: modal() })).toMatchObject({ ok: true });
    await slack.forms.shortcut({ as: "U0ANNA", callback_id: "new" });
    expect(last()).toMatchObject({ type: "shortcut", callback_id: "new" });
  });

  it("of people arrive as events", async () => {
    const ts = String((await client.chat.postMessage({ channel: PAYDEV, text: "Hello" })).ts);
    const react = (remove: boolean) => slack.react({ as: "U0ANNA", channel: PAYDEV, ts, name: "+1", remove });
    react(false);
    await slack.waitFor(() => slack.deliveries().some(({ type }) => type === "reaction_added"));
    await expect
      .poll(() => last()["event"])
      .toMatchObject({
        type: "reaction_added",
        user: "U0ANNA",
        reaction: "+1",
        item: { type: "message", channel: PAYDEV, ts },
        item_user: slack.botUserId,
      });
    expect(() => react(false)).toThrow("already");
    react(true);
    await expect.poll(() => last()["event"]).toMatchObject({ type: "reaction_removed" });
    expect(slack.messages(PAYDEV).at(-1)?.reactions).toEqual([]);
  });
});
