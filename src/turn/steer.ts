/**
 * Beginnings of a message that goes on with what runs rather than asking something new. Others' languages are here in
 * their commonest words; what is not told so is a turn of its own, which loses nothing.
 */
const beginnings = [
  ...["also", "and", "but", "plus", "instead", "rather", "actually", "additionally", "oh and", "or rather"],
  ...["auch", "und", "stattdessen", "außerdem", "aber"],
  ...["aussi", "et", "plutôt", "mais"],
  ...["también", "y", "además", "pero"],
];
const pattern = new RegExp(`^\\s*(?:${beginnings.join("|")})(?=[\\s,:;.]|$)`, "iu");

/** Whether words steer what is under way ("also …", "instead …"), when its own requester says them. */
export const steers = (text: string): boolean => pattern.test(text);
