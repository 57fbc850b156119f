import { createServer } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { sdkFetch } from "../../src/http/sdk-fetch.ts";

const serve = async (status: number): Promise<string> => {
  const server = createServer((_, response) =>
    response.writeHead(status, { location: "http://127.0.0.1:1/" }).end("ok"),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise((closed) => server.close(() => closed())));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
};

it("carries what the operator allowed, and nothing else", async () => {
  const url = await serve(200);
  const wire = sdkFetch("the model", [url]);
  expect(await (await wire(`${url}/v1/x`)).text()).toBe("ok");
  await expect(wire("http://127.0.0.1:1/v1/x")).rejects.toThrow("not a configured address");
  await expect(wire(new Request("http://127.0.0.1:1/v1/x"))).rejects.toThrow("not a configured address");
});

it("follows no redirect", async () => {
  const url = await serve(302);
  await expect(sdkFetch("the model", [url])(url)).rejects.toThrow("redirect");
});
