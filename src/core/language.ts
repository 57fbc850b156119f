/** Languages that Steward's own words come in. */
export const languages = ["en", "de", "fr", "es"] as const;
export type Language = (typeof languages)[number];

/** How a language is called, for models. */
export const languageNames: Record<Language, string> = {
  en: "English",
  de: "German",
  fr: "French",
  es: "Spanish",
};

/**
 * Words that a question of the language can hardly do without, and that are no words of the others. A question has
 * five to ten words: letter statistics need more than that, and get names and ids wrong.
 */
const commonWords: Record<Language, string> = {
  en: "the this that these those what which who whom why how when where is are was were do does did has have had can could would should will it its my your our their there with without from for and or but not any all into about show list tell give find please thanks hello merge open waiting many much latest last been be",
  de: "der das den dem ein eine einen einem einer eines ist sind war waren wird werden wurde wurden warum wieso weshalb wer wen wem welche welcher welches welchen wie wann wo und oder aber nicht kein keine keinen mein meine meinen unser unsere ich du wir ihr mir mich uns für mit ohne von vom zum zur bei auf aus nach über zeig zeige zeigen bitte danke hallo gibt gib hat haben hast kann kannst können soll auch noch schon alle heute gestern morgen im am nur offen offene offenen steht läuft fehlgeschlagen",
  fr: "le la les des du une est sont était pourquoi quel quelle quels quelles qui quoi comment quand où et ou mais pas ne je tu nous vous il elle ils elles mon ma mes notre votre leur pour avec sans dans sur chez aux au ce cette ces cet montre montrer montrez affiche donne donnez merci bonjour y a-t-il combien peux peut pouvez tous toutes encore aujourd hier demain ouvertes ouverts échoué sont-ils c'est qu'est s'il",
  es: "el los las del una unos unas está están fue por qué cuál cuáles quién cómo cuándo dónde y pero yo tú nosotros mi mis nuestro nuestra su sus para con sin sobre este esta estos estas ese esa muestra muéstrame muestre dame enséñame gracias hola hay cuántos cuántas puedes puede todos todas también ayer hoy mañana abiertas abiertos falló pendientes favor lista al lo que es son",
};

const wordSets = Object.fromEntries(
  languages.map((language) => [language, new Set(commonWords[language].split(" "))]),
) as Record<Language, Set<string>>;

/** Letters that only one of the languages writes. */
const letters: Partial<Record<Language, RegExp>> = {
  de: /[äöüß]/giu,
  fr: /[àâçèêëîïôœùû]/giu,
  es: /[ñ¿¡áíóú]/giu,
};

/** Code, quotes, names and ids say nothing about the language of who asks. */
const speechless = /```[\s\S]*?```|`[^`\n]*`|^>.*$|https?:\/\/\S+|<[^>\n]*>|\S*[\d/_@#]\S*/gmu;

/** Characters of a question that are looked at. */
const charsMax = 2_000;

/**
 * The language of a question, among those that Steward speaks, by its common words and letters. English where nothing
 * speaks for another one.
 */
export const languageOf = (question: string): Language => {
  const text = question.slice(0, charsMax).replaceAll(speechless, " ").toLowerCase();
  const words = text.match(/[\p{L}'’-]+/gu) ?? [];
  const scores = languages.map((language) => {
    const known = words.filter((word) => wordSets[language].has(word)).length;
    const own = letters[language] === undefined ? 0 : (text.match(letters[language])?.length ?? 0);
    return { language, score: known + Math.min(own, 3) * 0.75 };
  });
  const [english, ...others] = scores;
  const best = others.toSorted((a, b) => b.score - a.score)[0];
  // One word may be a name: another language needs more than one sign, and more than English has.
  return best !== undefined && best.score > 1 && best.score > (english?.score ?? 0) ? best.language : "en";
};
