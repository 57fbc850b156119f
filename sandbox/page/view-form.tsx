import { useMemo, useReducer, type ReactElement } from "react";
import { Blocks } from "./blocks.tsx";
import type { Forms } from "./forms.ts";
import { FormContext, type FormState } from "./inputs.tsx";
import type { ShownView } from "./types.ts";

interface ViewProps {
  readonly forms: Forms;
  readonly view: ShownView;
}

/** The blocks of a modal or of the App Home, with what they hold. */
export function ViewBlocks({ forms, view }: ViewProps): ReactElement {
  // What is entered stands in `forms`, so that it outlives what the product changes in the view.
  const [entries, enteredMore] = useReducer((count: number) => count + 1, 0);
  const state = useMemo(
    (): FormState => ({
      held: (block, action) => view.state.values[block]?.[action],
      errors: view.errors,
      entered: (block, action) => forms.entered(view, block, action),
      type: (block, action, value) => {
        forms.type(view, block, action, value);
        enteredMore();
      },
      choose: (block, action, value) => {
        void forms.choose(view, block, action, value);
        enteredMore();
      },
      look: (block, action, query) => forms.look(view.type, block, action, query),
      bring: (files) => forms.bring(files),
    }),
    [forms, view, entries],
  );
  return (
    <FormContext value={state}>
      <div className="view">
        <Blocks
          blocks={view.blocks}
          press={(pressed) => forms.act(view.type, pressed)}
          look={(block, action, query) => forms.look(view.type, block, action, query)}
        />
      </div>
    </FormContext>
  );
}
