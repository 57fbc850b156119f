import type { MethodName } from "../methods.ts";
import * as assistant from "./assistant.ts";
import * as availability from "./availability.ts";
import * as channels from "./channels.ts";
import * as chat from "./chat.ts";
import type { ApiHandler } from "./context.ts";
import * as conversations from "./conversations.ts";
import * as files from "./files.ts";
import * as people from "./people.ts";
import * as reactions from "./reactions.ts";
import * as views from "./views.ts";
import * as search from "./search.ts";
import * as sessions from "./sessions.ts";
import * as streams from "./streams.ts";
import * as workspace from "./workspace.ts";

/** What answers each method of the table. */
export const HANDLERS: Readonly<Record<MethodName, ApiHandler>> = {
  "auth.test": workspace.authTest,
  "chat.postMessage": chat.postMessage,
  "chat.update": chat.update,
  "chat.delete": chat.remove,
  "chat.postEphemeral": chat.postEphemeral,
  "chat.getPermalink": chat.getPermalink,
  "conversations.replies": conversations.replies,
  "conversations.history": conversations.history,
  "conversations.info": conversations.info,
  "conversations.open": conversations.open,
  "conversations.members": conversations.members,
  "conversations.list": conversations.list,
  "conversations.create": channels.create,
  "conversations.invite": channels.invite,
  "conversations.setTopic": channels.setTopic,
  "conversations.archive": channels.archive,
  "users.info": people.info,
  "users.list": people.list,
  "users.lookupByEmail": people.lookupByEmail,
  "usergroups.list": people.usergroups,
  "usergroups.users.list": people.usergroupMembers,
  "assistant.threads.setStatus": assistant.setStatus,
  "assistant.threads.setTitle": assistant.setTitle,
  "assistant.threads.setSuggestedPrompts": assistant.setSuggestedPrompts,
  "chat.startStream": streams.startStream,
  "chat.appendStream": streams.appendStream,
  "chat.stopStream": streams.stopStream,
  "agents.sessions.setStatus": sessions.setStatus,
  "agents.sessions.rename": sessions.rename,
  "assistant.search.context": search.context,
  "dnd.info": availability.dnd,
  "users.getPresence": availability.presence,
  "reactions.add": reactions.add,
  "reactions.remove": reactions.remove,
  "team.info": workspace.teamInfo,
  "files.info": files.info,
  "files.getUploadURLExternal": files.uploadUrl,
  "files.completeUploadExternal": files.completeUpload,
  "files.delete": files.remove,
  "views.open": views.open,
  "views.push": views.push,
  "views.update": views.update,
  "views.publish": views.publish,
  "bots.info": workspace.botInfo,
};
