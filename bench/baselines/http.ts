import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** The least an acknowledgement can cost: node:http, the signature checked, the JSON read, nothing kept. */

const secret = process.argv[2] ?? "";

const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on("data", (piece: Buffer) => pieces.push(piece));
  request.on("end", () => {
    const body = Buffer.concat(pieces).toString();
    const seconds = String(request.headers["x-slack-request-timestamp"]);
    const expected = Buffer.from(
      `v0=${createHmac("sha256", secret).update(`v0:${seconds}:${body}`).digest("hex")}`,
    );
    const given = Buffer.from(String(request.headers["x-slack-signature"]));
    const genuine = given.length === expected.length && timingSafeEqual(given, expected);
    JSON.parse(body);
    response.writeHead(genuine ? 200 : 401).end();
  });
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.on("SIGTERM", () => process.exit(0));
