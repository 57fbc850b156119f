import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { foreignPage } from "../http/control.ts";
import { json } from "../http/reply.ts";
import { writeReply } from "../http/write-reply.ts";
import { serveFile } from "./files.ts";
import { forward } from "./forward.ts";
import type { Hub } from "./hub.ts";

/** What the page's server shows and passes on. */
interface Served {
  /** The folder with the built page. */
  readonly page: Promise<string>;
  readonly hub: Hub;
  /** Base URLs of the systems whose control interface the page uses, by the first part of the path. */
  readonly systems: Readonly<Record<"slack" | "gitlab" | "crm", string>>;
  readonly about: () => unknown;
  readonly audit: () => unknown;
  /** What the app's manifest offers in menus. */
  readonly app: unknown;
}

/** The port was taken by somebody else. */
export class PortTakenError extends Error {}

/** The page's server: it listens from the beginning, and answers once `serve` has been called. */
export interface PageServer {
  readonly port: number;
  serve(served: Served): void;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1. Throws PortTakenError where the port is not free. */
export async function listenForPage(port: number): Promise<PageServer> {
  const ready = Promise.withResolvers<Served>();
  const server = createServer((request, response) => {
    ready.promise
      .then((served) => answer(served, request, response))
      .catch((error: unknown) => {
        if (response.headersSent || response.destroyed) response.destroy();
        else void writeReply(response, json(500, { error: String(error) }));
      });
  });
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE" || code === "EACCES") throw new PortTakenError(`port ${port}: ${code}`);
    throw error;
  }
  return {
    port: (server.address() as AddressInfo).port,
    serve: ready.resolve,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(served: Served, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (foreignPage(request.headers)) {
    return writeReply(response, json(403, { error: "only this machine's own page may use the sandbox" }));
  }
  const url = new URL(request.url ?? "/", "http://sandbox");
  const [, first = "", ...rest] = url.pathname.split("/");
  if (Object.hasOwn(served.systems, first)) {
    const base = served.systems[first as keyof Served["systems"]];
    return forward(`${base}/control/${rest.join("/")}${url.search}`, request, response);
  }
  switch (url.pathname) {
    case "/events":
      return served.hub.serve(
        response,
        url.searchParams.get("as") ?? "",
        // A browser that connects again says what it saw last.
        String(request.headers["last-event-id"] ?? url.searchParams.get("after") ?? "0"),
      );
    case "/about":
      return writeReply(response, json(200, served.about()));
    case "/app":
      return writeReply(response, json(200, served.app));
    case "/audit":
      return writeReply(response, json(200, served.audit()));
    default:
      if (await serveFile(await served.page, url.pathname, response)) return undefined;
      return writeReply(response, json(404, { error: `nothing at ${url.pathname}: the page is at /` }));
  }
}
