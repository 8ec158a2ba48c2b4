-- A person opens broken files, sees what is wrong, takes the fix through Neovim's own list of code actions.
local t = require('support')

---Takes what is listed first; keeps all titles.
---@return string[] titles
local function take_first()
  local titles, chosen = {}, false
  local select = vim.ui.select
  vim.ui.select = function(items, options, on_choice)
    titles = vim.tbl_map(options.format_item, items)
    vim.ui.select = select
    chosen = true
    on_choice(items[1], 1)
  end
  t.to_first_diagnostic()
  vim.lsp.buf.code_action()
  t.wait(function()
    return chosen
  end)
  return titles
end

t.start_up()
t.open('missing_colon.py', { 'def total(prices)', '    return sum(prices)', '', 'print(total([1, 2]))' })
t.need('salve attaches', t.wait(function()
  local client = t.client()
  return client ~= nil and client.initialized
end))
t.need('the mistake is shown', t.shows(1), vim.diagnostic.get(0))
local shown = vim.diagnostic.get(0)[1]
t.check('on its line', shown.lnum == 0, shown)
t.check('with its code', shown.code == 'SYN.MISSING_COLON', shown)
t.check('in words', shown.message:find(':', 1, true), shown)

local titles = take_first()
t.check('a fix is listed with its proof', titles[1] and titles[1]:find('compiles', 1, true), titles)
t.check('the fix heals the buffer', t.wait(function()
  return t.lines()[1] == 'def total(prices):'
end), t.lines())
local rest = table.concat(t.lines(), '\n', 2)
t.check('and changes nothing else', rest == '    return sum(prices)\n\nprint(total([1, 2]))', t.lines())
t.check('the diagnostic goes away', t.shows(0), vim.diagnostic.get(0))
vim.cmd.write()
t.check('the file on disk compiles', t.compile('missing_colon.py') == '', t.compile('missing_colon.py'))
local outcomes = t.outcomes()
t.check('and the record says so', vim.list_contains(outcomes, 'accepted rule SYN.MISSING_COLON'), outcomes)
vim.cmd.undo()
t.check('one undo takes it back', t.lines()[1] == 'def total(prices)', t.lines())
t.check('and the mistake is shown again', t.shows(1), vim.diagnostic.get(0))
vim.cmd('edit! | bwipeout!')

-- The wire counts bytes where Neovim does.
t.open('beyond_ascii.py', { 'grüße = "žluťoučký 🐎"', 'print(grüße, "🐎"' })
t.need('a mistake behind other letters is shown', t.shows(1), vim.diagnostic.get(0))
take_first()
t.check('and healed in the right column', t.wait(function()
  return vim.deep_equal(t.lines(), { 'grüße = "žluťoučký 🐎"', 'print(grüße, "🐎")' })
end), t.lines())

-- While a person types: the text that counts is the editor's, not the file's.
t.open('typing.py', { 'for n in range(3):', '    print(n)' })
vim.api.nvim_buf_set_lines(0, 0, 1, false, { 'for n in range(3)' })
t.check('a mistake that was typed is shown', t.shows(1), vim.diagnostic.get(0))
vim.api.nvim_buf_set_lines(0, 0, 1, false, { 'for n in range(3):' })
t.check('and goes when it was corrected by hand', t.shows(0), vim.diagnostic.get(0))

local client = vim.lsp.get_clients({ name = 'salve' })[1]
if client then
  client:stop()
end
t.check('salve stops when asked', client and t.wait(function()
  return client:is_stopped()
end))

t.finish()
