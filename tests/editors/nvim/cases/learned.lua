-- A fix of which little is known yet is shown before it is made, whoever lists the code actions.
local t = require('support')

t.start_up()
t.open('taught.py', { 'a = 3', 'ok = !a' })
t.need('a mistake is shown', t.shows(1), vim.diagnostic.get(0))
vim.api.nvim_buf_set_lines(0, 1, 2, false, { 'ok = not a' })
t.check('it is mended by hand', t.shows(0), vim.diagnostic.get(0))
-- Whoever turns to another line has finished.
vim.api.nvim_buf_set_lines(0, 2, 2, false, { 'print(ok)' })
local outcomes = t.outcomes()
t.need('and that is learned from', vim.list_contains(outcomes, 'accepted person SYN.FOREIGN_OPERATOR'), outcomes)

vim.cmd('silent write')
t.open('next.py', { 'b = 5', 'no = !b' })
t.need('the next one is shown', t.shows(1), vim.diagnostic.get(0))

---Has the fix in question chosen from Neovim's own list.
local function choose()
  local titles
  local select = vim.ui.select
  vim.ui.select = function(items, options, on_choice)
    vim.ui.select = select
    titles = vim.tbl_map(options.format_item, items)
    on_choice(items[1], 1)
  end
  t.to_first_diagnostic()
  vim.lsp.buf.code_action()
  t.wait(function()
    return titles
  end)
  return titles
end

local titles = choose()
t.check('what was learned comes first', (titles[1] or ''):find("Replace '!' by 'not'", 1, true), titles)
t.need('it is shown before it is made', t.wait(t.floats), t.lines())
local diff = table.concat(t.lines(), '\n')
t.check('as a diff', diff:find('-no = !b\n+no = not b', 1, true), diff)
t.press('q')
t.check('closing it changes nothing', t.lines()[2] == 'no = !b', t.lines())
choose()
t.need('it is shown again', t.wait(t.floats), t.lines())
t.press('a')
t.check('and made when it is wanted', t.wait(function()
  return t.lines()[2] == 'no = not b'
end), t.lines())
t.check('nothing is wrong any more', t.shows(0), vim.diagnostic.get(0))

t.finish()
