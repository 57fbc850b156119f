import type { EditedView } from "../../turn/change-ports.ts";
import { button, buttons, mention, type Message, paragraph, words } from "./parts.ts";

const changed = "you changed your message after I had begun. I go on with the words as they were.";
const again = "you changed your message after I had begun; I take it up again as it is now.";

/** The notice that a message was changed while it was worked on, with the offer to run it again. */
export const drawEdited = (view: EditedView): Message => {
  const text = view.open ? changed : again;
  return {
    text: `${text.charAt(0).toUpperCase()}${text.slice(1)}`,
    blocks: [
      paragraph([mention(view.person), words(`, ${text}`)]),
      ...(view.open ? buttons(button("Run again with the change", "rerun", view.item)) : []),
    ],
  };
};
