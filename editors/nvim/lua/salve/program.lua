-- Runs the command line of salve.
local M = {}

---The command without its last word, which starts the language server.
---@param arguments string[]
---@return string[]
function M.command(arguments)
  local command = vim.deepcopy(require('salve.options').get().cmd)
  while vim.list_contains({ 'lsp', '--stdio' }, command[#command]) do
    table.remove(command)
  end
  return vim.list_extend(command, arguments)
end

---Runs it to its end, at most for `limit` milliseconds.
---@param arguments string[]
---@param limit integer
---@return vim.SystemCompleted? done `nil` if it cannot be started
function M.wait(arguments, limit)
  local started, process = pcall(vim.system, M.command(arguments), { text = true, timeout = limit })
  return started and process:wait() or nil
end

---Runs it and calls back with what it printed; tells the person if it failed.
---@param arguments string[]
---@param on_output fun(output: string)
function M.run(arguments, on_output)
  local command = M.command(arguments)
  local started, trouble = pcall(
    vim.system,
    command,
    { text = true },
    vim.schedule_wrap(function(done)
      if done.code == 0 then
        on_output(done.stdout)
      else
        local said = vim.trim(done.stderr ~= '' and done.stderr or done.stdout)
        require('salve.tell').now(said, vim.log.levels.ERROR)
      end
    end)
  )
  if not started then
    require('salve.tell').now(tostring(trouble), vim.log.levels.ERROR)
  end
end

return M
