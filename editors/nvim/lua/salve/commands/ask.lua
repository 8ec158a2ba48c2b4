-- `:Salve ask`: the model heals what is wrong in this line.
local actions = require('salve.actions')

---@type salve.Command
return {
  summary = 'ask the model to heal this line; its fix is shown before it is made',
  run = function()
    local place = actions.cursor()
    actions.list(place, 'quickfix.salve', function(listed, client)
      local found = vim.tbl_filter(actions.is_ask, listed)
      if #found == 0 then
        local status = require('salve.status').of(place.bufnr)
        local why = status and status.error or 'there is nothing to heal in this line, or no model to ask'
        require('salve.tell').now(why .. '; see `:Salve status`', vim.log.levels.WARN)
        return
      end
      actions.choose(found, 'Ask about:', function(action)
        actions.apply(action, client, place.bufnr)
      end)
    end)
  end,
}
