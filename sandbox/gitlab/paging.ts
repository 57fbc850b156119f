import { json } from "../http/reply.ts";
import type { Call, Reply } from "../http/types.ts";
import { badParameter } from "./errors.ts";

/** GitLab's own cap on `per_page`; more is quietly cut. */
const PER_PAGE_MOST = 100;

/** One page of a list with GitLab's pagination headers. */
export function page<T>(call: Call, items: readonly T[], show: (item: T) => unknown): Reply {
  const perPage = Math.min(PER_PAGE_MOST, positive(call, "per_page", 20));
  const number = positive(call, "page", 1);
  const pages = Math.max(1, Math.ceil(items.length / perPage));
  const rows = items.slice((number - 1) * perPage, number * perPage).map(show);
  const link = (rel: string, target: number) => {
    const query = new URLSearchParams(call.query);
    query.set("page", String(target));
    query.set("per_page", String(perPage));
    return `<http://${call.headers.host ?? "localhost"}${call.path}?${query.toString()}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [link("prev", number - 1)] : []),
    ...(number < pages ? [link("next", number + 1)] : []),
    link("first", 1),
    link("last", pages),
  ];
  return json(200, rows, {
    "x-total": String(items.length),
    "x-total-pages": String(pages),
    "x-per-page": String(perPage),
    "x-page": String(number),
    "x-next-page": number < pages ? String(number + 1) : "",
    "x-prev-page": number > 1 ? String(number - 1) : "",
    link: links.join(", "),
  });
}

function positive(call: Call, name: string, otherwise: number): number {
  const text = call.query.get(name);
  if (text === null || text === "") return otherwise;
  if (!/^\d+$/.test(text)) throw badParameter(name, "is invalid");
  return Math.max(1, Number(text));
}
