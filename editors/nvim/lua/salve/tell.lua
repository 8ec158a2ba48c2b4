-- Messages to the person, all under one name.
local M = {}

---@param message string
---@param level? integer one of `vim.log.levels`; default: information
function M.now(message, level)
  vim.notify('salve: ' .. message, level or vim.log.levels.INFO, { title = 'salve' })
end

---The same message is told once in a session.
---@param message string
---@param level? integer
function M.once(message, level)
  vim.notify_once('salve: ' .. message, level or vim.log.levels.INFO, { title = 'salve' })
end

---Tells why a request failed.
---@param failure lsp.ResponseError
function M.failed(failure)
  M.now(failure.message, vim.log.levels.ERROR)
end

return M
