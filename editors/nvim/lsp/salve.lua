-- salve for Neovim's own client (0.11 or newer). Put this folder on the runtime path, then: vim.lsp.enable('salve')
---@type vim.lsp.Config
return {
  cmd = { 'salve', 'lsp' },
  filetypes = { 'python' },
  root_markers = { 'pyproject.toml', 'setup.py', 'setup.cfg', 'requirements.txt', '.git' },
}
