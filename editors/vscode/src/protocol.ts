// What salve adds to LSP, as docs/protocol.md says; only what is used here.
import type { Range } from "vscode-languageclient/node";

export type ConnectionState =
  | "off" | "unchecked" | "unreachable" | "auth_failed" | "model_missing" | "cold" | "loading" | "reachable" | "ready"
  | "rate_limited" | "failing";

export interface ConnectionStatus {
  state: ConnectionState;
  provider: string;
  url: string;
  model: string | null;
  /** Unix seconds, as all times here. */
  since: number | null;
  upSince: number | null;
  checkedAt: number | null;
  latencyMillis: number | null;
  limitedUntil: number | null;
  error: string | null;
  lastError: { at: number; message: string } | null;
}

export interface ConnectionTest {
  provider: string;
  url: string;
  model: string | null;
  passed: boolean;
  steps: {
    step: string;
    outcome: "passed" | "failed" | "skipped";
    detail: string;
    hint: string | null;
    millis: number;
  }[];
}

export interface LoadDefaultsResult {
  from: string;
  test: ConnectionTest;
  savedTo: string | null;
  settings: { key: string; value: unknown }[];
  warnings: string[];
  running: { provider: string; title: string; url: string; models: string[]; command: string }[];
}

export interface ModelList {
  provider: string;
  url: string;
  models: { name: string; used: boolean; loaded: boolean | null }[];
  error: string | null;
}

export interface AskParams {
  uri: string;
  version: number;
  range: Range;
  code: string | null;
  source: string | null;
  message: string;
}

export interface ModelPreview {
  provider: string;
  url: string;
  model: string | null;
  messages: { role: string; content: string }[];
  redactions: { kind: string; count: number }[];
  bytes: number;
  tokens: number;
  firstLine: number;
  lastLine: number;
}

export interface PatternStats {
  totalPatterns: number;
  totalTemplates: number;
  totalSuccesses: number;
  totalRejected: number;
  totalUndone: number;
  totalEditedAway: number;
  totalPassedOver: number;
  totalSurvived: number;
  totalExposures: number;
  goldStandardCount: number;
  overallAvgConfidence: number | null;
  calibration: { decisions: number; brierScore: number; expectedCalibrationError: number } | null;
  recentPatterns: {
    id: number;
    clusterId: string;
    fixDescription: string;
    lastSuccess: number | null;
    successCount: number;
    rejectedCount: number;
    undoneCount: number;
    survivedCount: number;
    avgConfidence: number;
    lowerBound: number;
    gold: boolean;
  }[];
}

/** What an action of the server carries. */
export interface ActionData {
  uri: string;
  revision: number;
  fixIds: string[];
  why?: Why;
}

/** Why a fix is offered. */
export interface Why {
  source:
    | { kind: "rule"; name: string }
    | { kind: "learned"; template: number }
    | { kind: "person" }
    | { kind: "model"; name: string };
  evidence: {
    steps: { kind: string; verdict: "passed" | "failed" | "inconclusive"; millis: number; detail: string | null; count: number | null }[];
    interpreter: string | null;
    together_with: number;
    errors_left: number;
  };
  likelihood: number;
  confidence: number | null;
}

/** Its commands, for `workspace/executeCommand`. */
export const ASK = "salve.ask";
export const REJECT = "salve.reject";
export const TEST_CONNECTION = "salve.testConnection";
export const LOAD_DEFAULTS = "salve.loadDefaults";

export const CONNECTION_STATUS = "salve/connectionStatus";
export const PATTERN_STATS = "salve/patternStats";
export const MODEL_LIST = "salve/modelList";
export const MODEL_PREVIEW = "salve/modelPreview";
export const TRUST_DID_CHANGE = "salve/trustDidChange";
export const KEYS_DID_CHANGE = "salve/keysDidChange";
