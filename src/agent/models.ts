import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { ChatOpenAI } from "@langchain/openai";
import type { ModelRole } from "./agent-file.ts";

/** Which models answer, and where. Any OpenAI-compatible provider. */
export interface ModelsConfig {
  /** Some local providers need none; the client insists on a value. */
  apiKey: string;
  /** Ends in `/v1`. */
  baseUrl: string;
  /** The wire: http/ owns it. */
  fetch: typeof fetch;
  /** A role without a model uses the default one. */
  models: { default: string; fast?: string; careful?: string };
  /** Roles whose models see pictures. */
  sees?: readonly ModelRole[];
  /** For providers that cannot stream; shipped: streaming. */
  streaming?: boolean;
}

/** A model by name. Tests give scripted ones. */
export type OpenModel = (name: string) => BaseChatModel;

/** Opens models of an OpenAI-compatible provider, each once. Retries are ours (model-planner.ts), so the client makes none. */
export const openAiModels = (config: ModelsConfig): OpenModel => {
  const opened = new Map<string, BaseChatModel>();
  const open = (name: string): BaseChatModel =>
    new ChatOpenAI({
      model: name,
      apiKey: config.apiKey,
      maxRetries: 0,
      // Never `streaming: true`: the client then counts tokens with tables that it downloads from the internet.
      disableStreaming: config.streaming === false,
      useResponsesApi: false,
      configuration: { baseURL: config.baseUrl, fetch: config.fetch },
    });
  return (name) => {
    const model = opened.get(name) ?? open(name);
    opened.set(name, model);
    return model;
  };
};

/** Models to try for a role, in order: its own, then the default one. */
export const modelsOf = (models: ModelsConfig["models"], role: ModelRole): string[] => [
  ...new Set([models[role] ?? models.default, models.default]),
];
