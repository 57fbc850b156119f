import type { CustomRoute } from "@slack/bolt";
import { createServer, type RequestListener } from "node:http";

/** Pages and health beside Slack, on a server of their own: for sockets, and for workers, whom Slack does not call. */
interface RoutesServer {
  /** Answers the port; rejects with the system's error. */
  listen(port: number, host?: string): Promise<number>;
  close(): Promise<void>;
}

/**
 * Refuses a request whose target is no address, such as `//`, before anything reads it as one: what throws in a server's
 * listener ends the process, and anybody could.
 */
const withAddress =
  (next: RequestListener): RequestListener =>
  (request, response) => {
    if (URL.canParse(request.url ?? "", "http://localhost")) next(request, response);
    else response.writeHead(400).end();
  };

/** Serves routes as Bolt's HTTP receiver does: by method and path, `:name` parts in `request.params`. */
export const routesServer = (routes: readonly CustomRoute[]): RoutesServer => {
  const known = routes.map((route) => ({
    ...route,
    methods: [route.method].flat().map((method) => method.toUpperCase()),
    pattern: new URLPattern({ pathname: route.path }),
  }));
  const serve: RequestListener = (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    for (const { pattern, methods, handler } of known) {
      const found = pattern.exec({ pathname });
      if (found === null || !methods.includes(request.method ?? "")) continue;
      const params = Object.fromEntries(
        Object.entries(found.pathname.groups).map(([name, value]) => [name, value ?? ""]),
      );
      try {
        handler(Object.assign(request, { params }), response);
      } catch {
        // Nothing that somebody outside may ask ends the process.
        if (!response.headersSent) response.writeHead(500);
        response.end();
      }
      return;
    }
    response.writeHead(404).end();
  };
  const server = createServer(withAddress(serve));
  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen({ port, ...(host !== undefined && { host }) }, () => {
          const address = server.address();
          resolve(typeof address === "object" && address !== null ? address.port : port);
        });
      }),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        // Whoever asks again and again on one connection would keep it open, and the stop waiting.
        server.closeAllConnections();
      }),
  };
};
