-- `:Salve reject`: a fix that is wrong is not offered again.
local actions = require('salve.actions')

---@type salve.Command
return {
  summary = 'choose a fix of this line that is wrong: it is not offered again',
  run = function()
    actions.list(actions.cursor(), 'quickfix.salve', function(found)
      local fixes = vim.tbl_filter(function(action)
        return require('salve.confirm').fixes(action) ~= nil
      end, found)
      if #fixes == 0 then
        require('salve.tell').now('there is no fix for this line')
        return
      end
      actions.choose(fixes, 'Reject:', function(action)
        require('salve.client').execute('salve.reject', require('salve.confirm').fixes(action), function()
          require('salve.tell').now('rejected: ' .. action.title)
        end)
      end)
    end)
  end,
}
