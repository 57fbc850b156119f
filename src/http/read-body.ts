import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

/** A reply's body, as far as it was read. */
export interface ReadBody {
  bytes: Uint8Array;
  /** It was longer than the cap. */
  over: boolean;
}

/**
 * Reads at most `maxBytes`, counted as sent and again unpacked, and leaves: whatever more there is never enters memory.
 * Throws what the connection or the unpacking throws.
 */
export async function readBody(
  body: Readable,
  encoding: string | undefined,
  maxBytes: number,
): Promise<ReadBody> {
  // A body that is left early reports its own abort; that is no fault.
  body.on("error", () => {});
  const chunks: Buffer[] = [];
  let size = 0;
  let over = false;
  try {
    for await (const chunk of unpacked(body, encoding, maxBytes)) {
      const bytes = chunk as Buffer;
      const room = maxBytes - size;
      chunks.push(bytes.length > room ? bytes.subarray(0, room) : bytes);
      size += bytes.length;
      if (size > maxBytes) {
        over = true;
        break;
      }
    }
  } finally {
    body.destroy();
  }
  return { bytes: Buffer.concat(chunks), over };
}

function unpacked(body: Readable, encoding: string | undefined, maxBytes: number): Readable {
  const kind = encoding?.toLowerCase().trim();
  if (kind === undefined || kind === "" || kind === "identity") return body;
  const unpack =
    kind === "gzip" || kind === "x-gzip"
      ? createGunzip()
      : kind === "deflate"
        ? createInflate()
        : kind === "br"
          ? createBrotliDecompress()
          : undefined;
  if (unpack === undefined) throw new Error("packed in a way that was not asked for");
  let sent = 0;
  body.on("data", (chunk: Buffer) => {
    sent += chunk.length;
    if (sent > maxBytes) unpack.destroy(new Error("larger than allowed before unpacking"));
  });
  body.on("error", (error) => unpack.destroy(error));
  return body.pipe(unpack);
}
