-- Shows a change as a diff before it is made, and has the person decide.
local M = {}

---Calls back when nobody is typing: a window that opens under their fingers would take their keys for an answer.
---@param callback fun()
local function when_calm(callback)
  if vim.api.nvim_get_mode().mode:sub(1, 1) == 'n' then
    callback()
  else
    vim.api.nvim_create_autocmd('ModeChanged', { pattern = '*:n', once = true, callback = vim.schedule_wrap(callback) })
  end
end

---@param title string what the change is
---@param lines string[] the diff
---@param decide fun(answer: 'apply'|'reject'|'close') called once
function M.open(title, lines, decide)
  when_calm(function()
    local buffer, window = require('salve.float').open(lines, {
      title = title,
      footer = 'a applies, r rejects, q closes',
      filetype = 'diff',
    })
    local answer = 'close'
    for key, meant in pairs({ a = 'apply', r = 'reject' }) do
      vim.keymap.set('n', key, function()
        answer = meant
        vim.api.nvim_win_close(window, true)
      end, { buffer = buffer, nowait = true, desc = meant })
    end
    vim.api.nvim_create_autocmd('BufWipeout', {
      buffer = buffer,
      once = true,
      -- After the window is gone, so that the change is made where the person was.
      callback = vim.schedule_wrap(function()
        decide(answer)
      end),
    })
  end)
end

return M
