import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { Session } from "./session.ts";
import { showTheme, storedTheme } from "./theme.ts";

const place = document.getElementById("page");
if (!place) throw new Error("index.html has no element #page");
showTheme(storedTheme());
const session = new Session();
session.start();
createRoot(place).render(<App session={session} />);
