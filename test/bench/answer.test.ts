import { describe, expect, it } from "vitest";
import { readAnswer } from "../../bench/load/answer.ts";

describe("an HTTP answer", () => {
  it("is read whole, with its body", () => {
    const text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nokHTTP/1.1";
    expect(readAnswer(text)).toEqual({ status: 200, length: text.length - "HTTP/1.1".length });
  });

  it("may have no body, or one in chunks", () => {
    const empty = "HTTP/1.1 401 Unauthorized\r\nDate: now\r\n\r\n";
    expect(readAnswer(empty)).toEqual({ status: 401, length: empty.length });
    const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    expect(readAnswer(chunked)).toEqual({ status: 200, length: chunked.length });
  });

  it("is nothing while a part of it is missing", () => {
    expect(readAnswer("HTTP/1.1 200 OK\r\nContent-Len")).toBeUndefined();
    expect(readAnswer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok")).toBeUndefined();
    expect(readAnswer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n")).toBeUndefined();
  });
});
