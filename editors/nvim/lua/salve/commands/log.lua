-- `:Salve log`: what the server wrote, at its end.
---@type salve.Command
return {
  summary = 'open the log of language servers, at its end',
  run = function()
    vim.cmd.tabedit(vim.fn.fnameescape(vim.lsp.log.get_filename()))
    vim.cmd.normal({ 'G', bang = true })
  end,
}
