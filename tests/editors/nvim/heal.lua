-- A person opens broken files, sees what is wrong, takes the fix. Ends with `N passed, N failed`.
local passed, failed = 0, 0

---@param name string
---@param holds any
---@param detail? any shown when it does not hold
local function check(name, holds, detail)
  if holds then
    passed = passed + 1
  else
    failed = failed + 1
  end
  local shown = not holds and detail ~= nil and ('  ' .. vim.inspect(detail)) or ''
  io.stdout:write((holds and 'ok    ' or 'FAIL  ') .. name .. shown .. '\n')
end

local function finish()
  io.stdout:write(('%d passed, %d failed\n'):format(passed, failed))
  os.exit(failed == 0 and 0 or 1)
end

local function wait(condition)
  return (vim.wait(30000, condition, 20))
end

local function lines()
  return vim.api.nvim_buf_get_lines(0, 0, -1, false)
end

local function open(name, content)
  vim.fn.writefile(content, name)
  vim.cmd.edit(name)
end

---Puts the cursor on the first diagnostic, and takes the first quick fix there.
local function heal()
  local diagnostic = vim.diagnostic.get(0)[1]
  vim.api.nvim_win_set_cursor(0, { diagnostic.lnum + 1, diagnostic.col })
  local taken = false
  vim.lsp.buf.code_action({
    context = { only = { 'quickfix' } },
    apply = true,
    -- The best fix comes first; with one action left, Neovim applies it without a menu.
    filter = function()
      local first = not taken
      taken = true
      return first
    end,
  })
end

-- `-l` loads neither plugins nor the detection of file types.
vim.cmd('filetype plugin on')
vim.lsp.enable('salve')

open('missing_colon.py', { 'def total(prices)', '    return sum(prices)', '', 'print(total([1, 2]))' })
check('salve attaches', wait(function()
  local client = vim.lsp.get_clients({ bufnr = 0, name = 'salve' })[1]
  return client ~= nil and client.initialized
end))
if failed > 0 then
  finish() -- Nothing that follows can hold.
end
check('the mistake is shown', wait(function()
  return #vim.diagnostic.get(0) == 1
end), vim.diagnostic.get(0))
local shown = vim.diagnostic.get(0)[1] or {}
check('on its line', shown.lnum == 0, shown)
check('with its code', shown.code == 'SYN.MISSING_COLON', shown)
if shown.lnum then
  heal()
end
check('the fix heals the buffer', wait(function()
  return lines()[1] == 'def total(prices):'
end), lines())
check('and changes nothing else', table.concat(lines(), '\n', 2) == '    return sum(prices)\n\nprint(total([1, 2]))', lines())
check('the diagnostic goes away', wait(function()
  return #vim.diagnostic.get(0) == 0
end), vim.diagnostic.get(0))
vim.cmd.undo()
check('one undo takes it back', lines()[1] == 'def total(prices)', lines())
check('and the mistake is shown again', wait(function()
  return #vim.diagnostic.get(0) == 1
end), vim.diagnostic.get(0))
vim.cmd('edit! | bwipeout!')

-- Columns are UTF-16 on the wire and bytes in Neovim.
open('beyond_ascii.py', { 'grüße = "žluťoučký 🐎"', 'print(grüße, "🐎"' })
check('a mistake behind other letters is shown', wait(function()
  return #vim.diagnostic.get(0) == 1
end), vim.diagnostic.get(0))
if vim.diagnostic.get(0)[1] then
  heal()
end
check('and healed in the right column', wait(function()
  return vim.deep_equal(lines(), { 'grüße = "žluťoučký 🐎"', 'print(grüße, "🐎")' })
end), lines())

-- While a person types: the text that counts is the editor's, not the file's.
open('typing.py', { 'for n in range(3):', '    print(n)' })
vim.api.nvim_buf_set_lines(0, 0, 1, false, { 'for n in range(3)' })
check('a mistake that was typed is shown', wait(function()
  return #vim.diagnostic.get(0) == 1
end), vim.diagnostic.get(0))
vim.api.nvim_buf_set_lines(0, 0, 1, false, { 'for n in range(3):' })
check('and goes when it was corrected by hand', wait(function()
  return #vim.diagnostic.get(0) == 0
end), vim.diagnostic.get(0))

local client = vim.lsp.get_clients({ name = 'salve' })[1]
if client then
  client:stop()
end
check('salve stops when asked', client and wait(function()
  return client:is_stopped()
end))

finish()
