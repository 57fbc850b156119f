import { Worker } from "node:worker_threads";
import { TerminalError } from "../../core/errors.ts";

/** Pages that are read; characters are capped besides. */
const pagesMax = 50;
/** Longer than any honest document of the size that is fetched. */
const readMs = 15_000;
const heapMb = 256;
/** What a page holds is unpacked outside of the heap, which no limit of a thread covers: 500 KB can become gigabytes. */
const memoryMax = heapMb * 1024 * 1024;
const lookMs = 100;

/** The text of a PDF's pages. Throws `TerminalError` with a reason for people. */
export const readPdf = async (
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<{ pages: number; text: string[] }> => {
  if (signal.aborted) throw unreadable();
  const worker = new Worker(new URL("pdf-worker.ts", import.meta.url), {
    workerData: { bytes, pagesMax },
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
    stdout: true,
    stderr: true,
  });
  const tooLarge = new AbortController();
  const watch = setInterval(() => {
    // Rejects where the thread does not run yet, or not any more.
    worker.getHeapStatistics().then(
      (held) => held.external_memory + held.used_heap_size > memoryMax && tooLarge.abort(),
      () => undefined,
    );
  }, lookMs);
  const ended = AbortSignal.any([signal, tooLarge.signal, AbortSignal.timeout(readMs)]);
  try {
    return await new Promise((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", (error) => reject(unreadable(error)));
      worker.once("exit", () => reject(unreadable()));
      ended.addEventListener("abort", () => reject(unreadable()), { once: true });
    });
  } finally {
    clearInterval(watch);
    await worker.terminate();
  }
};

const unreadable = (cause?: unknown): TerminalError => {
  const locked = cause instanceof Error && /password/i.test(cause.message);
  const why = locked ? "it is protected by a password" : "it could not be read as a PDF";
  return new TerminalError("pdf", why, { cause });
};
