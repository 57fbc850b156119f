import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";

const listenable = async (port: number): Promise<number | undefined> => {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  } catch {
    // Taken (or not ours to take): the caller asks for another.
    return undefined;
  } finally {
    server.close();
  }
};

/** A port of 127.0.0.1 that nobody listens on now. */
export const freePort = async (): Promise<number> => {
  const port = await listenable(0);
  if (port === undefined) throw new Error("No free port on 127.0.0.1: too many servers are running.");
  return port;
};

/** The port a folder's server had the last time, when it is still free; else a new one. Kept in `file`. */
export const keptPort = async (file: string): Promise<number> => {
  const last = Number(await readFile(file, "utf8").catch(() => "0"));
  const port = (last > 0 ? await listenable(last) : undefined) ?? (await freePort());
  await writeFile(file, String(port));
  return port;
};
