import { describe, expect, it } from "vitest";
import { kindOf, mayBeRead, pictureType } from "../../../src/slack/files-in/kinds.ts";
import { readPdf } from "../../../src/slack/files-in/pdf.ts";
import { fileRefs } from "../../../src/slack/files-in/refs.ts";
import { cutText, decodeText, fileCharsMax, rowsNote } from "../../../src/slack/files-in/text.ts";
import { pdfBomb, pdfOf } from "../../support/pdf.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
const signal = new AbortController().signal;

describe("what a file is", () => {
  it.each([
    ["PNG by its bytes", bytes("\u0089PNG\r\n..."), { name: "a.txt", mime: "text/plain" }, "picture"],
    ["PDF by its bytes", bytes("%PDF-1.7"), { name: "a", mime: "" }, "pdf"],
    ["text by its type", bytes("hello"), { name: "a", mime: "text/x-log" }, "text"],
    ["text by its name", bytes("a: 1"), { name: "a.yaml", mime: "application/octet-stream" }, "text"],
    ["a picture in name only", bytes("<svg/>"), { name: "a.png", mime: "image/png" }, undefined],
    ["an archive", bytes("PK"), { name: "a.zip", mime: "application/zip" }, undefined],
  ])("%s", (_, content, ref, kind) => {
    expect(kindOf(content, ref)).toBe(kind);
  });

  it("knows the pictures that models see", () => {
    expect(
      ["\u0089PNG\r\n", "\u00ff\u00d8\u00ff\u00e0", "GIF89a", "RIFF....WEBP", "BM"].map((one) =>
        pictureType(bytes(one)),
      ),
    ).toEqual(["image/png", "image/jpeg", "image/gif", "image/webp", undefined]);
  });

  it("does not fetch what it could not read", () => {
    expect(mayBeRead({ name: "a.zip", mime: "application/zip" })).toBe(false);
    expect(mayBeRead({ name: "a.svg", mime: "image/svg+xml" })).toBe(false);
    expect(mayBeRead({ name: "notes", mime: "text/plain" })).toBe(true);
  });
});

describe("text", () => {
  it.each([
    ["UTF-8", Buffer.from("Grüße\r\nzwei", "utf8"), "Grüße\nzwei"],
    ["UTF-8 with its mark", Buffer.from("\uFEFFGrüße", "utf8"), "Grüße"],
    ["UTF-16 with its mark", Buffer.from("\uFEFFGrüße", "utf16le"), "Grüße"],
    ["Windows' Latin", Buffer.from("Grüße", "latin1"), "Grüße"],
    ["binary data", Buffer.from([0, 159, 146, 150, 0, 1]), undefined],
  ])("%s", (_, content, text) => {
    expect(decodeText(content)).toBe(text);
  });

  it("cuts at a line and says how much was read", () => {
    const long = "a line of text\n".repeat(3_000);
    const { text, note } = cutText(long, rowsNote("x.csv", long));
    expect(text.length).toBeLessThanOrEqual(fileCharsMax);
    expect(text.endsWith("a line of text")).toBe(true);
    expect(note).toMatch(/^it has 3,000 lines; only the first 1\d,\d{3} of 45,000 characters were read$/);
    expect(cutText("short")).toEqual({ text: "short" });
  });
});

describe("PDF", () => {
  it("gives the text of each page", async () => {
    expect(await readPdf(pdfOf(["One", "Two"]), signal)).toEqual({ pages: 2, text: ["One", "Two"] });
  });

  it("reads fifty pages, and says how many there are", async () => {
    const { pages, text } = await readPdf(pdfOf(Array.from({ length: 60 }, (_, at) => `Page ${at}`)), signal);
    expect([pages, text.length]).toEqual([60, 50]);
  });

  it("gives up what unpacks to more memory than a thread may have, though its heap stays small", async () => {
    expect(await readPdf(pdfBomb(1_000), signal)).toMatchObject({ pages: 1 });
    const bomb = pdfBomb(300_000_000);
    expect(bomb.length).toBeLessThan(1_000_000);
    await expect(readPdf(bomb, signal)).rejects.toThrow("it could not be read as a PDF");
  });

  it("says what is no PDF, and leaves when it is stopped", async () => {
    await expect(readPdf(bytes("%PDF-1.4 nothing"), signal)).rejects.toThrow("it could not be read as a PDF");
    await expect(readPdf(pdfOf(["One"]), AbortSignal.abort())).rejects.toThrow(
      "it could not be read as a PDF",
    );
  });
});

it("takes what an event says of files, bounded, and nothing of unknown shape", () => {
  expect(fileRefs(undefined)).toEqual([]);
  expect(
    fileRefs([
      { id: "F1", name: "a.txt", mimetype: "text/plain" },
      { id: "F2", title: "b" },
      { mode: "tombstone" },
      "x",
    ]),
  ).toEqual([
    { id: "F1", name: "a.txt", mime: "text/plain" },
    { id: "F2", name: "b", mime: "" },
  ]);
  expect(fileRefs(Array.from({ length: 50 }, (_, at) => ({ id: `F${at}` })))).toHaveLength(20);
});
