/**
 * Words that people use for the same thing at work, beside those that tools use of themselves. Each line is a group;
 * a request with one of its words is also looked up by the others, which count less.
 */
const groups = [
  "mail email letter message correspondence",
  "customer client account buyer",
  "contact person people",
  "payout payment transfer money bank",
  "retry again rerun repeat resend",
  "issue bug defect problem",
  "page pager alarm alert ring phone",
  "on-call duty responsible shift rota",
  "acknowledge ownership take",
  "deploy ship release rollout",
  "rollback revert undo back previous",
  "cancel abort stop kill",
  "deal opportunity sale prospect",
  "pipeline build ci checks",
  "job step task",
  "merge mr pull pr",
  "log trace printed output stack",
  "metric rate number latency slow errors",
  "freeze moratorium forbidden blocked",
  "flag toggle switch feature",
  "currency exchange convert dollars euro",
  "comment remark reply discussion",
  "close finish resolve end",
  "move transfer",
  "create open new add report file",
  "member access permission colleague",
  "wiki documentation docs runbook knowledge handbook",
  "schedule cron nightly recurring",
  "environment production staging live",
  "forecast prediction projection",
  "owner assign responsible",
  "merge duplicate join",
  "code source function definition repository",
  "blame author wrote changed",
  "note call talked meeting record",
  "todo task reminder follow",
  "ticket complaint case support",
  "service system server",
  "review approve approval",
  "tag version release",
  "branch commit",
].map((line) => line.split(" "));

/** Other words for the words of a request. */
export const alsoCalled = (words: readonly string[]): string[] => {
  const said = new Set(words.map((word) => word.toLowerCase()));
  const other = groups
    .filter((group) => group.some((word) => said.has(word) || said.has(`${word}s`)))
    .flat()
    .filter((word) => !said.has(word));
  return [...new Set(other)];
};
