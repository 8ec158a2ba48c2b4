// The person's word on the folder, handed to the server.
import * as vscode from "vscode";
import { TRUST_DID_CHANGE } from "./protocol";
import type { Session } from "./session";

/** Tells the server when the folder becomes trusted. Then settings of the folder count too, and another server may. */
export function watchTrust(session: Session): vscode.Disposable {
  return vscode.workspace.onDidGrantWorkspaceTrust(async () => {
    if (session.client === undefined || (await session.wantsOtherServer())) {
      await session.restart();
      return;
    }
    await session.client.sendNotification(TRUST_DID_CHANGE, { trusted: true });
    await session.sendSettings();
  });
}
