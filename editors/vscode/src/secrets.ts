// Keys of models' providers, in VS Code's own store and never in settings.
import * as vscode from "vscode";
import { PROVIDERS, type Provider, nameOf } from "./providers";

export type Keys = Partial<Record<Provider, string>>;

const entry = (provider: Provider): string => `key.${provider}`;

/** All keys that are stored. */
export async function storedKeys(secrets: vscode.SecretStorage): Promise<Keys> {
  const keys: Keys = {};
  for (const provider of PROVIDERS) {
    const key = await secrets.get(entry(provider));
    if (key) keys[provider] = key;
  }
  return keys;
}

/** Asks for a provider's key and stores it; nothing removes it. Returns whether anything was changed. */
export async function askForKey(secrets: vscode.SecretStorage, provider: Provider): Promise<boolean> {
  const { l10n } = vscode;
  const key = await vscode.window.showInputBox({
    title: l10n.t("salve: key of {0}", nameOf(provider)),
    prompt: l10n.t("It is kept in the editor's store of secrets, and handed to the server in memory. Leave it empty to remove it."),
    password: true,
    ignoreFocusOut: true,
  });
  if (key === undefined) return false;
  if (key.trim()) await secrets.store(entry(provider), key.trim());
  else await secrets.delete(entry(provider));
  return true;
}

/** Whether a key of the provider is stored. */
export async function hasKey(secrets: vscode.SecretStorage, provider: Provider): Promise<boolean> {
  return (await secrets.get(entry(provider))) !== undefined;
}
