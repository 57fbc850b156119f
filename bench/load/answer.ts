/** An HTTP answer that has arrived whole. */
export interface Answer {
  status: number;
  /** Characters it took. */
  length: number;
}

/**
 * Reads one whole HTTP/1.1 answer from the start of `text` (latin1, so that a character is a byte); nothing while some
 * of it is missing. Knows what servers under test send: `content-length`, chunks, or no body.
 */
export const readAnswer = (text: string): Answer | undefined => {
  const head = text.indexOf("\r\n\r\n");
  if (head === -1) return undefined;
  const status = Number(text.slice(9, 12));
  const headers = text.slice(0, head + 2).toLowerCase();
  const start = head + 4;
  if (headers.includes("\r\ntransfer-encoding: chunked\r\n")) {
    const end = text.indexOf("0\r\n\r\n", start);
    return end === -1 ? undefined : { status, length: end + 5 };
  }
  const length = start + Number(/\r\ncontent-length: *(\d+)/.exec(headers)?.[1] ?? 0);
  return text.length < length ? undefined : { status, length };
};
