import { TerminalError } from "../../src/core/errors.ts";
import type { Json, JsonObject } from "../../src/core/json.ts";
import type {
  CallContext,
  Field,
  Found,
  Progress,
  ResolvedWrite,
  ToolOrigin,
  ToolOutput,
  WriteTool,
} from "../../src/core/tool.ts";
import { beforeSending } from "../before-sending.ts";
import { line, plain, sized } from "../text.ts";
import { baseTool, titleOf } from "./base-tool.ts";
import { type Api, callApi } from "./call.ts";
import type { Compiled } from "./compile.ts";
import { type Live, liveValues, readLive } from "./live.ts";
import { query } from "./query.ts";
import { heading, rendered } from "./render.ts";
import { timeoutOf, untrustedBy } from "./read-tool.ts";
import type { RiskRule } from "./risk.ts";
import { filled, parseTemplate, valueOf, wordsOf } from "./template.ts";
import { furtherArgs, policyArgsOf, targetOf, type Values } from "./values.ts";

/** What was seen when the write was proposed, beside its arguments: no argument's name begins so. */
const liveKey = "_live";
const seenKey = "_seen";

/** A facts' object that is kept with an outcome, for what follows it and for undoing it. */
const keptCharsMax = 4_000;

/** A listed operation that changes something. */
export function writeTool(api: Api, compiled: Compiled & { risk: RiskRule }, origin: ToolOrigin): WriteTool {
  const { spec, follow } = compiled;
  return {
    ...baseTool(api, compiled, origin),
    effect: spec.effect === "egress" ? "egress" : "write",
    lagMs: spec.lag_seconds * 1000,
    risks: compiled.risk.risks,
    resolve: (input, context) => resolve(api, compiled, input, context),
    version: async (args, context) => (await readLive(api, compiled, given(compiled, args), context)).version,
    run: (args, context) => run(api, compiled, args, context),
    find: (args, context) => find(api, compiled, args, context),
    ...(follow !== undefined && {
      follow: (args, output, context) => progress(api, compiled, { args, output }, context),
    }),
    ...(spec.undo !== undefined && {
      undo: (args, output, context) => Promise.resolve(inverse(compiled, args, output, context)),
    }),
  };
}

async function resolve(
  api: Api,
  compiled: Compiled & { risk: RiskRule },
  input: JsonObject,
  context: CallContext,
): Promise<ResolvedWrite> {
  const live = await readLive(api, compiled, input, context);
  const { values } = liveValues(compiled, input, context.callId, live);
  return {
    args: { ...input, [liveKey]: { fields: live.fields, before: live.before }, [seenKey]: live.version },
    target: targetOf(api, compiled, values),
    policyArgs: policyArgsOf(compiled, values),
    risk: compiled.risk.of(values),
    version: live.version,
    preview: { sentence: sentenceOf(compiled, values), fields: fieldsOf(compiled, input, live) },
  };
}

const sentenceOf = (compiled: Compiled, values: Values): string =>
  line(filled(parseTemplate(compiled.spec.summary ?? titleOf(compiled)), values), 300);

/** Everything that is sent, with what stands there now; then what was read live. */
function fieldsOf(compiled: Compiled, input: JsonObject, live: Live): Field[] {
  const { shown, pinned } = compiled.arguments;
  return [
    ...shown.flatMap(({ name }): Field[] => {
      const value = input[name];
      if (value === undefined) return [];
      const before = Object.hasOwn(compiled.spec.read?.before ?? {}, name)
        ? { before: long(live.before[name]) }
        : {};
      return [{ label: heading(name), value: long(value), ...before }];
    }),
    ...pinned.map(({ parameter, value }) => ({ label: heading(parameter.name), value: long(value) })),
    ...Object.keys(compiled.spec.read?.fields ?? {}).map((name) => ({
      label: heading(name),
      value: wordsOf(live.fields[name], 500),
    })),
  ];
}

/** A value in full: nobody approves what they did not see. */
const long = (value: Json | undefined): string =>
  value === undefined || value === null ? "none" : typeof value === "string" ? value : JSON.stringify(value);

const isRecord = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The arguments alone, from canonical ones. */
const given = ({ arguments: { shown } }: Compiled, args: JsonObject): JsonObject =>
  Object.fromEntries(
    shown.flatMap(({ name }) => (args[name] === undefined ? [] : [[name, args[name]] as const])),
  );

/** What was seen of the target when the write was proposed. */
function seenOf(args: JsonObject): Live {
  const kept = args[liveKey];
  const { fields, before } = isRecord(kept) ? kept : {};
  const version = args[seenKey];
  return {
    fields: isRecord(fields) ? fields : {},
    before: isRecord(before) ? before : {},
    version: typeof version === "string" ? version : "",
  };
}

/**
 * Sends once. Where the target can be read, it is read right before: changed since the approval, and nothing is sent. A
 * system that takes a precondition or a key gets it too.
 */
async function run(
  api: Api,
  compiled: Compiled,
  args: JsonObject,
  context: CallContext,
): Promise<ToolOutput> {
  const { spec, operation } = compiled;
  const seen = seenOf(args);
  const input = given(compiled, args);
  if (compiled.read !== undefined) {
    const now = await beforeSending(readLive(api, compiled, input, context));
    if (now.version !== seen.version) {
      throw new TerminalError(
        "changed",
        `It was changed in ${api.title} in the meantime, so nothing was sent. Ask again to see it as it is now.`,
      );
    }
  }
  const { own, values } = liveValues(compiled, input, context.callId, seen);
  const key =
    spec.idempotency_header === undefined ? {} : { [spec.idempotency_header.toLowerCase()]: context.callId };
  const match =
    spec.read?.if_match === true && seen.version.includes('"') ? { "if-match": seen.version } : {};
  const doing = titleOf(compiled);
  const headers = { ...key, ...match };
  const call = {
    operation,
    args: own,
    effect: "write",
    doing,
    headers,
    timeoutMs: timeoutOf(compiled),
  } as const;
  const { body } = await callApi(api, call, context);
  return outputOf(api, compiled, values, body);
}

