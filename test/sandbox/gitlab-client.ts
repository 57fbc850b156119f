import { createRequesterFn } from "@gitbeaker/requester-utils";
import { Gitlab } from "@gitbeaker/rest";
import type { GitLab } from "../../sandbox/gitlab/index.ts";

interface Sent {
  readonly prefixUrl: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly searchParams?: string;
  readonly body?: string;
}

/** The real client over a plain fetch: no retries, no redirects; errors say `<status> <body>`. */
export function gitbeaker(gitlab: GitLab, token = gitlab.token) {
  const requesterFn = createRequesterFn(
    (_, options) => Promise.resolve(options),
    async (endpoint, options) => {
      const { prefixUrl, method, headers, searchParams, body } = options as unknown as Sent;
      // Some resources carry a prefix of their own, without a slash at its end.
      const address = `${prefixUrl.replace(/\/$/, "")}/${endpoint}`;
      const response = await fetch(searchParams ? `${address}?${searchParams}` : address, {
        method,
        headers,
        redirect: "manual",
        ...(body === undefined ? {} : { body }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${response.status} ${text}`);
      const asJson = response.headers.get("content-type")?.includes("json");
      return {
        body: (asJson ? JSON.parse(text) : text) as string,
        headers: Object.fromEntries(response.headers),
        status: response.status,
      };
    },
  );
  return new Gitlab({ host: gitlab.url, token, requesterFn: requesterFn as never });
}
