-- `:Salve cancel`: gives up what the model, or a test, is busy with.
---@type salve.Command
return {
  summary = 'give up what the model is asked, or a test that runs',
  run = function()
    local given_up = false
    for _, client in ipairs(vim.lsp.get_clients({ name = 'salve' })) do
      for token in pairs(client.progress.pending) do
        client:notify('window/workDoneProgress/cancel', { token = token })
        given_up = true
      end
    end
    if not given_up then
      require('salve.tell').now('nothing is going on')
    end
  end,
}
