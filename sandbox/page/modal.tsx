import { useEffect, useRef, useState, type ReactElement } from "react";
import type { Forms } from "./forms.ts";
import type { ShownView } from "./types.ts";
import { ViewBlocks } from "./view-form.tsx";

interface ModalProps {
  readonly forms: Forms;
  readonly view: ShownView;
  /** Modals below this one. */
  readonly below: number;
  /** What went wrong with the last act, in words. */
  readonly trouble: string | undefined;
}

/** A modal of the product. The browser keeps the focus inside; Escape closes it as its button does. */
export function Modal({ forms, view, below, trouble }: ModalProps): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  const [sending, setSending] = useState(false);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const submit = async () => {
    setSending(true);
    try {
      await forms.submit();
    } finally {
      setSending(false);
    }
  };
  return (
    <dialog
      ref={dialog}
      className="modal"
      aria-labelledby="modal-title"
      onCancel={(event) => {
        event.preventDefault();
        void forms.close();
      }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <header>
          <h2 id="modal-title">{view.title.text}</h2>
          <button
            type="button"
            className="quiet"
            aria-label={below > 0 ? "Back" : "Close"}
            onClick={() => void forms.close()}
          >
            {below > 0 ? "←" : "✕"}
          </button>
        </header>
        <div className="modal-body" key={view.id}>
          <ViewBlocks forms={forms} view={view} />
        </div>
        <footer>
          <p role="status">{trouble}</p>
          <button type="button" onClick={() => void forms.close()}>
            {view.close?.text ?? "Close"}
          </button>
          {view.submit && (
            <button type="submit" className="primary" disabled={sending} aria-busy={sending}>
              {view.submit.text}
            </button>
          )}
        </footer>
      </form>
    </dialog>
  );
}
