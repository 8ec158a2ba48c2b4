-- `:Salve heal`: everything that is safe in the file, or what is wrong at the cursor.
local actions = require('salve.actions')

local function file()
  local place = { bufnr = vim.api.nvim_get_current_buf() }
  actions.list(place, 'source.fixAll.salve', function(found, client)
    if found[1] then
      actions.apply(found[1], client, place.bufnr)
    else
      require('salve.tell').now('nothing in this file can be healed for certain')
    end
  end)
end

local function cursor()
  local place = actions.cursor()
  actions.list(place, 'quickfix.salve', function(found, client)
    local fixes = vim.tbl_filter(function(action)
      return not actions.is_ask(action)
    end, found)
    if #fixes == 0 then
      require('salve.tell').now('there is no proven fix for this line; `:Salve ask` asks the model')
      return
    end
    local preferred = vim.tbl_filter(function(action)
      return action.isPreferred
    end, fixes)
    actions.choose(#preferred == 1 and preferred or fixes, 'Heal:', function(action)
      actions.apply(action, client, place.bufnr)
    end)
  end)
end

---@type salve.Command
return {
  summary = 'apply every safe fix of this file; `heal cursor`: heal this line',
  run = function(arguments)
    if arguments[1] == 'cursor' then
      cursor()
    elseif arguments[1] == nil or arguments[1] == 'file' then
      file()
    else
      require('salve.tell').now('`:Salve heal` takes `file` or `cursor`', vim.log.levels.ERROR)
    end
  end,
  complete = function(before)
    return #before == 0 and { 'cursor', 'file' } or {}
  end,
}
