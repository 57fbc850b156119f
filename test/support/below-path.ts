import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A gateway before a system, as companies have them: the same server, but below a path of its own. */
export const belowPath = async (
  target: string,
  path: string,
  finished: (cleanup: () => Promise<void>) => void,
): Promise<string> => {
  const server = createServer((incoming, reply) => {
    const url = incoming.url ?? "";
    if (!url.startsWith(`${path}/`)) {
      reply.writeHead(404).end("not below the path");
      return;
    }
    const { method, headers } = incoming;
    const passed = request(`${target}${url.slice(path.length)}`, { method, headers }, (answer) => {
      reply.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(reply);
    });
    passed.on("error", () => reply.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", () => resolve()));
  finished(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => void server.close(() => resolve()));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
};
