import type { ReactElement } from "react";
import type { Forms } from "./forms.ts";
import type { ShownView } from "./types.ts";
import { ViewBlocks } from "./view-form.tsx";

/** The App Home: what the product shows this person of theirs. */
export function Home({
  forms,
  view,
}: {
  readonly forms: Forms;
  readonly view: ShownView | null;
}): ReactElement {
  return (
    <div className="home" role="region" aria-label="Home" tabIndex={0}>
      {view ? (
        <ViewBlocks forms={forms} view={view} />
      ) : (
        <p className="empty">Steward shows nothing here yet.</p>
      )}
    </div>
  );
}
