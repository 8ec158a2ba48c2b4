-- How Neovim starts salve and what it understands of it. `vim.lsp.config('salve', {...})` changes any of it.
local options = require('salve.options').get()

---@type vim.lsp.Config
return {
  cmd = options.cmd,
  filetypes = { 'python' },
  root_markers = { 'pyproject.toml', 'setup.py', 'setup.cfg', 'requirements.txt', '.git' },
  capabilities = {
    workspace = {
      -- Edits then say for which version of the text they are, and which ones the person looks at first.
      workspaceEdit = { documentChanges = true, changeAnnotationSupport = { groupsOnLabel = false } },
    },
  },
  before_init = function(params, config)
    params.initializationOptions = require('salve.options').initialization(config.root_dir)
  end,
  on_init = function(client)
    require('salve.confirm').watch(client)
  end,
  on_exit = function(_, _, client_id)
    vim.schedule(function()
      require('salve.status').forget(client_id)
    end)
  end,
  handlers = {
    ['salve/connectionStatus'] = function(_, status, context)
      require('salve.status').update(context.client_id, status)
    end,
    ['workspace/applyEdit'] = function(_, params, context)
      return require('salve.confirm').apply_edit(params, context)
    end,
  },
}
