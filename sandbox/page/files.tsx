import { useEffect, useState, type ReactElement } from "react";
import { api } from "./api.ts";
import type { Deeds } from "./deeds.ts";
import type { FileShown, Message } from "./types.ts";

interface FilesProps {
  readonly message: Message;
  readonly deeds: Deeds;
}

/** Files below a message: pictures are shown, all can be saved. */
export function Files({ message, deeds }: FilesProps): ReactElement | null {
  const { files = [] } = message;
  if (files.length === 0) return null;
  return (
    <ul className="files">
      {files.map((file) => (
        <li key={file.id}>
          {/^image\/(png|jpeg|gif|webp)$/.test(file.mimetype ?? "") && <Picture file={file} />}
          <span className="file-name">{file.name ?? "A file that is gone"}</span>
          {file.size !== undefined && <span>{sizeWords(file.size)}</span>}
          {file.name !== undefined && (
            <button
              type="button"
              className="quiet"
              aria-label={`Save ${file.name}`}
              onClick={() => void deeds.save(file)}
            >
              Save
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

const sizeWords = (bytes: number): string =>
  bytes < 1_000
    ? `${bytes} bytes`
    : bytes < 1_000_000
      ? `${(bytes / 1_000).toFixed(1)} kB`
      : `${(bytes / 1e6).toFixed(1)} MB`;

function Picture({ file }: { readonly file: FileShown }): ReactElement | null {
  const [source, setSource] = useState<string>();
  useEffect(() => {
    let over = false;
    api.file(file.id).then(
      ({ base64 }) => !over && setSource(`data:${file.mimetype};base64,${base64}`),
      () => {},
    );
    return () => {
      over = true;
    };
  }, [file.id, file.mimetype]);
  return source === undefined ? null : <img src={source} alt={file.name ?? ""} />;
}
