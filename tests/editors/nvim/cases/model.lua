-- A real model: its server is started, killed and started again, and what it answers is shown before it is made.
local t = require('support')
local command = vim.split(vim.env.MODEL_COMMAND, ' ')

---Starts the server and waits until it answers.
---@param port? string
---@return vim.SystemObj process
---@return string? url
local function serve(port)
  local said = ''
  local whole = vim.list_extend(vim.deepcopy(command), { port })
  local process = vim.system(whole, {
    stdout = function(_, text)
      said = said .. (text or '')
    end,
  })
  vim.wait(120000, function()
    return said:find('READY', 1, true) ~= nil
  end, 20)
  return process, said:match('READY (%S+)')
end

---@param process vim.SystemObj
local function kill(process)
  process:kill('sigkill')
  process:wait()
end

---@param words string
---@return boolean
local function statusline_says(words)
  return t.wait(function()
    return vim.api.nvim_eval_statusline(vim.o.statusline, {}).str:find(words, 1, true) ~= nil
  end)
end

local function statusline()
  return vim.api.nvim_eval_statusline(vim.o.statusline, {}).str
end

local process, url = serve()
table.insert(t.at_end, function()
  kill(process)
end)
t.need('a model is served', url)
local port = assert(url):match(':(%d+)/')

vim.g.salve = {
  settings = {
    model = { provider = 'custom', heartbeatSeconds = 6 },
    providers = { custom = { url = url } },
  },
}
vim.o.statusline = "%{%v:lua.require'salve.statusline'.text()%}"
local events = 0
vim.api.nvim_create_autocmd('User', {
  pattern = 'SalveStatus',
  callback = function()
    events = events + 1
  end,
})
t.start_up()
t.open('area.py', { 'def area(w, h)', '    return w * h' })
t.need('the mistake is shown', t.shows(1), vim.diagnostic.get(0))
t.check('the statusline says that the model is there', statusline_says(' reachable ·'), statusline())
t.check('with its name', statusline():find('smollm2', 1, true), statusline())
t.check('and how long the last look took', statusline():find('%d+ ms'), statusline())
t.check('an event says so too', events > 0)
t.check('nothing is told, as nothing has changed', #t.told == 0, t.told)

kill(process)
t.check('when it is killed, the statusline says so', statusline_says('unreachable'), statusline())
t.check('and it is told', t.was_told('the model does not answer')(), t.told)
process = serve(port)
t.check('when it is started again, that is seen', statusline_says(' reachable ·'), statusline())
t.check('and told', t.was_told('answers again')(), t.told)
t.check('each of it once', #t.told == 2, t.told)

-- Through Neovim's own list of code actions.
---@return string[] titles
local function ask_by_the_list()
  local titles = {}
  local select = vim.ui.select
  vim.ui.select = function(items, options, on_choice)
    vim.ui.select = select
    titles = vim.tbl_map(options.format_item, items)
    on_choice(items[#items], #items)
  end
  t.to_first_diagnostic()
  vim.lsp.buf.code_action()
  t.wait(function()
    return #titles > 0
  end)
  return titles
end

local titles = ask_by_the_list()
t.check('the model is offered last', (titles[#titles] or ''):find('Heal with smollm2', 1, true), titles)
t.need('its fix is shown before it is made', t.wait(t.floats), t.told)
local diff = table.concat(t.lines(), '\n')
t.check('as a diff', diff:find('-def area(w, h)\n+def area(w, h):', 1, true), diff)
t.check('under a title with the model and the proof', t.float_title():find('smollm2.*compiles'), t.float_title())
t.press('q')
t.check('closing it changes nothing', t.lines()[1] == 'def area(w, h)', t.lines())
t.check('and the mistake is still shown', #vim.diagnostic.get(0) == 1)
ask_by_the_list()
t.need('it can be asked again', t.wait(t.floats), t.told)
t.press('r')
t.check('rejecting it changes nothing', t.lines()[1] == 'def area(w, h)', t.lines())

t.open('mass.py', { 'def mass(v, d):', '    retrun v * d' })
t.need('another mistake is shown', t.shows(1), vim.diagnostic.get(0))
t.to_first_diagnostic()
local while_asked
vim.api.nvim_create_autocmd('LspProgress', {
  pattern = 'begin',
  once = true,
  callback = function()
    while_asked = statusline()
  end,
})
vim.cmd('Salve ask')
t.need('by the command it is shown too', t.wait(t.floats), t.told)
t.check('the statusline said that it is busy', (while_asked or ''):find('busy', 1, true), while_asked)
t.press('a')
t.check('and made when it is wanted', t.wait(function()
  return t.lines()[2] == '    return v * d'
end), t.lines())
t.check('in the buffer that was open', vim.fn.expand('%:t') == 'mass.py' and not t.floats())
t.check('nothing is wrong any more', t.shows(0), vim.diagnostic.get(0))
vim.cmd.write()
t.check('the file on disk compiles', t.compile('mass.py') == '', t.compile('mass.py'))
t.check('the statusline says that the model has answered', statusline_says('ready'), statusline())
local outcomes = t.outcomes()
t.check('the record has it', vim.list_contains(outcomes, 'accepted model SYN.KEYWORD_TYPO'), outcomes)
-- The rule had found the same fix, which counts as one.
local rejected = vim.tbl_filter(function(outcome)
  return vim.startswith(outcome, 'rejected')
end, outcomes)
t.check('and the rejected one once', vim.deep_equal(rejected, { 'rejected rule SYN.MISSING_COLON' }), outcomes)

-- What has changed meanwhile is left alone.
t.open('stale.py', { 'def size(w, h):', '    retrun w * h' })
t.need('a third mistake is shown', t.shows(1), vim.diagnostic.get(0))
local buffer = vim.api.nvim_get_current_buf()
t.to_first_diagnostic()
vim.cmd('Salve ask')
t.need('its fix is shown', t.wait(t.floats), t.told)
vim.api.nvim_buf_set_lines(buffer, 0, 0, false, { '# new' })
t.press('a')
t.check('a fix for an old text is not made', t.wait(t.was_told('changed')), t.told)
local lines = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
t.check('and the text is as it was typed', vim.deep_equal(lines, { '# new', 'def size(w, h):', '    retrun w * h' }), lines)
local changed = vim.iter(t.outcomes()):filter(function(outcome)
  return vim.startswith(outcome, 'rejected')
end)
t.check('which is no word against it', #changed:totable() == 1, t.outcomes())

vim.cmd('Salve test')
t.check('the test of the connection passes', t.wait(t.floats) and t.float_title():find('passed', 1, true), t.float_title())
t.press('q')
vim.cmd('Salve defaults custom ' .. url)
t.check('defaults are saved when it answers', t.wait(t.floats) and t.float_title():find('saved', 1, true), t.float_title())
t.press('q')

t.finish()
