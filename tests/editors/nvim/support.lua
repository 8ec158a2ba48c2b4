-- What the cases share. A case ends with `support.finish()`, which prints `N passed, N failed`.
local M = {}

local passed, failed = 0, 0

---@type string[] everything that the person was told
M.told = {}

vim.notify = function(message)
  table.insert(M.told, message)
end
vim.notify_once = function(message)
  if not vim.list_contains(M.told, message) then
    table.insert(M.told, message)
  end
end

---@param name string
---@param holds any
---@param detail? any shown when it does not hold
---@return boolean
function M.check(name, holds, detail)
  if holds then
    passed = passed + 1
  else
    failed = failed + 1
  end
  local shown = not holds and detail ~= nil and ('  ' .. vim.inspect(detail)) or ''
  io.stdout:write((holds and 'ok    ' or 'FAIL  ') .. name .. shown .. '\n')
  return holds and true or false
end

---As `check`, for what nothing that follows can do without.
function M.need(name, holds, detail)
  if not M.check(name, holds, detail) then
    M.finish()
  end
end

---@type fun()[] what is done at the end, however a case ends
M.at_end = {}

function M.finish()
  for _, tidy in ipairs(M.at_end) do
    tidy()
  end
  io.stdout:write(('\n%d passed, %d failed\n'):format(passed, failed))
  os.exit(failed == 0 and 0 or 1)
end

---@param condition fun(): any
---@return boolean
function M.wait(condition)
  return (vim.wait(30000, condition, 20))
end

---@param words string
---@return fun(): boolean
function M.was_told(words)
  return function()
    return vim.iter(M.told):any(function(message)
      return message:find(words, 1, true) ~= nil
    end)
  end
end

---`-l` loads neither plugins nor the detection of file types.
function M.start_up()
  vim.cmd('filetype plugin on')
  vim.cmd('runtime! plugin/salve.lua')
end

---@return vim.lsp.Client?
function M.client()
  return vim.lsp.get_clients({ bufnr = 0, name = 'salve' })[1]
end

---@return string[]
function M.lines()
  return vim.api.nvim_buf_get_lines(0, 0, -1, false)
end

---Writes a file and opens it.
function M.open(name, content)
  vim.fn.writefile(content, name)
  vim.cmd.edit(name)
end

---Waits for so many diagnostics.
---@param count integer
---@return boolean
function M.shows(count)
  return M.wait(function()
    return #vim.diagnostic.get(0) == count
  end)
end

function M.to_first_diagnostic()
  local diagnostic = vim.diagnostic.get(0)[1]
  vim.api.nvim_win_set_cursor(0, { diagnostic.lnum + 1, diagnostic.col })
end

---@return boolean whether the current window floats
function M.floats()
  return vim.api.nvim_win_get_config(0).relative ~= ''
end

---@return string
function M.float_title()
  local title = vim.api.nvim_win_get_config(0).title
  return type(title) == 'table' and title[1][1] or title or ''
end

---Presses keys as a person does.
function M.press(keys)
  vim.api.nvim_feedkeys(vim.keycode(keys), 'xt', false)
end

---@return string whatever Python says of a file on disk; empty if it compiles
function M.compile(name)
  local done = vim.system({ 'python3', '-c', 'import sys; compile(open(sys.argv[1]).read(), sys.argv[1], "exec")', name }):wait()
  return done.code == 0 and '' or done.stderr
end

---@param patience? integer seconds until there must be something
---@return string[] what the record says became of fixes
function M.outcomes(patience)
  local record = vim.env.XDG_DATA_HOME .. '/salve/salve.db'
  local command = { 'python3', vim.env.EDITOR_TESTS .. '/outcomes.py', record, tostring(patience or 30) }
  return vim.split(vim.trim(vim.system(command, { text = true }):wait().stdout), '\n')
end

return M
