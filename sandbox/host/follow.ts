/** One server-sent event. */
export interface StreamEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

/** Splits a stream of server-sent events; comments are left out. `rest` is what has not ended yet. */
export function splitEvents(text: string): { events: StreamEvent[]; rest: string } {
  const pieces = text.split("\n\n");
  const rest = pieces.pop() ?? "";
  return { events: pieces.flatMap((piece) => eventOf(piece) ?? []), rest };
}

function eventOf(piece: string): StreamEvent | undefined {
  const lines = piece.split("\n");
  const field = (name: string) =>
    lines
      .find((line) => line.startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .replace(/^ /, "");
  const data = field("data");
  return data === undefined ? undefined : { id: field("id"), event: field("event") ?? "message", data };
}

/**
 * Follows a stream of server-sent events until it ends or `signal` aborts; resolves then. Rejects where the server
 * does not answer with one.
 */
export async function follow(
  url: string,
  signal: AbortSignal,
  heard: (event: StreamEvent) => void,
  lastId?: string,
): Promise<void> {
  const response = await fetch(url, {
    signal,
    headers: lastId === undefined ? {} : { "last-event-id": lastId },
  });
  if (!response.ok || !response.body)
    throw new Error(`${url} answered ${response.status} instead of a stream`);
  let rest = "";
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    const split = splitEvents(rest + piece);
    rest = split.rest;
    for (const event of split.events) heard(event);
  }
}
