import { randomInt } from "node:crypto";
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

/** Below the ports that systems give to outgoing connections (Linux: from 32768). */
const quietPorts = { from: 20_000, to: 32_000 };
const quietTriesMax = 20;

/**
 * A port of 127.0.0.1 that nobody listens on now. One that the system hands out by itself could be handed to another
 * process before its server listens.
 */
export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < quietTriesMax; tries++) {
    const port = await listenable(randomInt(quietPorts.from, quietPorts.to));
    if (port !== undefined) return port;
  }
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
