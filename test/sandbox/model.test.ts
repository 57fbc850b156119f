import { ChatOpenAI } from "@langchain/openai";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startModel, type Model } from "../../sandbox/model/index.ts";

let model: Model;
beforeEach(async () => {
  model = await startModel();
});
afterEach(() => model.close());

const user = (content: string) => ({ role: "user", content });
const system = (content: string) => ({ role: "system", content });
const called = (...calls: [id: string, name: string][]) => ({
  role: "assistant",
  content: null,
  tool_calls: calls.map(([id, name]) => ({ id, type: "function", function: { name, arguments: "{}" } })),
});
const result = (id: string, content: string) => ({ role: "tool", tool_call_id: id, content });

interface Reply {
  readonly id: string;
  readonly choices: readonly {
    readonly message: {
      readonly content: string | null;
      readonly tool_calls?: readonly {
        readonly id: string;
        readonly function: { readonly name: string; readonly arguments: string };
      }[];
    };
    readonly finish_reason: string;
  }[];
  readonly usage: { readonly prompt_tokens: number; readonly total_tokens: number };
  readonly error: { readonly message: string; readonly type: string; readonly code: string | null };
}

async function chat(messages: readonly unknown[], more: object = {}) {
  const response = await fetch(`${model.baseUrl}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer any" },
    body: JSON.stringify({ model: "scripted", messages, ...more }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
const said = async (...args: Parameters<typeof chat>) => JSON.parse((await chat(...args)).text) as Reply;
const content = async (...args: Parameters<typeof chat>) => (await said(...args)).choices[0]?.message.content;

describe("choosing a rule", () => {
  it("takes the first that fits: person's words, instructions, offered tools", async () => {
    model.script(
      { when: { user: /pipeline/i, system: "engineering" }, say: { text: "engineer" } },
      { when: { user: "PIPELINE", tools: ["delegate"] }, say: { text: "supervisor" } },
      {
        when: { predicate: (request) => request.user.length > 40 },
        say: (request) => ({ text: request.model }),
      },
      { say: { text: "other" } },
    );
    const tools = [{ type: "function", function: { name: "delegate", parameters: {} } }];
    expect(await content([system("You are the engineering agent"), user("why did the pipeline fail?")])).toBe(
      "engineer",
    );
    expect(await content([user("the pipeline")], { tools })).toBe("supervisor");
    expect(await content([user("x".repeat(41))])).toBe("scripted");
    expect(await content([user("hello")])).toBe("other");
  });

  it("follows tool answers, parallel ones too, and forgets those before the last model message", async () => {
    model.script(
      {
        when: { lastTool: "deal_find", toolResult: "Globex" },
        say: { text: "found {{tool.deals.0.name}} for {{user}}" },
      },
      {
        when: { hasToolResult: false },
        say: { toolCalls: [{ name: "deal_find", args: { query: "{{user}}" } }] },
      },
    );
    const first = await said([user("Globex")]);
    expect(first.choices[0]?.finish_reason).toBe("tool_calls");
    expect(first.choices[0]?.message.tool_calls?.[0]?.function).toEqual({
      name: "deal_find",
      arguments: '{"query":"Globex"}',
    });
    const history = [
      user("Globex"),
      called(["a", "deal_find"], ["b", "other"]),
      result("a", '{"deals":[{"name":"Globex"}]}'),
      result("b", "no"),
    ];
    expect(await content(history)).toBe("found (none) for Globex");
    const single = [user("Globex"), called(["a", "deal_find"]), result("a", '{"deals":[{"name":"Globex"}]}')];
    expect(await content(single)).toBe("found Globex for Globex");
    const next = await said([...single, { role: "assistant", content: "done" }, user("more")]);
    expect(next.choices[0]?.finish_reason).toBe("tool_calls");
  });

  it("spends rules by their times and goes through a list of answers", async () => {
    model.script({ times: 1, say: { text: "once" } }, { say: [{ text: "first" }, { text: "then" }] });
    const answers = [];
    for (let n = 0; n < 4; n++) answers.push(await content([user("hi")]));
    expect(answers).toEqual(["once", "first", "then", "then"]);
  });

  it("says what it was asked where no rule fits", async () => {
    model.script({ name: "merge", when: { user: "merge" }, say: { text: "ok" } });
    const { status, text } = await chat([user("deploy")]);
    expect([status, (JSON.parse(text) as Reply).error.message]).toEqual([
      400,
      expect.stringMatching(/Last user message: "deploy".*merge \(used 0\)/),
    ]);
    expect(model.unmatched()).toEqual(["deploy"]);
  });

  it("refuses an unanswered or unasked tool message, as OpenAI does", async () => {
    model.script({ say: { text: "ok" } });
    const open = await chat([user("a"), called(["x", "t"]), user("b")]);
    expect([open.status, open.text]).toEqual([
      400,
      expect.stringContaining("did not have response messages: x"),
    ]);
    const stray = await chat([user("a"), result("y", "hm")]);
    expect(stray.status).toBe(400);
  });
});

describe("misbehaving", () => {
  it("errs, babbles, says nothing, and breaks its arguments", async () => {
    model.script(
      { when: { user: "err" }, say: { error: { status: 429, headers: { "retry-after": "1" } } } },
      { when: { user: "babble" }, say: { garbage: "<html>" } },
      { when: { user: "nothing" }, say: { empty: true } },
      { when: { user: "broken" }, say: { toolCalls: [{ name: "t", args: { a: 1 } }], badJson: true } },
    );
    const limited = await chat([user("err")]);
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "1"]);
    expect((await chat([user("babble")])).text).toBe("<html>");
    expect(await content([user("nothing")])).toBeNull();
    const broken = await said([user("broken")]);
    expect(broken.choices[0]?.message.tool_calls?.[0]?.function.arguments).toBe('{"a":1');
  });

  it("keeps the rest of a stream back until it is let go", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    model.script({ say: { text: "one two three", hold: { after: 3, until: promise } } });
    const body = { model: "any", messages: [user("a")], stream: true };
    const headers = { "content-type": "application/json", authorization: "Bearer sk-sandbox-model" };
    const url = `${model.baseUrl}/chat/completions`;
    const reply = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    let said = "";
    for await (const piece of reply.body ?? []) {
      said += new TextDecoder().decode(piece);
      if (said.includes("two") && !said.includes("three")) resolve();
    }
    expect(said).toContain("three");
    expect(said.indexOf("two")).toBeLessThan(said.indexOf("three"));
  });

  it("breaks a stream or a reply in the middle", async () => {
    model.script({ say: { text: "one two three", cutAfter: 2 } });
    await expect(chat([user("a")], { stream: true })).rejects.toThrow("terminated");
    await expect(chat([user("a")])).rejects.toThrow("terminated");
    expect(model.journal.list().map((entry) => entry.end)).toEqual(["broken", "broken"]);
  });
});

describe("the record", () => {
  it("keeps bodies byte for byte, and the same body has the same ids", async () => {
    model.script({ say: { toolCalls: [{ name: "t" }] } });
    const [first, second, third] = [
      await said([user("ä")]),
      await said([user("ä")]),
      await said([user("b")]),
    ];
    expect(first).toEqual(second);
    expect(third.choices[0]?.message.tool_calls?.[0]?.id).not.toBe(
      first.choices[0]?.message.tool_calls?.[0]?.id,
    );
    expect(model.bodies()[0]).toBe('{"model":"scripted","messages":[{"role":"user","content":"ä"}]}');
  });

  it("echoes without a record, for benches", async () => {
    const echo = await startModel({ mode: "echo", record: false });
    try {
      const response = await fetch(`${echo.baseUrl}/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: "Bearer any" },
        body: JSON.stringify({ model: "m", messages: [user("hello")] }),
      });
      expect(((await response.json()) as Reply).choices[0]?.message.content).toBe("hello");
      expect(echo.bodies()).toEqual([]);
    } finally {
      await echo.close();
    }
  });
});

