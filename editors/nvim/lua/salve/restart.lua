-- Ends the server and starts it anew for the buffers that it had.
local M = {}

function M.restart()
  local clients = vim.lsp.get_clients({ name = 'salve' })
  vim.lsp.enable('salve', false)
  local waiting = assert(vim.uv.new_timer())
  -- Before the old ones have ended, Neovim would hand the buffers to them again.
  waiting:start(
    0,
    20,
    vim.schedule_wrap(function()
      for _, client in ipairs(clients) do
        if not client:is_stopped() then
          return
        end
      end
      if not waiting:is_closing() then
        waiting:close()
        vim.lsp.enable('salve')
      end
    end)
  )
end

return M
