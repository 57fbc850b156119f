import { useRef, type ReactElement } from "react";

/** Files that go with the next message. */
export function Attach(props: {
  readonly brought: readonly File[];
  readonly change: (files: readonly File[]) => void;
  readonly hidden: boolean;
}): ReactElement | null {
  const { brought, change, hidden } = props;
  const input = useRef<HTMLInputElement>(null);
  if (hidden) return null;
  return (
    <span className="attach">
      {brought.map((file) => (
        <button
          key={file.name}
          type="button"
          className="quiet"
          aria-label={`Leave out ${file.name}`}
          onClick={() => change(brought.filter((one) => one !== file))}
        >
          {file.name} ✕
        </button>
      ))}
      <button
        type="button"
        className="quiet"
        aria-label="Add a file"
        title="Add a file"
        onClick={() => input.current?.click()}
      >
        +
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files"
        onChange={({ target }) => {
          change([...brought, ...(target.files ?? [])]);
          target.value = "";
        }}
      />
    </span>
  );
}
