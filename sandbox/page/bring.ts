import type { Brought } from "./api.ts";

/** Reads files of the person's own, as they travel. */
export const readFiles = (files: readonly File[]): Promise<Brought[]> =>
  Promise.all(
    files.map(async (file) => ({
      name: file.name,
      content: base64(new Uint8Array(await file.arrayBuffer())),
      base64: true as const,
      ...(file.type !== "" && { mimetype: file.type }),
    })),
  );

/** In pieces: a call takes only so many arguments. */
const base64 = (bytes: Uint8Array): string => {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8_192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(text);
};

/** Gives a file to the person, under its name. */
export function saveFile(name: string, mimetype: string, content: string): void {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([bytes], { type: mimetype }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
