-- Each subcommand does what it says, with a real server and a real record.
local t = require('support')

---Answers the next list with the item whose text has these words.
---@param words string
---@return fun(): string[] titles what was listed
local function will_choose(words)
  local titles = {}
  local select = vim.ui.select
  vim.ui.select = function(items, options, on_choice)
    vim.ui.select = select
    for _, item in ipairs(items) do
      local text = (options.format_item or tostring)(item)
      table.insert(titles, text)
      if text:find(words, 1, true) then
        return on_choice(item)
      end
    end
    on_choice(nil)
  end
  return function()
    vim.ui.select = select
    return titles
  end
end

---Waits for a float, keeps its text and closes it.
---@param title string
---@return string text
local function float(title)
  local opened = t.wait(t.floats)
  t.check(('a float opens: %s'):format(title), opened and t.float_title():find(title, 1, true), t.told)
  local text = opened and table.concat(t.lines(), '\n') or ''
  if opened then
    t.press('q')
    t.check('and closes', not t.floats())
  end
  return text
end

-- An interpreter inside the project leaves a trace when it is started.
local python = vim.fn.exepath('python3')
vim.fn.mkdir('.venv/bin', 'p')
vim.fn.writefile({ '#!/bin/sh', ('echo started >>"%s/trace"'):format(vim.fn.getcwd()), ('exec "%s" "$@"'):format(python) }, '.venv/bin/python')
vim.fn.setfperm('.venv/bin/python', 'rwxr-xr-x')
vim.fn.writefile({ 'home = ' .. vim.fs.dirname(python) }, '.venv/pyvenv.cfg')

t.start_up()
t.open('two.py', { 'def one(n)', '    return n', '', 'def two(n)', '    return n' })
t.need('two mistakes are shown', t.shows(2), vim.diagnostic.get(0))

vim.api.nvim_win_set_cursor(0, { 1, 0 })
vim.cmd('Salve why')
local why = float('salve why')
t.check('it says what is wrong', why:find('SYN.MISSING_COLON', 1, true), why)
t.check('what the fix rests on', why:find('preferred: .*compiles'), why)
t.check('who proposed it and each step of its proof', why:find('the rule missing_colon.*ok +compiles'), why)
t.check('by which interpreter', why:find('compiled by CPython', 1, true), why)
t.check('and what that means', why:find('A line that opens a block', 1, true), why)

vim.cmd('Salve prompt')
local prompt = float('salve prompt')
t.check('the prompt names who would be asked', prompt:find('lmstudio', 1, true), prompt)
t.check('and has the code', prompt:find('def one(n)', 1, true), prompt)

vim.cmd('Salve heal cursor')
t.check('the line under the cursor is healed', t.wait(function()
  return t.lines()[1] == 'def one(n):'
end), t.lines())
t.check('and no other', t.lines()[4] == 'def two(n)', t.lines())
t.check('its mistake goes', t.shows(1), vim.diagnostic.get(0))
vim.cmd('Salve heal cursor')
t.check('where nothing is wrong that is said', t.wait(t.was_told('there is no proven fix for this line')), t.told)

vim.cmd.undo()
t.need('after an undo both are there again', t.shows(2), vim.diagnostic.get(0))
vim.cmd('Salve heal')
t.check('the whole file is healed', t.wait(function()
  return t.lines()[1] == 'def one(n):' and t.lines()[4] == 'def two(n):'
end), t.lines())
t.check('nothing is wrong any more', t.shows(0), vim.diagnostic.get(0))
vim.cmd.write()
t.check('the file on disk compiles', t.compile('two.py') == '', t.compile('two.py'))
vim.cmd('Salve heal')
t.check('then there is nothing to heal', t.wait(t.was_told('nothing in this file can be healed')), t.told)

t.open('rejected.py', { 'def three(n)', '    return n' })
t.need('another mistake is shown', t.shows(1), vim.diagnostic.get(0))
t.to_first_diagnostic()
local listed = will_choose('compiles')
vim.cmd('Salve reject')
t.check('a fix is rejected', t.wait(t.was_told('rejected: ')), { t.told, listed() })
t.check('the record says so', t.wait(function()
  return vim.list_contains(t.outcomes(), 'rejected rule SYN.MISSING_COLON')
end), t.outcomes())

vim.cmd('Salve stats')
local stats = float('salve stats')
t.check('the statistics count it', stats:find('Rejected    1', 1, true), stats)
t.check('and the fix that was accepted and taken back', stats:find('Undone      1', 1, true), stats)

vim.cmd('Salve status')
local status = float('salve status')
t.check('the status says how the model is', status:find('unreachable', 1, true), status)
t.check('and why', status:find('does not answer', 1, true), status)

vim.cmd('Salve test')
local test = float('salve test: failed')
t.check('a test that fails says at which step', test:find('FAILED', 1, true), test)
vim.cmd('Salve ask')
t.check('without a model asking says so', t.wait(t.was_told('does not answer')), t.told)
vim.cmd('Salve model list')
t.check('so does listing models', t.wait(t.was_told('LM Studio')), t.told)
vim.cmd('Salve cancel')
t.check('there is nothing to give up', t.was_told('nothing is going on')(), t.told)

t.check('nothing inside the project was started', vim.fn.filereadable('trace') == 0)
vim.cmd('Salve trust yes')
t.check('with trust its interpreter proves fixes', t.wait(function()
  return vim.fn.filereadable('trace') == 1
end))
t.check('what that means was told', t.was_told('programs inside it may be started')(), t.told)

local before = t.client().id
vim.fn.delete('trace')
vim.cmd('Salve restart')
t.check('a restart gives another server', t.wait(function()
  return t.client() and t.client().id ~= before and t.client().initialized
end))
t.check('which shows the same', t.shows(1), vim.diagnostic.get(0))
t.check('and still knows that the workspace is trusted', t.wait(function()
  return vim.fn.filereadable('trace') == 1
end))

before = t.client().id
vim.cmd('Salve model use ollama local')
t.check('a model is chosen', t.wait(function()
  local config = vim.env.XDG_CONFIG_HOME .. '/salve/config.json'
  return vim.fn.filereadable(config) == 1 and table.concat(vim.fn.readfile(config)):find('"local"', 1, true) ~= nil
end), t.told)
t.check('and the server started anew', t.wait(function()
  return t.client() and t.client().id ~= before and t.client().initialized
end))

vim.cmd('Salve log')
t.check('the log opens', vim.fn.expand('%:t') == 'lsp.log', vim.fn.expand('%'))
vim.cmd('tabclose')
vim.cmd('Salve heel')
t.check('what does not exist is told, with what does', t.was_told('there is no `:Salve heel`; there are heal')(), t.told)

t.finish()
