import { z } from "zod";
import type { CredentialRef } from "../../src/core/capability.ts";
import { NeedsConnectionError, TerminalError, UnknownOutcomeError } from "../../src/core/errors.ts";
import type { Json, JsonObject } from "../../src/core/json.ts";
import { maskSecrets } from "../../src/http/mask.ts";
import { type SlotKind, slotKinds } from "../../src/core/slots.ts";
import type {
  CallContext,
  Field,
  Found,
  Preview,
  ReadTool,
  Resolved,
  Target,
  Tool,
  ToolOrigin,
  ToolOutput,
  WriteTool,
} from "../../src/core/tool.ts";
import { canonical } from "../input.ts";
import { query } from "../openapi/query.ts";
import { filled, parseTemplate, valueOf, wordsOf } from "../openapi/template.ts";
import { line } from "../text.ts";
import type { McpToolSpec } from "./file.ts";
import { inputOf, type Input } from "./input.ts";
import type { Label } from "./labels.ts";
import type { Listed } from "./listed.ts";
import { answerData, answerText, shownAnswer } from "./result.ts";
import type { McpServer } from "./server.ts";
import type { Answer } from "./session.ts";

/** A server as its tools know it. */
export interface ToolHome {
  server: McpServer;
  /** The toolkit, and whose account acts: `mcp_wiki`, or a system that people connect. */
  system: string;
  /** Only people's own accounts reach it. */
  personal: boolean;
  owner: string | undefined;
  /** All that the server lists now: what is looked at through other tools of it. */
  listed: ReadonlyMap<string, Listed>;
}

const args = z.record(z.string(), z.json());

/** The node above everything of one server. */
export const serverType = "McpServer";

const credentialOf = ({ system, personal }: ToolHome, context: CallContext): CredentialRef => {
  if (context.actsAs(system) === "person") return { system, as: { person: context.principal } };
  if (personal) throw new NeedsConnectionError(system);
  return { system, as: "service" };
};

const targetOf = (home: ToolHome, spec: McpToolSpec, said: JsonObject): Target => {
  const { title } = home.server;
  const parent = { type: serverType, id: home.system };
  if (spec.target === undefined) {
    return { ...parent, label: title, parents: [], ancestors: [] };
  }
  const [type = "", ...rest] = spec.target.split("/");
  const id = filled(parseTemplate(rest.join("/")), said);
  return {
    ...{ type, id, label: `${type} ${id} at ${title}` },
    parents: [parent],
    ancestors: [{ ...parent, parents: [] }],
  };
};

const policyArgsOf = (spec: McpToolSpec, said: JsonObject): Resolved["policyArgs"] =>
  Object.fromEntries(
    Object.keys(spec.policy).flatMap((name) => {
      const value = said[name];
      return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? [[name, value]]
        : [];
    }),
  );

const fieldChars = 2_000;

const previewOf = (
  home: ToolHome,
  spec: McpToolSpec,
  title: string,
  said: JsonObject,
  raised: boolean,
): Preview => {
  const fields: Field[] = Object.entries(said).map(([name, value]) => ({
    label: line(name, 60),
    value: wordsOf(value, fieldChars),
  }));
  return {
    sentence:
      spec.summary === undefined
        ? `${title} at ${home.server.title}`
        : filled(parseTemplate(spec.summary), said),
    fields: [
      ...fields,
      { label: "Through", value: `${home.server.title}, its tool ${line(spec.tool, 80)}` },
      ...(raised ? [{ label: "Its server says", value: "this may destroy something" }] : []),
    ],
  };
};

const outputOf = (home: ToolHome, title: string, answer: Answer): ToolOutput => ({
  text: `${title}, as ${home.server.title} answers it:\n\n${shownAnswer(answerText(answer), "Ask for a narrower part.")}`,
  sources: [],
  untrusted: [`what ${home.server.title} answered`],
});

/** A server's own error, as an answer: its words are the text of somebody else. */
const errorWords = (home: ToolHome, answer: Answer): string => {
  const words = line(maskSecrets(answerText(answer)), 600);
  return words === ""
    ? `${home.server.title} says that it failed, without words`
    : `${home.server.title} says: "${words}"`;
};

interface Made {
  home: ToolHome;
  spec: McpToolSpec;
  listed: Listed;
  title: string;
  input: Input;
  timeoutMs: number | undefined;
}

const options = ({ home, listed, timeoutMs }: Made, context: CallContext) => ({
  credential: credentialOf(home, context),
  ...{ accepted: listed, signal: context.signal },
  ...(timeoutMs !== undefined && { timeoutMs }),
});

/** What another tool of the server says of the thing, for code. Throws what reading throws. */
const look = async (
  { home, input }: Made,
  spec: { tool: string; args: Record<string, string | number | boolean> },
  sent: JsonObject,
  context: CallContext,
): Promise<Json> => {
  const accepted = home.listed.get(spec.tool);
  if (accepted === undefined) {
    throw new TerminalError(
      "mcp_gone",
      `${home.server.title} has no tool '${line(spec.tool, 60)}' any more.`,
    );
  }
  const values = { ...input.inward(sent), call: context.callId };
  const given = Object.fromEntries(
    Object.entries(spec.args).flatMap(([name, value]): [string, Json][] => {
      const found = typeof value === "string" ? valueOf(value, values) : value;
      return found === undefined ? [] : [[name, found]];
    }),
  );
  const credential = credentialOf(home, context);
  const answer = await home.server.read(given, { credential, accepted, signal: context.signal });
  if (answer.isError) throw new TerminalError("mcp_error", `${errorWords(home, answer)}.`);
  return answerData(answer);
};

