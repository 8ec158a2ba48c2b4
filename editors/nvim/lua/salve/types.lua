---@meta

---What `vim.g.salve` may hold, or return if it is a function. Everything may be left out.
---@class salve.Opts
---The command that starts the server; default `{ 'salve', 'lsp' }`.
---@field cmd? string[]
---`false`: the server is not started by the plugin.
---@field enabled? boolean
---Settings for the server, as in docs/configuration.md, such as `{ model = { provider = 'ollama' } }`.
---@field settings? table<string, any>
---Whether programs inside the workspace may be started. A function is given the workspace's root. Not set: the settings decide.
---@field trusted? boolean|fun(root: string?): boolean?
---Whether programs of a trusted workspace may be run in the sandbox to prove fixes. As `trusted`.
---@field run? boolean|fun(root: string?): boolean?
---Whether a change of the connection to the model is told; default `true`.
---@field notify? boolean

---`salve/connectionStatus`
---@class salve.ConnectionStatus
---@field state 'off'|'unchecked'|'unreachable'|'auth_failed'|'model_missing'|'cold'|'loading'|'reachable'|'ready'|'rate_limited'|'failing'
---@field provider string
---@field url string
---@field model? string
---@field since? integer
---@field upSince? integer
---@field checkedAt? integer
---@field latencyMillis? integer
---@field limitedUntil? integer
---@field error? string
---@field lastError? { at: integer, message: string }

---A step of the test of a connection.
---@class salve.Step
---@field step string
---@field outcome 'passed'|'failed'|'skipped'
---@field detail string
---@field hint? string
---@field millis integer

---`salve.testConnection`
---@class salve.ConnectionTest
---@field provider string
---@field url string
---@field model? string
---@field passed boolean
---@field steps salve.Step[]

---Why a fix is offered: `data.why` of its code action.
---@class salve.Why
---@field source { kind: 'rule'|'learned'|'person'|'model', name?: string }
---@field evidence salve.Evidence
---@field likelihood number from 0 to 1
---@field confidence? number from 0 to 1

---@class salve.Evidence
---@field steps { kind: string, verdict: 'passed'|'failed'|'inconclusive', detail?: string }[]
---@field interpreter? string
---@field together_with integer
---@field errors_left integer

---A subcommand of `:Salve`.
---@class salve.Command
---@field summary string
---@field run fun(arguments: string[])
---What may stand next, after the arguments before it.
---@field complete? fun(before: string[]): string[]
