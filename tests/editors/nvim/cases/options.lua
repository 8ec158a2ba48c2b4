-- What is wrong with `vim.g.salve`, or with a setting, is told in plain words; the rest counts.
local t = require('support')
local options = require('salve.options')

vim.g.salve = { cmd = 'salve lsp', setings = {}, notify = false }
local read, wrong = options.read()
t.check('a wrong type is told and falls back', read.cmd[1] == 'salve' and #wrong == 2, wrong)
t.check('with what it must be', (wrong[1] or ''):find('must be a table', 1, true), wrong)
t.check('so is an option that does not exist, with those that do', (wrong[2] or ''):find('settings', 1, true), wrong)
t.check('and the rest counts', read.notify == false)
vim.g.salve = 7
t.check('something else than a table is told', (select(2, options.read())[1] or ''):find('number', 1, true))
vim.g.salve = function()
  error('no such host')
end
t.check('a function that fails is told', (select(2, options.read())[1] or ''):find('no such host', 1, true))

vim.g.salve = { cmd = { 'no-such-program', 'lsp' } }
t.start_up()
t.open('first.py', { 'print(1' })
t.check('a program that is missing is told', t.wait(t.was_told('no-such-program was not found')), t.told)
t.check('with what to do', t.was_told('install it')(), t.told)

-- A function is asked when the server starts.
vim.g.salve = function()
  return {
    bogus = true,
    settings = { diagnostics = { delayMillis = 'soon', names = false } },
    trusted = function(root)
      return root ~= nil and root:find('project', 1, true) ~= nil
    end,
  }
end
local handed = options.initialization('/some/project')
t.check('trust may depend on the root', handed.trusted == true and options.initialization('/else').trusted == false)
vim.lsp.enable('salve')
vim.cmd.edit('first.py')
t.check('the server starts with the rest', t.shows(1), vim.diagnostic.get(0))
t.check('what is wrong with an option is told', t.was_told('vim.g.salve.bogus')(), t.told)
t.check('what is wrong with a setting is told', t.wait(function()
  return vim.fn.execute('messages'):find('delayMillis', 1, true) ~= nil
end), vim.fn.execute('messages'))
t.open('names.py', { 'print(nmae)', 'print(1' })
t.check('a right setting counts', t.shows(1), vim.diagnostic.get(0))

vim.cmd.checkhealth('salve')
local report = table.concat(t.lines(), '\n')
t.check('the health check warns of the option', report:find('WARNING.*bogus'), report)

t.finish()
