-- What there is before the first Python buffer: the command, the maps, and an ear for the file type. All else is loaded
-- when it is needed.
if vim.g.loaded_salve then
  return
end
vim.g.loaded_salve = true

if vim.fn.has('nvim-0.11') == 0 then
  vim.api.nvim_echo({ { 'salve needs Neovim 0.11 or newer; any editor can start `salve lsp` itself' } }, true, {})
  return
end

vim.api.nvim_create_user_command('Salve', function(call)
  require('salve.command').run(call.fargs)
end, {
  nargs = '*',
  desc = 'Heal code, and see how salve is',
  complete = function(lead, line)
    return require('salve.command').complete(lead, line)
  end,
})

for name, subcommand in pairs({
  heal = 'heal',
  ['heal-cursor'] = 'heal cursor',
  ask = 'ask',
  cancel = 'cancel',
  why = 'why',
  reject = 'reject',
  prompt = 'prompt',
  status = 'status',
  stats = 'stats',
}) do
  vim.keymap.set('n', ('<Plug>(salve-%s)'):format(name), ('<Cmd>Salve %s<CR>'):format(subcommand), {
    desc = 'salve: ' .. subcommand,
  })
end

vim.api.nvim_create_autocmd('FileType', {
  group = vim.api.nvim_create_augroup('salve', {}),
  pattern = 'python',
  once = true,
  desc = 'Start salve with the first Python buffer',
  callback = function()
    require('salve.start').start()
  end,
})
