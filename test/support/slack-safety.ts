import type { Call } from "../../sandbox/slack/records.ts";
import type { Steward } from "../steward.ts";

type Element = Record<string, unknown>;

/** Everything in blocks that has a type, however deep. */
const elementsIn = (value: unknown): Element[] => {
  if (Array.isArray(value)) return value.flatMap(elementsIn);
  if (typeof value !== "object" || value === null) return [];
  const element = value as Element;
  return [...("type" in element ? [element] : []), ...Object.values(element).flatMap(elementsIn)];
};

/** What reaches people by being rendered: mentions, calls to a channel, pictures, links to somewhere else. */
const summons = ["user", "usergroup", "broadcast", "channel", "team", "image", "video"];

/** Our own markup: a moment in the reader's zone, and links to allowed addresses. */
const ownMarkup = (text: string, allowed: readonly string[]): string =>
  text
    .replaceAll(/<!date\^[^<>]*>/g, "")
    .replaceAll(/<(https?:[^<>|]+)(\|[^<>]*)?>/g, (whole, url: string) =>
      allowed.some((base) => url.startsWith(`${base}/`)) ? "" : whole,
    );

const problemsOf = (element: Element, allowed: readonly string[]): string[] => {
  const { type, url, text } = element;
  if (summons.includes(String(type))) return [JSON.stringify(element)];
  if (typeof url === "string" && !allowed.some((base) => url.startsWith(`${base}/`))) return [url];
  const live = type === "mrkdwn" && typeof text === "string";
  if (live && /[<>]/.test(ownMarkup(text, allowed))) return [text];
  return live && element["verbatim"] !== true ? [`not verbatim: ${text}`] : [];
};

/**
 * What in these calls would summon somebody or lead somebody away: each as found. `allowed` are the addresses that
 * links may lead to.
 */
export const leaks = (calls: readonly Call[], allowed: readonly string[]): string[] =>
  calls.flatMap(({ method, args }) => {
    const text = typeof args["text"] === "string" ? args["text"] : "";
    const status = typeof args["status"] === "string" ? args["status"] : "";
    const switches = [args["unfurl_links"], args["unfurl_media"]].map(String);
    const unfurls = method === "chat.postMessage" && switches.some((one) => one !== "false");
    return [
      ...elementsIn(args["blocks"]).flatMap((element) => problemsOf(element, allowed)),
      ...[text, status].filter((one) => /[<>]/.test(ownMarkup(one, allowed))),
      ...(unfurls ? [`${method} without its unfurl switches`] : []),
    ];
  });

/** The calls by which a thread's answers were posted or edited; cards, which name people by right, are left out. */
export const answerCalls = ({ slack }: Pick<Steward, "slack">, ts: string): Call[] =>
  slack
    .calls()
    .filter(({ method, args }) =>
      method === "assistant.threads.setStatus"
        ? args["thread_ts"] === ts
        : method.startsWith("chat.") &&
          args["thread_ts"] === ts &&
          !JSON.stringify(args["blocks"] ?? []).includes('"type":"header"'),
    );
