/**
 * Words that are never part of a name: of grammar, of asking, and of the systems themselves. What is left of a
 * sentence without them and without its mentions is a name ("move [Globex] to negotiation").
 */
const plain =
  "a an the this that these those some any every all each both no not and or but so if then than as at by for from in into of off on onto out over " +
  "to under up with without about across inside within per via is are was were be been being am has have had do does did doing done can could will " +
  "would shall should may might must let lets i me my mine we us our ours you your yours he him his she her hers it its they them their who whom " +
  "whose which what when where why how there here now right away still yet already again also just only even too very really currently today " +
  "please pls plz thanks thank hey hi hello ok okay dear steward maybe ever anything something everything nothing anyone someone everyone else " +
  "much many more most less least few little lot lots own other another same first last next new old own such";
const verbs =
  "show list find get give tell look see check search read open opened opening close closed closes closing move moves moved push pushed put set " +
  "change changed update updated raise raised lower lowered bump bumped mark marked make made increase increased decrease reduce reduced postpone " +
  "postponed slip slips slipped merge merged merging retry rerun run restart start need needs want know help explain describe summarise summarize " +
  "display fetch pull say said go goes going gone come comes stand stands work working worked sell selling review reviews reviewed reviewing " +
  "reviewer approve approved wait waits waiting reach reached expect expected happen happened happening assign assigned own owned owns create created write wrote written " +
  "look looks responsible ready pending fail failed failing broke broken keep bring take ship land double turn try use win lose tidy";
const nouns =
  "deal deals opportunity opportunities opp opps crm pipeline pipelines stage stages amount amounts value worth price money sum size date dates " +
  "close closedate status state details detail overview summary info information news owner account customer customers company client clients " +
  "mr mrs request requests review queue project projects group groups repo repository job jobs build ci test tests error log code eyes attention " +
  "author sales record entry side thing things one ones moment time people person team name names " +
  "main master trunk branch flaky green red passed passes pass checks check failing finally quickly asap nice good again once more " +
  "big large small high low great fine good eur euro euros usd dollars";

const commons = new Set(`${plain} ${verbs} ${nouns}`.split(" "));

/** True for words that cannot be (part of) a name here; forms like "what's" and "who's" are cut at the apostrophe. */
export const isCommonWord = (word: string): boolean => commons.has(word.toLowerCase().replace(/'\w+$/u, ""));
