-- `:Salve defaults`: sets a model up, and saves that only if it answers.

---@param result table what `salve.loadDefaults` answers
---@return string[]
local function lines(result)
  local shown = require('salve.steps').lines(result.test)
  if result.savedTo then
    vim.list_extend(shown, { '', 'Saved to ' .. result.savedTo })
  else
    vim.list_extend(shown, { '', 'Nothing was saved' })
  end
  vim.list_extend(shown, result.warnings)
  for _, server in ipairs(result.running) do
    table.insert(shown, ('%s runs at %s; `:Salve defaults %s` uses it'):format(server.title, server.url, server.provider))
  end
  return shown
end

---@type salve.Command
return {
  summary = 'set a model up: test it, and save it if it answers; `defaults [PROVIDER [URL]]`',
  run = function(arguments)
    local wanted = { provider = arguments[1], url = arguments[2] }
    if vim.tbl_isempty(wanted) then
      wanted = vim.empty_dict()
    end
    require('salve.client').execute('salve.loadDefaults', wanted, function(result)
      local title = result.savedTo and 'salve defaults: saved' or 'salve defaults: a step failed'
      require('salve.float').open(lines(result), { title = title })
    end)
  end,
  complete = function(before)
    return #before == 0 and require('salve.providers') or {}
  end,
}
