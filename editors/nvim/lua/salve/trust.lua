-- What the person has said of trust since Neovim started, for each workspace.
local M = {}

---@type table<string, { trusted: boolean, run?: boolean }>
M.answers = {
  yes = { trusted = true },
  run = { trusted = true, run = true },
  no = { trusted = false },
}

---@type table<string, string> the answer by root
local said = {}

---@param client vim.lsp.Client
---@param answer string one of `M.answers`
function M.say(client, answer)
  said[client.root_dir or ''] = answer
  client:notify('salve/trustDidChange', M.answers[answer])
end

---What a server for this root is told at its start, if the person has said something.
---@param root string?
---@return { trusted: boolean, run?: boolean }?
function M.of(root)
  return M.answers[said[root or '']]
end

return M