const versionOf = async (made: Made, sent: JsonObject, context: CallContext): Promise<string> => {
  const { version } = made.spec;
  if (version === undefined) return "not told by its server";
  const value = query(await look(made, version, sent, context), version.value);
  if (value === undefined) {
    throw new TerminalError(
      "mcp_version",
      `${made.home.server.title} does not say how ${made.title} would find things now ('${version.value}' finds nothing), so nothing is asked.`,
    );
  }
  return JSON.stringify(value);
};

const findOf = async (made: Made, sent: JsonObject, context: CallContext): Promise<Found> => {
  const { find } = made.spec;
  const { title } = made.home.server;
  if (find === undefined)
    return { kind: "unknown", why: `${title} offers no way to look. Look there yourself.` };
  const found = query(await look(made, find, sent, context), find.when);
  if (found === false) return { kind: "not_done" };
  if (found !== true) return { kind: "unknown", why: `what ${title} says of it proves neither.` };
  return {
    kind: "done",
    output: { text: `${made.title}: done, as ${title} shows it.`, sources: [], untrusted: [] },
  };
};

const runWrite = async (made: Made, given: JsonObject, context: CallContext): Promise<ToolOutput> => {
  const { home, spec, title } = made;
  const marked = spec.marker === undefined ? given : { ...given, [spec.marker]: context.callId };
  const answer = await home.server.write(marked, {
    ...options(made, context),
    capability: context.capability,
  });
  if (!answer.isError) return outputOf(home, title, answer);
  const words = errorWords(home, answer);
  if (spec.errors === "not_done") throw new TerminalError("mcp_error", `${words}. Nothing was done.`);
  throw new UnknownOutcomeError(
    "mcp_error",
    `${words}. Whether any of it was done is unknown; check before anything is repeated.`,
  );
};

/** Every argument is words to the offline router, unless the file knows more. */
const slotsOf = (spec: McpToolSpec, { schema }: Input): Record<string, SlotKind> =>
  Object.fromEntries(
    Object.keys(schema.shape).map((name) => [
      name,
      slotKinds.find((kind) => kind === spec.slots[name]) ?? "text",
    ]),
  );

/** Makes the tool of one listed entry, once its file, its server and its label agree. */
export const makeTool = (
  home: ToolHome,
  spec: McpToolSpec,
  listed: Listed,
  label: Exclude<Label, { kind: "refused" }>,
  origin: ToolOrigin,
): Tool => {
  const input = inputOf(spec, listed.inputSchema);
  const title = spec.title ?? line(listed.title ?? listed.name, 60);
  const made: Made = {
    ...{ home, spec, listed, title, input },
    timeoutMs: spec.timeout_seconds === undefined ? undefined : spec.timeout_seconds * 1000,
  };
  const words = spec.description ?? line(listed.description ?? `${title} at ${home.server.title}.`, 600);
  const base = {
    ...{ name: spec.name, title, system: home.system, origin },
    description: input.note === undefined ? words : `${words} ${input.note}`,
    input: input.schema,
    slots: slotsOf(spec, input),
    examples: spec.examples,
    targetTypes: [spec.target?.split("/")[0] ?? serverType],
    policyArgs: spec.policy,
    ...(home.owner !== undefined && { owner: home.owner }),
    ...(home.personal && { asPerson: true }),
    step: (given: JsonObject) =>
      spec.step === undefined ? `${title} at ${home.server.title}` : filled(parseTemplate(spec.step), given),
  };
  const resolved = (given: JsonObject): Resolved => ({
    args: input.outward(given),
    target: targetOf(home, spec, given),
    policyArgs: policyArgsOf(spec, given),
  });
  if (label.kind === "read") {
    const read: ReadTool = {
      ...base,
      effect: "read",
      resolve: (given) => Promise.resolve(resolved(given)),
      run: async (given, context) => {
        const answer = await home.server.read(canonical(args, given), options(made, context));
        if (answer.isError) throw new TerminalError("mcp_error", `${errorWords(home, answer)}.`);
        return outputOf(home, title, answer);
      },
    };
    return read;
  }
  const write: WriteTool = {
    ...base,
    effect: spec.effect === "egress" ? "egress" : "write",
    risks: label.risk.risks,
    lagMs: spec.lag_seconds * 1000,
    resolve: async (given, context) => {
      const call = resolved(given);
      return {
        ...call,
        risk: label.risk.of(given),
        version: await versionOf(made, call.args, context),
        preview: previewOf(home, spec, title, input.inward(call.args), label.raised),
      };
    },
    version: (given, context) => versionOf(made, canonical(args, given), context),
    run: (given, context) => runWrite(made, canonical(args, given), context),
    find: (given, context) => findOf(made, canonical(args, given), context),
  };
  return write;
};
