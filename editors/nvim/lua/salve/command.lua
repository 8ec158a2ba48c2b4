-- `:Salve`: finds the subcommand, and completes it.
local M = {}

---All subcommands, in the order in which they are listed. Each is a file of its own.
M.names = {
  'heal',
  'ask',
  'cancel',
  'why',
  'reject',
  'prompt',
  'status',
  'stats',
  'model',
  'defaults',
  'test',
  'trust',
  'restart',
  'log',
}

---@param name string
---@return salve.Command
local function load(name)
  return require('salve.commands.' .. name)
end

---What each subcommand does, to choose one.
local function choose()
  vim.ui.select(M.names, {
    prompt = 'salve:',
    format_item = function(name)
      return ('%-9s %s'):format(name, load(name).summary)
    end,
  }, function(name)
    if name then
      load(name).run({})
    end
  end)
end

---@param arguments string[]
function M.run(arguments)
  local name = arguments[1]
  if not name then
    choose()
  elseif vim.list_contains(M.names, name) then
    load(name).run(vim.list_slice(arguments, 2))
  else
    local message = ('there is no `:Salve %s`; there are %s'):format(name, table.concat(M.names, ', '))
    require('salve.tell').now(message, vim.log.levels.ERROR)
  end
end

---@param lead string what is being typed
---@param line string the whole command line
---@return string[]
function M.complete(lead, line)
  local words = vim.split(vim.trim(line), '%s+')
  if lead ~= '' then
    table.remove(words)
  end
  -- The first word is the command itself.
  table.remove(words, 1)
  local name = table.remove(words, 1)
  local found = M.names
  if name then
    local command = vim.list_contains(M.names, name) and load(name)
    found = command and command.complete and command.complete(words) or {}
  end
  return vim.tbl_filter(function(word)
    return vim.startswith(word, lead)
  end, found)
end

return M
