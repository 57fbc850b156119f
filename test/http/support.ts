import type { ServerResponse } from "node:http";
import { createHttp, type HttpOptions } from "../../src/http/client.ts";
import type { Http, HttpRequest } from "../../src/http/types.ts";
import { serve, type SmallServer } from "./server.ts";

/** The outgoing client before a server that answers as told. Waits are noted, not waited for. */
export interface Setup {
  server: SmallServer;
  http: Http;
  waits: number[];
  send(request?: Partial<HttpRequest>): ReturnType<Http["request"]>;
}

export async function setup(
  closers: (() => Promise<void>)[],
  answer: (response: ServerResponse, count: number) => void,
  options: Partial<HttpOptions> = {},
): Promise<Setup> {
  let count = 0;
  const server = await serve((response) => answer(response, ++count));
  const waits: number[] = [];
  const http = createHttp({
    allow: [`${server.url}/`],
    writes: () => undefined,
    wait: async (ms) => {
      waits.push(ms);
    },
    ...options,
  });
  closers.push(server.close, http.close);
  return {
    server,
    http,
    waits,
    send: (request = {}) =>
      http.request({
        system: "GitLab",
        method: request.effect === "write" ? "POST" : "GET",
        url: `${server.url}/api/things?query=private`,
        effect: "read",
        signal: new AbortController().signal,
        expect: "json",
        ...request,
      }),
  };
}

/** What a promise was rejected with. */
export const failure = async (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => new Error("it resolved"),
    (thrown: unknown) => thrown as Error,
  );
