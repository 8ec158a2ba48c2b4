-- `:checkhealth salve` on a machine where all is well.
local t = require('support')

t.start_up()
t.open('fine.py', { 'print(1)' })
t.check('a server runs', t.wait(function()
  return t.client() and t.client().initialized
end))
vim.cmd.checkhealth('salve')
local report = table.concat(t.lines(), '\n')
t.check('nothing is wrong', not report:find('ERROR', 1, true) and not report:find('WARNING', 1, true), report)
for _, words in ipairs({ 'Neovim 0.', 'salve 0.', 'One runs for', 'Interpreter: CPython', 'Record: ', 'Trust: ' }) do
  t.check(('it says: %s'):format(words), report:find(words, 1, true), report)
end

t.finish()