describe("through the real client", () => {
  const client = () =>
    new ChatOpenAI({
      model: "scripted",
      apiKey: "any",
      maxRetries: 0,
      configuration: { baseURL: model.baseUrl },
    });

  it("answers whole, with usage", async () => {
    model.script({ say: { text: "hello" } });
    const message = await client().invoke("hi");
    expect(message.text).toBe("hello");
    expect(message).toMatchObject({ usage_metadata: { input_tokens: expect.any(Number) as number } });
  });

  it("streams words and calls", async () => {
    model.script(
      { when: { user: "words" }, say: { text: "one two three" } },
      { say: { toolCalls: [{ name: "a", args: { long: "x".repeat(50) } }, { name: "b" }] } },
    );
    const words: string[] = [];
    for await (const chunk of await client().stream("words")) if (chunk.text) words.push(chunk.text);
    expect(words).toEqual(["one ", "two ", "three"]);
    let whole;
    for await (const chunk of await client().stream("calls")) whole = whole ? whole.concat(chunk) : chunk;
    expect(whole?.tool_calls?.map((call) => [call.name, call.args])).toEqual([
      ["a", { long: "x".repeat(50) }],
      ["b", {}],
    ]);
    expect(whole).toMatchObject({ usage_metadata: { total_tokens: expect.any(Number) as number } });
  });
});

describe("control", () => {
  const control = (method: string, body?: unknown) =>
    fetch(`${model.url}/control/script`, {
      method,
      headers: { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  it("takes rules as JSON, expressions between slashes, and refuses wrong ones", async () => {
    const rules = [{ name: "merge", when: { user: "/^MERGE/i" }, say: { text: "ok" } }];
    expect((await control("POST", { rules })).status).toBe(200);
    expect(await content([user("merge it")])).toBe("ok");
    const wrong = await control("POST", { rules: [{ wen: {}, say: { text: "x" } }] });
    expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining("wen")]);
    const state = (await (await fetch(`${model.url}/control/state`)).json()) as { rules: unknown };
    expect(state.rules).toEqual([{ name: "merge", uses: 1 }]);
    await control("DELETE");
    expect((await chat([user("merge it")])).status).toBe(400);
  });
});
