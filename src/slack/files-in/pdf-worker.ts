import { parentPort, workerData } from "node:worker_threads";
import { getDocumentProxy } from "unpdf";

/** Runs beside the product: a PDF that takes for ever or too much memory ends with this thread alone. */
const { bytes, pagesMax } = workerData as { bytes: Uint8Array; pagesMax: number };
const document = await getDocumentProxy(bytes);
const text: string[] = [];
for (let number = 1; number <= Math.min(document.numPages, pagesMax); number++) {
  const page = await document.getPage(number);
  const { items } = await page.getTextContent();
  text.push(items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : "")).join(""));
}
parentPort?.postMessage({ pages: document.numPages, text });
