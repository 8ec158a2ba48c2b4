// What was learned on this machine, as a tree that is kept up to date while it can be seen.
import * as vscode from "vscode";
import { PATTERN_STATS, type PatternStats } from "./protocol";
import type { Session } from "./session";

const REFRESH_MILLIS = 3_000;

interface Row {
  label: string;
  description: string;
  tooltip?: string;
  icon: string;
  children?: Row[];
}

export class Statistics implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<Row>;
  private readonly timer: NodeJS.Timeout;
  private readonly disposables: vscode.Disposable[];
  private rows: Row[] = [];
  private shown = "";

  constructor(private readonly session: Session) {
    this.view = vscode.window.createTreeView("salve.statistics", { treeDataProvider: this });
    this.timer = setInterval(() => void this.refresh(), REFRESH_MILLIS);
    this.disposables = [
      this.changed,
      this.view,
      this.view.onDidChangeVisibility(() => void this.refresh()),
      session.onDidChange(() => void this.refresh()),
      vscode.commands.registerCommand("salve.refreshStatistics", () => this.refresh()),
      vscode.commands.registerCommand("salve.showStatistics", async () => {
        if ((await session.running()) !== undefined) await vscode.commands.executeCommand("salve.statistics.focus");
      }),
    ];
  }

  getTreeItem(row: Row): vscode.TreeItem {
    const { None, Collapsed } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(row.label, row.children === undefined ? None : Collapsed);
    item.description = row.description;
    item.iconPath = new vscode.ThemeIcon(row.icon);
    if (row.tooltip !== undefined) item.tooltip = row.tooltip;
    item.accessibilityInformation = { label: `${row.label}: ${row.description}` };
    return item;
  }

  getChildren(row?: Row): Row[] {
    return row === undefined ? this.rows : (row.children ?? []);
  }

  dispose(): void {
    clearInterval(this.timer);
    for (const disposable of this.disposables) disposable.dispose();
  }

  private async refresh(): Promise<void> {
    const { client, health } = this.session;
    if (!this.view.visible || client === undefined || health.state !== "running") return;
    const stats = await client.sendRequest<PatternStats>(PATTERN_STATS).catch(() => undefined);
    const text = JSON.stringify(stats);
    if (stats === undefined || text === this.shown) return;
    this.shown = text;
    this.rows = rowsOf(stats);
    this.changed.fire();
  }
}

const share = (value: number | null): string => (value === null ? "-" : `${Math.round(value * 100)} %`);

function rowsOf(stats: PatternStats): Row[] {
  const { l10n } = vscode;
  const rows: Row[] = [
    { label: l10n.t("Accepted fixes"), description: String(stats.totalSuccesses), icon: "check" },
    { label: l10n.t("Still there after saving"), description: String(stats.totalSurvived), icon: "pass" },
    { label: l10n.t("Undone"), description: String(stats.totalUndone), icon: "discard" },
    { label: l10n.t("Edited away"), description: String(stats.totalEditedAway), icon: "edit" },
    { label: l10n.t("Rejected"), description: String(stats.totalRejected), icon: "close" },
    { label: l10n.t("Passed over"), description: String(stats.totalPassedOver), icon: "debug-step-over" },
    { label: l10n.t("Patterns"), description: l10n.t("{0}, of which {1} gold", stats.totalPatterns, stats.goldStandardCount), icon: "symbol-snippet" },
    { label: l10n.t("Templates"), description: String(stats.totalTemplates), icon: "library" },
    { label: l10n.t("Mean confidence"), description: share(stats.overallAvgConfidence), icon: "graph" },
  ];
  if (stats.calibration !== null) {
    const { brierScore, decisions } = stats.calibration;
    rows.push({
      label: l10n.t("Brier score"),
      description: l10n.t("{0} over {1} decisions", brierScore.toFixed(3), decisions),
      tooltip: l10n.t("Mean squared difference between what was said of fixes and what became of them; 0 is perfect"),
      icon: "target",
    });
  }
  if (stats.recentPatterns.length > 0) {
    rows.push({
      label: l10n.t("Used last"),
      description: "",
      icon: "history",
      children: stats.recentPatterns.map((pattern) => ({
        label: pattern.fixDescription || pattern.clusterId,
        description: l10n.t("{0} accepted, {1}", pattern.successCount, share(pattern.avgConfidence)),
        tooltip: l10n.t("{0}: {1} accepted, {2} still there, {3} undone, {4} rejected; confidence {5}, at least {6}",
          pattern.clusterId, pattern.successCount, pattern.survivedCount, pattern.undoneCount, pattern.rejectedCount,
          share(pattern.avgConfidence), share(pattern.lowerBound)),
        icon: pattern.gold ? "star-full" : "symbol-snippet",
      })),
    });
  }
  return rows;
}
