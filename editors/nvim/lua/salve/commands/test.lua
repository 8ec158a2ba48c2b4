-- `:Salve test`: is the model there, and does it answer?
---@type salve.Command
return {
  summary = 'test the connection to the model, step by step',
  run = function()
    require('salve.client').execute('salve.testConnection', vim.empty_dict(), function(test)
      local title = test.passed and 'salve test: passed' or 'salve test: failed'
      require('salve.float').open(require('salve.steps').lines(test), { title = title })
    end)
  end,
}
