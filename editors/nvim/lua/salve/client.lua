-- Finds the server of a buffer and asks it.
local M = {}

---The client of a buffer; tells the person if there is none.
---@param bufnr? integer default: the current buffer
---@return vim.lsp.Client?
function M.of(bufnr)
  bufnr = bufnr or vim.api.nvim_get_current_buf()
  local client = vim.lsp.get_clients({ bufnr = bufnr, name = 'salve' })[1]
    or vim.lsp.get_clients({ name = 'salve' })[1]
  if not client then
    require('salve.tell').now('it does not run; open a Python file, and see `:checkhealth salve`', vim.log.levels.WARN)
  end
  return client
end

---Sends a request; tells the person if it fails.
---@param method string
---@param params table?
---@param on_result fun(result: any, client: vim.lsp.Client)
---@param bufnr? integer
function M.request(method, params, on_result, bufnr)
  local client = M.of(bufnr)
  if not client then
    return
  end
  client:request(method, params, function(failure, result)
    if failure then
      require('salve.tell').failed(failure)
    else
      on_result(result, client)
    end
  end, bufnr)
end

---Runs one of the server's commands.
---@param command string
---@param argument any
---@param on_result fun(result: any, client: vim.lsp.Client)
function M.execute(command, argument, on_result)
  M.request('workspace/executeCommand', { command = command, arguments = { argument } }, on_result)
end

return M
