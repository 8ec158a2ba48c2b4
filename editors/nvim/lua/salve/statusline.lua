-- A component for any statusline: what the model's connection is, in words.
local M = {}

---What goes on, if something does: the newest progress of a server.
---@param client vim.lsp.Client
---@return string?
local function progress(client)
  local _, title = next(client.progress.pending)
  return title and 'busy'
end

---The text for the current buffer; empty where salve does not apply. Loads nothing.
---@return string
function M.text()
  if not package.loaded['salve.status'] and not package.loaded['salve.confirm'] then
    return ''
  end
  local client = vim.lsp.get_clients({ bufnr = 0, name = 'salve' })[1]
  if not client then
    return ''
  end
  local states = require('salve.status')
  local status = states.of(0)
  if not status then
    return 'salve'
  end
  local words = { 'salve: ' .. (progress(client) or (states.states[status.state] or { word = status.state }).word) }
  if status.model then
    table.insert(words, status.model)
  end
  if status.latencyMillis and (states.states[status.state] or {}).answers then
    table.insert(words, status.latencyMillis .. ' ms')
  end
  -- A name of a model may hold what a statusline reads as a command.
  return (table.concat(words, ' · '):gsub('%%', '%%%%'))
end

return M
