import type { About, AuditRow, Change, Crm, GitLab, Services, WaitingCard } from "./types.ts";

/** What the page is told, by topic. */
export interface Told {
  link(state: "connecting" | "live" | "lost"): void;
  about(about: About): void;
  waiting(waiting: Readonly<Record<string, readonly WaitingCard[]>>): void;
  gitlab(state: GitLab): void;
  crm(state: Crm): void;
  services(state: Services): void;
  audit(rows: readonly AuditRow[]): void;
  slack(change: Change): void;
  /** Changes were missed: everything is to be read anew. */
  gap(): void;
}

export interface Stream {
  close(): void;
}

const AGAIN_MS = 1_500;

/** Follows the sandbox as a person, from a change on; connects again by itself until closed. */
export function openStream(person: string, after: number, told: Told): Stream {
  const source = new EventSource(`/events?as=${encodeURIComponent(person)}&after=${after}`);
  let again: ReturnType<typeof setTimeout> | undefined;
  let next: Stream | undefined;
  const on = <T>(topic: string, hear: (value: T) => void) =>
    source.addEventListener(topic, (event) => hear(JSON.parse((event as MessageEvent<string>).data) as T));
  on("about", told.about);
  on("waiting", told.waiting);
  on("gitlab", told.gitlab);
  on("crm", told.crm);
  on("services", told.services);
  on("audit", told.audit);
  on("slack", told.slack);
  on("gap", told.gap);
  source.addEventListener("open", () => told.link("live"));
  source.addEventListener("error", () => {
    told.link("lost");
    // An answer that was no stream ends the browser's own trying.
    if (source.readyState === EventSource.CLOSED) {
      again = setTimeout(() => {
        next = openStream(person, after, told);
      }, AGAIN_MS);
    }
  });
  return {
    close: () => {
      source.close();
      clearTimeout(again);
      next?.close();
    },
  };
}
