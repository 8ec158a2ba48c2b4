-- A component for any statusline: what the model's connection is, in words.
local M = {}

---The text for the current buffer; empty where salve does not apply. Loads nothing.
---@return string
function M.text()
  if not package.loaded['salve.options'] then
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
  local state = states.states[status.state] or { word = status.state }
  local is_busy = next(client.progress.pending) ~= nil
  local words = { 'salve: ' .. (is_busy and 'busy' or state.word) }
  if status.model then
    table.insert(words, status.model)
  end
  if status.latencyMillis and state.answers then
    table.insert(words, status.latencyMillis .. ' ms')
  end
  -- A name of a model may hold what a statusline reads as a command.
  return (table.concat(words, ' · '):gsub('%%', '%%%%'))
end

return M
