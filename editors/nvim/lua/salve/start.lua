-- Switches the language server on, once somebody has opened a file that it heals.
local M = {}

local function enable()
  local cmd = require('salve.options').get().cmd
  if vim.fn.executable(cmd[1]) == 0 then
    require('salve.tell').once(
      ('the program %s was not found; install it, or name it in `vim.g.salve`; see `:checkhealth salve`'):format(cmd[1]),
      vim.log.levels.WARN
    )
    return
  end
  vim.lsp.enable('salve')
end

---Enables it for the buffers that are there and for those to come.
function M.start()
  if require('salve.options').get().enabled == false then
    return
  end
  if vim.v.vim_did_enter == 1 then
    -- Outside the event: enabling it raises the event again for the buffers that are there.
    vim.schedule(enable)
  else
    vim.api.nvim_create_autocmd('VimEnter', { once = true, callback = enable })
  end
end

return M
