import type { ServerResponse } from "node:http";

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => entities[sign] ?? sign);

/**
 * A page of a few lines, for people who install the app or connect an account. Nothing on it comes unescaped; `next` is
 * one link of ours.
 */
export const sendPage = (
  response: ServerResponse,
  status: number,
  title: string,
  lines: readonly string[],
  next?: { label: string; href: string },
): void => {
  const link = next === undefined ? "" : `<p><a href="${escaped(next.href)}">${escaped(next.label)}</a></p>`;
  const body = lines.map((line) => `<p>${escaped(line)}</p>`).join("") + link;
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy":
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  });
  response.end(
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>${escaped(title)}</title>` +
      `<style>body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem;color-scheme:light dark}</style>` +
      `</head><body><h1>${escaped(title)}</h1>${body}</body></html>`,
  );
};
