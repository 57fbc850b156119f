import type { ServerResponse } from "node:http";
import type { AuditReader, AuditRow } from "./audit.ts";
import { follow } from "./follow.ts";

/** The topics of which a page is told the newest value; `audit` and `slack` come as they grow. */
export type Topic = "about" | "waiting" | "gitlab" | "crm" | "services";

/** Between signs of life, ms: proxies and browsers close silent streams. */
const SIGN_MS = 15_000;

/**
 * One event stream for each open page: the workspace as its person may see it, the systems, the audit log, the
 * product's health. One stream, because browsers open at most six connections to a host.
 */
export class Hub {
  readonly #newest = new Map<Topic, string>();
  readonly #pages = new Set<(event: string, data: string) => void>();
  readonly #slackUrl: string;
  readonly #audit: () => AuditReader | undefined;
  readonly #stopping = new AbortController();

  constructor(slackUrl: string, audit: () => AuditReader | undefined) {
    this.#slackUrl = slackUrl;
    this.#audit = audit;
  }

  /** Tells every page, and those that open later. */
  tell(topic: Topic, value: unknown): void {
    const data = JSON.stringify(value);
    if (this.#newest.get(topic) === data) return;
    this.#newest.set(topic, data);
    for (const page of this.#pages) page(topic, data);
  }

  tellAudit(rows: readonly AuditRow[]): void {
    const data = JSON.stringify(rows);
    for (const page of this.#pages) page("audit", data);
  }

  /** Serves one page. `after`: the last change of the workspace it knows of. Ends with the page, or with the sandbox. */
  serve(response: ServerResponse, person: string, after: string): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    let lastId = after;
    const send = (event: string, data: string) => {
      response.write(`id: ${lastId}\nevent: ${event}\ndata: ${data}\n\n`);
    };
    for (const [topic, data] of this.#newest) send(topic, data);
    send("audit", JSON.stringify(this.#audit()?.rows() ?? []));
    this.#pages.add(send);
    const sign = setInterval(() => response.write(": still here\n\n"), SIGN_MS);
    const gone = new AbortController();
    response.on("close", () => {
      this.#pages.delete(send);
      clearInterval(sign);
      gone.abort();
    });
    const changes = `${this.#slackUrl}/control/events?as=${encodeURIComponent(person)}`;
    const signal = AbortSignal.any([gone.signal, this.#stopping.signal]);
    follow(
      changes,
      signal,
      ({ id, event, data }) => {
        lastId = id ?? lastId;
        send(event === "feed.gap" ? "gap" : "slack", data);
      },
      after,
    )
      // The page connects again by itself, and says meanwhile that it does.
      .catch(() => {})
      .finally(() => response.end());
  }

  stop(): void {
    this.#stopping.abort();
  }
}
