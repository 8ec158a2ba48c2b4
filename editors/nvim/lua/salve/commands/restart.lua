-- `:Salve restart`: ends the server and starts it anew.
---@type salve.Command
return {
  summary = 'end the server and start it anew',
  run = function()
    require('salve.restart').restart()
  end,
}
