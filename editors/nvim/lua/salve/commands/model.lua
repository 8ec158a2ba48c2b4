-- `:Salve model`: the models that there are, and which one is asked.
---Chooses a model in the person's own configuration file, which the server then reads.
---@param arguments string[] provider and model
local function use(arguments)
  local command = vim.list_extend({ 'model', 'use', '--color', 'never' }, arguments)
  require('salve.program').run(command, function(output)
    require('salve.tell').now(vim.trim(output))
    local settings = require('salve.options').get().settings
    if settings.model or settings.providers then
      require('salve.tell').now('`vim.g.salve.settings` says something of models too, and outranks it', vim.log.levels.WARN)
    end
    require('salve.restart').restart()
  end)
end

---@param list table what `salve/modelList` answers
local function choose(list)
  if list.error then
    require('salve.tell').now(list.error, vim.log.levels.WARN)
    return
  end
  vim.ui.select(list.models, {
    prompt = ('Models of %s:'):format(list.provider),
    format_item = function(model)
      return ('%s %s%s'):format(model.used and '*' or ' ', model.name, model.loaded == true and ' (loaded)' or '')
    end,
  }, function(model)
    if model and not model.used then
      use({ list.provider, model.name })
    end
  end)
end

---@type salve.Command
return {
  summary = 'list the models and choose one; `model use PROVIDER [MODEL]`',
  run = function(arguments)
    local what = arguments[1] or 'list'
    if what == 'list' then
      require('salve.client').request('salve/modelList', nil, choose)
    elseif what == 'use' and arguments[2] then
      use(vim.list_slice(arguments, 2))
    else
      require('salve.tell').now('`:Salve model` takes `list`, or `use PROVIDER [MODEL]`', vim.log.levels.ERROR)
    end
  end,
  complete = function(before)
    if #before == 0 then
      return { 'list', 'use' }
    end
    return #before == 1 and before[1] == 'use' and require('salve.providers') or {}
  end,
}
