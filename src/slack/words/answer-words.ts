import type { Language } from "../../core/language.ts";

/** Everything that the renderer itself says in an answer. Numbers arrive formatted. */
export interface AnswerWords {
  /** An answer without words. */
  done: string;
  sources: string;
  more(count: string): string;
  /** The footnote of sentences that name no source; begins with the mark. */
  unsourced: string;
  /** Below a page that is not the last. */
  part(page: string, pages: string): string;
  /** Caption of a table of which only the first rows are shown. */
  firstRows(shown: string, all: string): string;
  /** Where all of a table is. */
  tableHere: string;
  tableDirect: string;
  /** Caption of a table shown whole. */
  table: string;
  /** What stands beside the file with all of a table. */
  tableFile(rows: string): string;
  /** The buttons below an answer; a label and what screen readers say. */
  helpful: { label: string; spoken: string };
  notHelpful: { label: string; spoken: string };
  details: string;
  wrongAgent: string;
  tokens(count: string): string;
  seconds(count: string): string;
}

/** The catalogue: every language says everything; the compiler sees to it. */
const catalogue: Record<Language, AnswerWords> = {
  en: {
    done: "Done.",
    sources: "Sources",
    more: (count) => `and ${count} more`,
    unsourced: "† No source is named for this.",
    part: (page, pages) => `Part ${page} of ${pages}`,
    firstRows: (shown, all) => `The first ${shown} of ${all} rows`,
    tableHere: "The whole table is in the file below.",
    tableDirect: "The whole table is in a file in the direct messages of who asked.",
    table: "Table",
    tableFile: (rows) => `The whole table: ${rows} rows.`,
    helpful: { label: "Helpful", spoken: "This answer was helpful" },
    notHelpful: { label: "Not helpful", spoken: "This answer was not helpful" },
    details: "Details",
    wrongAgent: "Wrong agent?",
    tokens: (count) => `${count} tokens`,
    seconds: (count) => `${count} s`,
  },
  de: {
    done: "Erledigt.",
    sources: "Quellen",
    more: (count) => `und ${count} weitere`,
    unsourced: "† Dafür ist keine Quelle genannt.",
    part: (page, pages) => `Teil ${page} von ${pages}`,
    firstRows: (shown, all) => `Die ersten ${shown} von ${all} Zeilen`,
    tableHere: "Die ganze Tabelle steht in der Datei darunter.",
    tableDirect: "Die ganze Tabelle steht in einer Datei in den Direktnachrichten der fragenden Person.",
    table: "Tabelle",
    tableFile: (rows) => `Die ganze Tabelle: ${rows} Zeilen.`,
    helpful: { label: "Hilfreich", spoken: "Diese Antwort war hilfreich" },
    notHelpful: { label: "Nicht hilfreich", spoken: "Diese Antwort war nicht hilfreich" },
    details: "Details",
    wrongAgent: "Falscher Agent?",
    tokens: (count) => `${count} Token`,
    seconds: (count) => `${count} s`,
  },
  fr: {
    done: "C’est fait.",
    sources: "Sources",
    more: (count) => `et ${count} de plus`,
    unsourced: "† Aucune source n’est indiquée pour cela.",
    part: (page, pages) => `Partie ${page} sur ${pages}`,
    firstRows: (shown, all) => `Les ${shown} premières lignes sur ${all}`,
    tableHere: "Le tableau entier est dans le fichier ci-dessous.",
    tableDirect:
      "Le tableau entier est dans un fichier, dans les messages directs de la personne qui a demandé.",
    table: "Tableau",
    tableFile: (rows) => `Le tableau entier : ${rows} lignes.`,
    helpful: { label: "Utile", spoken: "Cette réponse était utile" },
    notHelpful: { label: "Pas utile", spoken: "Cette réponse n’était pas utile" },
    details: "Détails",
    wrongAgent: "Mauvais agent ?",
    tokens: (count) => `${count} jetons`,
    seconds: (count) => `${count} s`,
  },
  es: {
    done: "Hecho.",
    sources: "Fuentes",
    more: (count) => `y ${count} más`,
    unsourced: "† No se indica ninguna fuente para esto.",
    part: (page, pages) => `Parte ${page} de ${pages}`,
    firstRows: (shown, all) => `Las primeras ${shown} de ${all} filas`,
    tableHere: "La tabla completa está en el archivo de abajo.",
    tableDirect: "La tabla completa está en un archivo, en los mensajes directos de la persona que preguntó.",
    table: "Tabla",
    tableFile: (rows) => `La tabla completa: ${rows} filas.`,
    helpful: { label: "Útil", spoken: "Esta respuesta fue útil" },
    notHelpful: { label: "No útil", spoken: "Esta respuesta no fue útil" },
    details: "Detalles",
    wrongAgent: "¿Otro agente?",
    tokens: (count) => `${count} tokens`,
    seconds: (count) => `${count} s`,
  },
};

/** The renderer's words in a language. */
export const answerWords = (language: Language): AnswerWords => catalogue[language];
