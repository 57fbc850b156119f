import type { CustomRoute } from "@slack/bolt";
import { createServer } from "node:http";

/** Pages and health beside Slack, on a server of their own: for sockets, and for workers, whom Slack does not call. */
interface RoutesServer {
  /** Answers the port; rejects with the system's error. */
  listen(port: number, host?: string): Promise<number>;
  close(): Promise<void>;
}

/** Serves routes as Bolt's HTTP receiver does: by method and path, `:name` parts in `request.params`. */
export const routesServer = (routes: readonly CustomRoute[]): RoutesServer => {
  const known = routes.map((route) => ({
    ...route,
    methods: [route.method].flat().map((method) => method.toUpperCase()),
    pattern: new URLPattern({ pathname: route.path }),
  }));
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    for (const { pattern, methods, handler } of known) {
      const found = pattern.exec({ pathname });
      if (found === null || !methods.includes(request.method ?? "")) continue;
      const params = Object.fromEntries(
        Object.entries(found.pathname.groups).map(([name, value]) => [name, value ?? ""]),
      );
      handler(Object.assign(request, { params }), response);
      return;
    }
    response.writeHead(404).end();
  });
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