/** It is done, whatever the reply looks like: what of it cannot be shown is left out. */
function outputOf(api: Api, compiled: Compiled, values: Values, body: unknown): ToolOutput {
  const { spec } = compiled;
  const reply =
    body === undefined ? undefined : spec.project === undefined ? undefined : query(body, spec.project);
  const { url, label } = targetOf(api, compiled, values);
  const said = reply === undefined ? "" : `\n\n${rendered(reply)}`;
  const kept = isRecord(reply) && JSON.stringify(reply).length <= keptCharsMax ? { reply } : {};
  return {
    text: sized(
      `Done in ${api.title}: ${plain(sentenceOf(compiled, values), 300)}.${said}`,
      "short",
      "The system itself has all of it.",
    ),
    sources: url === undefined ? [] : [{ label, url }],
    data: kept,
    untrusted: reply === undefined ? [] : untrustedBy(api, compiled, values),
  };
}

/**
 * Did it happen? Where the file says how that shows by the write's own key, that tells. Else: it shows, and the target is
 * no longer what it was before: done. Does not show, and the target is what it was: not done. Anything else only a
 * person can tell.
 */
async function find(api: Api, compiled: Compiled, args: JsonObject, context: CallContext): Promise<Found> {
  const { spec, find: lookup } = compiled;
  if (lookup === undefined || spec.find === undefined) {
    return { kind: "unknown", why: `${api.title} offers no way to look it up; ${api.owner} can tell.` };
  }
  const seen = seenOf(args);
  const input = given(compiled, args);
  const { values } = liveValues(compiled, input, context.callId, seen);
  const doing = `${titleOf(compiled)}: looking whether it happened`;
  const call = {
    operation: lookup.operation,
    args: furtherArgs(lookup, values),
    effect: "read",
    doing,
  } as const;
  const { body } = await callApi(api, call, context);
  const shows = query(body, spec.find.when.replaceAll("{call}", context.callId));
  // Looked up by its own key or marker: that tells this write from any other, whatever else was changed or not.
  if (JSON.stringify(spec.find).includes("{call}") && typeof shows === "boolean") {
    return shows
      ? { kind: "done", output: outputOf(api, compiled, values, undefined) }
      : { kind: "not_done" };
  }
  // Looked up by its own id, nothing else can be meant.
  const own = JSON.stringify(spec.find).includes("{call}");
  const same = own ? undefined : await unchanged(api, compiled, args, context);
  if (shows === true && same !== true)
    return { kind: "done", output: outputOf(api, compiled, values, undefined) };
  if (typeof shows === "boolean" && same !== false) return { kind: "not_done" };
  const why =
    "It was changed since, and does not look as it would after this: another change may have come after it.";
  return { kind: "unknown", why };
}

/** Whether the target is what it was when the write was proposed; nothing where it cannot be read. */
async function unchanged(
  api: Api,
  compiled: Compiled,
  args: JsonObject,
  context: CallContext,
): Promise<boolean | undefined> {
  if (compiled.read === undefined) return undefined;
  return (await readLive(api, compiled, given(compiled, args), context)).version === seenOf(args).version;
}

/** Values of a write that was done, with its reply's. */
function valuesAfter(compiled: Compiled, args: JsonObject, output: ToolOutput, context: CallContext): Values {
  const { values } = liveValues(compiled, given(compiled, args), context.callId, seenOf(args));
  const reply = output.data?.["reply"];
  const replied = Object.entries(isRecord(reply) ? reply : {}).map(
    ([name, value]) => [`reply.${name}`, value] as const,
  );
  return { ...values, ...Object.fromEntries(replied) };
}

async function progress(
  api: Api,
  compiled: Compiled,
  { args, output }: { args: JsonObject; output: ToolOutput },
  context: CallContext,
): Promise<Progress> {
  const { spec, follow } = compiled;
  if (follow === undefined || spec.follow === undefined) return { text: "done", ended: true, ok: true };
  const values = valuesAfter(compiled, args, output, context);
  const doing = `${titleOf(compiled)}: following it`;
  const call = {
    operation: follow.operation,
    args: furtherArgs(follow, values),
    effect: "read",
    doing,
  } as const;
  const { body } = await callApi(api, call, context);
  const fields = Object.entries(spec.follow.fields).map(([name, text]) => [name, query(body, text)] as const);
  const text = line(
    filled(parseTemplate(spec.follow.text), { ...values, ...Object.fromEntries(fields) }),
    160,
  );
  if (query(body, spec.follow.done) === true) return { text, ended: true, ok: true };
  if (spec.follow.failed !== undefined && query(body, spec.follow.failed) === true)
    return { text, ended: true, ok: false };
  return { text, ended: false };
}

/** The call that takes it back; nothing where a value that it needs is not known. */
function inverse(
  compiled: Compiled,
  args: JsonObject,
  output: ToolOutput,
  context: CallContext,
): { tool: string; args: JsonObject } | undefined {
  const { undo } = compiled.spec;
  if (undo === undefined) return undefined;
  const values = valuesAfter(compiled, args, output, context);
  const entries = Object.entries(undo.args).map(
    ([name, text]) => [name, typeof text === "string" ? valueOf(text, values) : text] as const,
  );
  if (entries.some(([, value]) => value === undefined || value === null)) return undefined;
  return { tool: undo.tool, args: Object.fromEntries(entries) as JsonObject };
}
