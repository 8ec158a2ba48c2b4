-- Before the first Python file the plugin costs next to nothing, and afterwards it is all there.
local t = require('support')

---@return string[] our modules that are loaded, and the language client if it is
local function loaded()
  return vim.tbl_filter(function(name)
    return vim.startswith(name, 'salve') or name == 'vim.lsp'
  end, vim.tbl_keys(package.loaded))
end

vim.o.statusline = "%{%v:lua.require'salve.statusline'.text()%}"
t.start_up()
t.check('nothing is loaded at the start', vim.deep_equal(loaded(), {}), loaded())
t.open('notes.txt', { 'def total(prices)' })
local statusline = vim.api.nvim_eval_statusline(vim.o.statusline, {}).str
t.check('the statusline has no part of ours where salve does not apply', statusline == '', statusline)
t.check('and nothing but it is loaded by another file', vim.deep_equal(loaded(), { 'salve.statusline' }), loaded())

t.open('a.py', { 'print(1' })
t.check('a Python file starts salve', t.shows(1), vim.diagnostic.get(0))
t.open('b.py', { 'print(2' })
t.check('which serves the next one too', t.shows(1), vim.diagnostic.get(0))
t.check('with one server for both', #vim.lsp.get_clients({ name = 'salve' }) == 1)

local names = require('salve.command').names
local completed = vim.fn.getcompletion('Salve ', 'cmdline')
table.sort(completed)
local sorted = vim.deepcopy(names)
table.sort(sorted)
t.check('every subcommand is completed', vim.deep_equal(completed, sorted), completed)
t.check('and by its first letters', vim.deep_equal(vim.fn.getcompletion('Salve mo', 'cmdline'), { 'model' }))
local models = vim.fn.getcompletion('Salve model use o', 'cmdline')
t.check('so are its arguments', vim.deep_equal(models, { 'ollama', 'openai' }), models)

local help = table.concat(vim.fn.readfile(vim.api.nvim_get_runtime_file('doc/salve.txt', false)[1]), '\n')
for _, name in ipairs(names) do
  local has_help = help:find('\n:Salve ' .. name, 1, true) ~= nil
  t.check(('%s has a file, a summary and help'):format(name), require('salve.commands.' .. name).summary and has_help)
end
local maps = vim.tbl_filter(function(map)
  return vim.startswith(map.lhs, '<Plug>(salve-')
end, vim.api.nvim_get_keymap('n'))
t.check('there are maps', #maps > 0)
for _, map in ipairs(maps) do
  t.check(map.lhs .. ' has help', help:find(map.lhs, 1, true))
end
for option in vim.spairs({ cmd = 1, enabled = 1, settings = 1, trusted = 1, run = 1, notify = 1 }) do
  t.check(('the option %s has help'):format(option), help:find('\n' .. option .. '  ', 1, true))
end

-- The tags, of a copy: the folder of the plugin stays as it is.
vim.fn.mkdir('copy/doc', 'p')
vim.fn.writefile(vim.split(help, '\n'), 'copy/doc/salve.txt')
vim.cmd.helptags('copy/doc')
vim.opt.runtimepath:append(vim.fn.getcwd() .. '/copy')
vim.cmd.help('salve')
t.check(':help finds it', vim.fn.expand('%:t') == 'salve.txt', vim.fn.expand('%'))
for link in help:gmatch('|(%S-salve%S-)|') do
  t.check(('the link to %s leads somewhere'):format(link), #vim.fn.getcompletion(link, 'help') > 0)
end

t.finish()
