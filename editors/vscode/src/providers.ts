// Who serves models. The names are those of the setting salve.model.provider.
export const PROVIDERS = ["lmstudio", "ollama", "openai", "anthropic", "gemini", "azure", "custom"] as const;

export type Provider = (typeof PROVIDERS)[number];

const NAMES: Record<Provider, string> = {
  lmstudio: "LM Studio",
  ollama: "Ollama",
  openai: "OpenAI",
  anthropic: "Anthropic",
  gemini: "Gemini",
  azure: "Azure OpenAI",
  custom: "OpenAI-compatible server",
};

/** Those that ask for a key. */
export const WITH_KEY: ReadonlySet<Provider> = new Set(["openai", "anthropic", "gemini", "azure"]);

/** As people call it. */
export function nameOf(provider: string): string {
  return (NAMES as Record<string, string | undefined>)[provider] ?? provider;
}
