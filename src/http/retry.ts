/** Repeats of one read, after its first attempt. */
export const readRepeatsMax = 2;

/** Longest wait that a system may ask for; beyond it the person is told instead. */
const waitSecondsMax = 30;

/** Own waits where the system names none, in milliseconds; for the first and the second repeat. */
const waitsMs = [250, 1000] as const;

/** The seconds of a Retry-After header, given as seconds or as a date; undefined where there is none. */
export function retryAfterSeconds(header: string | undefined, now: Date): number | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header.trim());
  // The engine takes nearly anything for a date; a date of HTTP begins with its day.
  const at = /^[a-z]{3,9},? /i.test(header.trim()) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now.getTime()) / 1000));
}

/** Milliseconds to wait before repeat `repeat` (0, 1); undefined where it is not worth it. */
export function waitBefore(repeat: number, askedSeconds: number | undefined): number | undefined {
  const own = waitsMs[repeat];
  if (own === undefined) return undefined;
  if (askedSeconds === undefined) return own;
  return askedSeconds > waitSecondsMax ? undefined : askedSeconds * 1000;
}
