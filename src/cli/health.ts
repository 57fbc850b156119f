import type { IncomingMessage, ServerResponse } from "node:http";

/** What `/healthz` says. `ok` is false only when the product cannot keep its promises. */
export interface Health {
  ok: boolean;
  postgres: "ok" | "down";
  /** Where conversation memory is now. */
  memory: "redis" | "postgres" | "redis is down: working from postgres";
  /** How Slack reaches this process. */
  slack: string;
  /** Which planner answers: a model's name, or why the offline router does. */
  planner: string;
  role: string;
}

interface Route {
  path: string;
  method: string[];
  handler(request: IncomingMessage, response: ServerResponse): void;
}

const answer = (response: ServerResponse, status: number, type: string, body: string): void => {
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" });
  response.end(body);
};

/** A handler whose failure is a 500 with no detail; the detail is in the log. */
const route = (
  path: string,
  work: () => Promise<{ status: number; type: string; body: string }>,
  onError: (error: unknown) => void,
): Route => ({
  path,
  method: ["GET"],
  handler(_request, response) {
    work().then(
      ({ status, type, body }) => answer(response, status, type, body),
      (error: unknown) => {
        onError(error);
        answer(response, 500, "text/plain", "internal error");
      },
    );
  },
});

/** `/healthz` (is it alive, and honest detail), `/readyz` (may it get traffic), `/metrics`. */
export const healthRoutes = (parts: {
  health(): Promise<Health>;
  metrics(): Promise<string>;
  /** False while starting and while draining. */
  ready(): boolean;
  onError(error: unknown): void;
}): Route[] => [
  route(
    "/healthz",
    async () => ({ status: 200, type: "application/json", body: JSON.stringify(await parts.health()) }),
    parts.onError,
  ),
  route(
    "/readyz",
    async () => {
      const { ok } = await parts.health();
      const ready = ok && parts.ready();
      return { status: ready ? 200 : 503, type: "text/plain", body: ready ? "ready" : "not ready" };
    },
    parts.onError,
  ),
  route(
    "/metrics",
    async () => ({ status: 200, type: "text/plain; version=0.0.4", body: await parts.metrics() }),
    parts.onError,
  ),
];
