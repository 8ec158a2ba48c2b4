-- Reads `vim.g.salve`, and says what is wrong with it.
local M = {}

---@type table<string, string|string[]>
local types = {
  cmd = 'table',
  enabled = 'boolean',
  settings = 'table',
  trusted = { 'boolean', 'function' },
  run = { 'boolean', 'function' },
  notify = 'boolean',
}

---@return salve.Opts
local function defaults()
  return { cmd = { 'salve', 'lsp' }, enabled = true, settings = {}, notify = true }
end

---@param name any
---@param value any
---@return string? wrong
local function problem(name, value)
  local wanted = types[name]
  if not wanted then
    local names = vim.tbl_keys(types)
    table.sort(names)
    return ('`vim.g.salve.%s` is no option; there are %s'):format(name, table.concat(names, ', '))
  end
  local list = type(wanted) == 'table' and wanted or { wanted }
  if not vim.list_contains(list, type(value)) then
    return ('`vim.g.salve.%s` is a %s, but must be a %s; it was ignored'):format(
      name,
      type(value),
      table.concat(list, ' or ')
    )
  end
  if name == 'cmd' and type(value[1]) ~= 'string' then
    return '`vim.g.salve.cmd` must name a program first, such as { "salve", "lsp" }; it was ignored'
  end
end

---Everything that can be used, and what is wrong with the rest.
---@return salve.Opts options
---@return string[] wrong
function M.read()
  local options, wrong = defaults(), {}
  local given = vim.g.salve
  if type(given) == 'function' then
    local ok, made = pcall(given)
    if not ok then
      return options, { ('`vim.g.salve` fails: %s'):format(made) }
    end
    given = made
  end
  if given == nil then
    return options, wrong
  end
  if type(given) ~= 'table' then
    return options, { ('`vim.g.salve` is a %s, but must be a table or a function'):format(type(given)) }
  end
  for name, value in vim.spairs(given) do
    local trouble = problem(name, value)
    if trouble then
      table.insert(wrong, trouble)
    else
      options[name] = value
    end
  end
  return options, wrong
end

---As `read`, and tells the person what is wrong.
---@return salve.Opts
function M.get()
  local options, wrong = M.read()
  for _, message in ipairs(wrong) do
    require('salve.tell').once(message, vim.log.levels.WARN)
  end
  return options
end

---What the server is handed over at its start.
---@param root string?
---@return table<string, any>
function M.initialization(root)
  local options = M.get()
  local handed = vim.deepcopy(options.settings)
  local answer = require('salve.trust').of(root)
  for _, name in ipairs({ 'trusted', 'run' }) do
    local said = options[name]
    if type(said) == 'function' then
      said = said(root)
    end
    if answer then
      said = answer[name]
    end
    handed[name] = said
  end
  return next(handed) and handed or vim.empty_dict()
end

return M
