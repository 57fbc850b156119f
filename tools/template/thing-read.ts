import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import type { Http } from "../../src/http/types.ts";
import { canonical, said, words } from "../input.ts";
import { shaped } from "../shape.ts";
import { plain } from "../text.ts";

const input = z.strictObject({ thing: words("The thing's name or its number, such as T-12") });

/** Of a reply only these fields are used; another shape is refused by name. */
const thingShape = z.object({ id: z.string(), name: z.string(), state: z.string() });

/** One thing of Acme: its state. What a person would ask for, not an endpoint. */
export function thingRead(url: string, http: Http): ReadTool {
  return {
    name: "acme_thing_read",
    title: "Read a thing",
    description: 'The state of one thing in Acme. For example {"thing":"T-12"}.',
    system: "acme",
    effect: "read",
    input,
    slots: { thing: "text" },
    examples: [
      "what is the state of {thing}?",
      "show {thing}",
      "how is {thing} doing?",
      "look up {thing} in Acme",
      "is {thing} done?",
      "tell me about {thing}",
    ],
    targetTypes: ["AcmeThing"],
    policyArgs: {},
    step: ({ thing }) => `Reading ${plain(said(thing) ?? "a thing", 80)}`,
    // Names become the system's own ids here: what is decided about is what is read.
    resolve: (given) => {
      const { thing } = canonical(input, given);
      return Promise.resolve({
        args: { thing },
        target: { type: "AcmeThing", id: thing, label: `Thing ${thing}`, parents: [], ancestors: [] },
        policyArgs: {},
      });
    },
    run: (args, context) => read(url, http, canonical(input, args).thing, context),
  };
}

async function read(url: string, http: Http, thing: string, { signal }: CallContext): Promise<ToolOutput> {
  const { body } = await http.request({
    ...{ system: "Acme", method: "GET", effect: "read", expect: "json", signal },
    url: `${url}/things/${encodeURIComponent(thing)}`,
    credential: { system: "acme", as: "service" },
  });
  if (body === undefined) throw new TerminalError("acme_empty", `Acme says nothing about ${thing}.`);
  const found = shaped(thingShape, body, "Reading the thing: Acme answered");
  return {
    // Text of others passes plain(): it can be no link, no mention, no markup.
    text: `**${plain(found.name)}** (${plain(found.id)}) is ${plain(found.state)}.`,
    sources: [{ label: `Thing ${found.id}`, url: `${url}/things/${encodeURIComponent(found.id)}` }],
    untrusted: [],
  };
}
