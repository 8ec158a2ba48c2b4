// A model's fix is shown beside the text before it is applied.
import * as vscode from "vscode";
import type {
  AnnotatedTextEdit, ApplyWorkspaceEditParams, ApplyWorkspaceEditRequest, ApplyWorkspaceEditResult, TextDocumentEdit,
  TextEdit,
} from "vscode-languageclient/node";

const SCHEME = "salve-proposal";
const proposals = new Map<string, string>();
let shown = 0;
/** Decides on the proposal that is open. */
let decide: ((apply: boolean) => void) | undefined;

/** Serves the texts of proposals, and the commands that decide on them. */
export function registerProposals(): vscode.Disposable[] {
  return [
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: (uri) => proposals.get(uri.toString()) ?? "",
    }),
    vscode.commands.registerCommand("salve.applyProposal", () => decide?.(true)),
    vscode.commands.registerCommand("salve.discardProposal", () => decide?.(false)),
  ];
}

/** An edit that asks for confirmation, of one open document. */
interface Proposal {
  document: vscode.TextDocument;
  version: number | null;
  edits: TextEdit[];
  title: string;
}

function proposalOf({ edit }: ApplyWorkspaceEditParams): Proposal | undefined {
  const [change, ...others] = edit.documentChanges ?? [];
  const annotation = Object.values(edit.changeAnnotations ?? {}).find(({ needsConfirmation }) => needsConfirmation);
  if (annotation === undefined || change === undefined || others.length > 0 || !("textDocument" in change)) return undefined;
  const { textDocument, edits } = change;
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === vscode.Uri.parse(textDocument.uri).toString());
  if (document === undefined || !edits.every((one) => "newText" in one)) return undefined;
  return { document, version: textDocument.version, edits: edits as TextEdit[], title: annotation.label };
}

/** Handles `workspace/applyEdit`: shows what needs to be confirmed, and applies it once it is. */
export async function reviewEdit(
  params: ApplyWorkspaceEditParams,
  next: ApplyWorkspaceEditRequest.HandlerSignature,
): Promise<ApplyWorkspaceEditResult> {
  const cancel = new vscode.CancellationTokenSource().token;
  const apply = async (confirmed: ApplyWorkspaceEditParams): Promise<ApplyWorkspaceEditResult> => {
    const result = await next(confirmed, cancel);
    return "applied" in result ? result : { applied: false, failureReason: result.message };
  };
  const proposal = proposalOf(params);
  if (proposal === undefined) return apply(params);
  const before = proposal.document.version;
  if (!(await isWanted(proposal))) return { applied: false, failureReason: "the person declined" };
  if (proposal.document.version !== before) {
    void vscode.window.showWarningMessage(vscode.l10n.t("salve: the text was changed meanwhile; ask again"));
    return { applied: false, failureReason: "the text was changed" };
  }
  return apply(confirmedOf(params));
}

/** The same edit, without asking for confirmation again. */
function confirmedOf(params: ApplyWorkspaceEditParams): ApplyWorkspaceEditParams {
  const plain = (one: TextEdit | AnnotatedTextEdit): TextEdit => ({ range: one.range, newText: one.newText });
  const documentChanges = (params.edit.documentChanges as TextDocumentEdit[]).map(({ textDocument, edits }) => ({
    textDocument,
    edits: (edits as TextEdit[]).map(plain),
  }));
  return { ...params, edit: { documentChanges } };
}

function textWith({ document, edits }: Proposal): string {
  const place = ({ line, character }: { line: number; character: number }): number =>
    document.offsetAt(new vscode.Position(line, character));
  return edits
    .map(({ range, newText }) => ({ start: place(range.start), end: place(range.end), newText }))
    .sort((one, other) => other.start - one.start)
    .reduce((text, { start, end, newText }) => text.slice(0, start) + newText + text.slice(end), document.getText());
}

/** Shows the difference until the person decides. To close it is to decline. */
async function isWanted(proposal: Proposal): Promise<boolean> {
  const { l10n, window } = vscode;
  const { document, title } = proposal;
  decide?.(false);
  const uri = vscode.Uri.from({ scheme: SCHEME, path: document.uri.path, query: String(++shown) });
  proposals.set(uri.toString(), textWith(proposal));
  const isOurs = (tab: vscode.Tab): boolean =>
    tab.input instanceof vscode.TabInputTextDiff && tab.input.modified.toString() === uri.toString();
  let mine: (apply: boolean) => void = () => undefined;
  const decided = new Promise<boolean>((resolve) => {
    mine = resolve;
  });
  decide = mine;
  const closed = window.tabGroups.onDidChangeTabs(({ closed }) => {
    if (closed.some(isOurs)) mine(false);
  });
  try {
    await vscode.commands.executeCommand("setContext", "salve.reviewing", true);
    await vscode.commands.executeCommand("vscode.diff", document.uri, uri, l10n.t("{0}: proposed by a model", title), {
      preview: true,
    });
    const keys = process.platform === "darwin" ? "Cmd+Enter" : "Ctrl+Enter";
    const hint = l10n.t("salve: [apply the model's fix](command:salve.applyProposal) with {0}, or discard it with Escape", keys);
    void window.withProgress({ location: vscode.ProgressLocation.Notification, title: hint, cancellable: true }, (_, cancel) => {
      cancel.onCancellationRequested(() => mine(false));
      return decided;
    });
    return await decided;
  } finally {
    closed.dispose();
    if (decide === mine) {
      decide = undefined;
      await vscode.commands.executeCommand("setContext", "salve.reviewing", false);
    }
    const tabs = window.tabGroups.all.flatMap((group) => group.tabs).filter(isOurs);
    await window.tabGroups.close(tabs);
    proposals.delete(uri.toString());
    await window.showTextDocument(document);
  }
}
