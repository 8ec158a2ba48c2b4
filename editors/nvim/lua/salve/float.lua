-- A window above the text, to read.
local M = {}

---@class salve.Float
---@field title string
---@field footer? string
---@field filetype? string

---@param lines string[]
---@return integer width of the longest line
local function longest(lines)
  local width = 0
  for _, line in ipairs(lines) do
    width = math.max(width, vim.fn.strdisplaywidth(line))
  end
  return width
end

---Shows lines, and closes with `q` or `<Esc>`.
---@param lines string[]
---@param float salve.Float
---@return integer bufnr
---@return integer window
function M.open(lines, float)
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].bufhidden = 'wipe'
  vim.bo[buffer].filetype = float.filetype or 'salve'
  local title, footer = (' %s '):format(float.title), (' %s '):format(float.footer or 'q closes')
  local width = math.min(math.max(longest({ title, footer, unpack(lines) }), 1), math.max(vim.o.columns - 4, 1))
  local height = math.min(#lines, math.max(vim.o.lines - 6, 1))
  local window = vim.api.nvim_open_win(buffer, true, {
    relative = 'editor',
    row = math.max(math.floor((vim.o.lines - height) / 2) - 1, 0),
    col = math.floor((vim.o.columns - width) / 2),
    width = width,
    height = height,
    style = 'minimal',
    border = vim.o.winborder ~= '' and vim.o.winborder or 'rounded',
    title = title,
    footer = footer,
    footer_pos = 'right',
  })
  vim.wo[window].wrap = true
  vim.wo[window].linebreak = true
  for _, key in ipairs({ 'q', '<Esc>' }) do
    vim.keymap.set('n', key, '<Cmd>close<CR>', { buffer = buffer, nowait = true, desc = 'Close' })
  end
  return buffer, window
end

return M
