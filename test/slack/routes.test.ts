import { once } from "node:events";
import type { RequestListener } from "node:http";
import { connect } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { routesServer } from "../../src/slack/routes.ts";

/** The status line for a request target as it stands, which no client library would send. */
const ask = async (port: number, target: string): Promise<string> => {
  const socket = connect(port, "127.0.0.1");
  socket.write(`GET ${target} HTTP/1.1\r\nHost: steward\r\nConnection: close\r\n\r\n`);
  let heard = "";
  socket.on("data", (bytes: Buffer) => (heard += bytes.toString()));
  await once(socket, "close");
  return heard.split("\r\n")[0] ?? "";
};

it("refuses a target that is no address, and goes on", async () => {
  const well: RequestListener = (_, response) => void response.writeHead(200).end();
  const pages = routesServer([{ path: "/healthz", method: ["GET"], handler: well }]);
  onTestFinished(pages.close);
  const port = await pages.listen(0, "127.0.0.1");
  expect(await ask(port, "//")).toBe("HTTP/1.1 400 Bad Request");
  expect(await ask(port, "//[")).toBe("HTTP/1.1 400 Bad Request");
  expect(await ask(port, "/healthz")).toBe("HTTP/1.1 200 OK");
  expect(await ask(port, "/elsewhere")).toBe("HTTP/1.1 404 Not Found");
});

it("answers for a page that throws, and goes on", async () => {
  const broken: RequestListener = () => decodeURIComponent("%ff");
  const pages = routesServer([{ path: "/connect/:system", method: ["GET"], handler: broken }]);
  onTestFinished(pages.close);
  const port = await pages.listen(0, "127.0.0.1");
  expect(await ask(port, "/connect/%ff")).toBe("HTTP/1.1 500 Internal Server Error");
  expect(await ask(port, "/elsewhere")).toBe("HTTP/1.1 404 Not Found");
});
