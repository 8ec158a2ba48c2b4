-- What edits would make of a buffer, as a unified diff.
local M = {}

local diff = vim.text.diff or vim.diff

---@param bufnr integer
---@return string
local function text_of(bufnr)
  return table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false), '\n') .. '\n'
end

---@param bufnr integer
---@param edits lsp.TextEdit[]
---@param encoding 'utf-8'|'utf-16'|'utf-32'
---@return string[] lines
function M.lines(bufnr, edits, encoding)
  local copy = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(copy, 0, -1, false, vim.api.nvim_buf_get_lines(bufnr, 0, -1, false))
  vim.lsp.util.apply_text_edits(vim.deepcopy(edits), copy, encoding)
  local shown = diff(text_of(bufnr), text_of(copy), { ctxlen = 3 })
  vim.api.nvim_buf_delete(copy, { force = true })
  return vim.split(vim.trim(shown --[[@as string]]), '\n')
end

return M
