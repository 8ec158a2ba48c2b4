-- Knows how the connection to the model stands, and tells when that changes.
local M = {}

---What each state means in one word for the statusline, and whether a model would answer.
---@type table<string, { word: string, answers: boolean? }>
M.states = {
  off = { word = 'no model' },
  unchecked = { word = 'not seen yet' },
  unreachable = { word = 'unreachable', answers = false },
  auth_failed = { word = 'key refused', answers = false },
  model_missing = { word = 'model missing', answers = false },
  cold = { word = 'not loaded', answers = true },
  loading = { word = 'loading', answers = true },
  reachable = { word = 'reachable', answers = true },
  ready = { word = 'ready', answers = true },
  rate_limited = { word = 'asked to wait', answers = false },
  failing = { word = 'failing', answers = false },
}

---@type table<integer, salve.ConnectionStatus> by client
local known = {}

---@type table<string, boolean> whether the model at an address answered when that was last known
local answered = {}

---Tells once when a model begins to answer or no longer does. Several servers may look at the same model.
---@param status salve.ConnectionStatus
local function tell(status)
  local answers = (M.states[status.state] or {}).answers
  if answers == nil then
    return
  end
  local before = answered[status.url]
  answered[status.url] = answers
  -- That nobody answers from the start is nothing to be told: most people have no model.
  if before == answers or (before == nil and (answers or status.state == 'unreachable')) then
    return
  end
  if require('salve.options').get().notify == false then
    return
  end
  if answers then
    require('salve.tell').now(('%s answers again'):format(status.model or status.provider))
  else
    local why = status.error or M.states[status.state].word
    require('salve.tell').now(('the model does not answer: %s'):format(why), vim.log.levels.WARN)
  end
end

---Takes over what a server says.
---@param client_id integer
---@param status salve.ConnectionStatus
function M.update(client_id, status)
  known[client_id] = status
  tell(status)
  vim.cmd.redrawstatus({ bang = true })
  vim.api.nvim_exec_autocmds('User', {
    pattern = 'SalveStatus',
    modeline = false,
    data = { client_id = client_id, status = status },
  })
end

vim.api.nvim_create_autocmd('LspProgress', {
  group = vim.api.nvim_create_augroup('salve.status', {}),
  desc = 'Show that salve is busy, and that it no longer is',
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'salve' then
      vim.cmd.redrawstatus({ bang = true })
    end
  end,
})

---Forgets a server that has ended.
---@param client_id integer
function M.forget(client_id)
  known[client_id] = nil
  vim.cmd.redrawstatus({ bang = true })
end

---What the server of a buffer has said.
---@param bufnr? integer default: the current buffer
---@return salve.ConnectionStatus?
function M.of(bufnr)
  local client = vim.lsp.get_clients({ bufnr = bufnr or 0, name = 'salve' })[1]
  return client and known[client.id]
end

return M
