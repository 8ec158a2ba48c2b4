-- `:Salve trust`: whether programs of the workspace may be started, until Neovim ends.
local trust = require('salve.trust')

local words = {
  yes = 'programs inside it may be started',
  run = 'programs inside it may be started, and its code may be run in the sandbox',
  no = 'nothing inside it is started',
}

---@param answer string
local function say(answer)
  local client = require('salve.client').of()
  if client then
    trust.say(client, answer)
    local root = client.root_dir or 'files outside a project'
    require('salve.tell').now(('%s: %s, until Neovim ends'):format(root, words[answer]))
  end
end

---@type salve.Command
return {
  summary = 'trust this workspace until Neovim ends; `trust yes`, `run` or `no`',
  run = function(arguments)
    if trust.answers[arguments[1]] then
      say(arguments[1])
      return
    end
    vim.ui.select({ 'yes', 'run', 'no' }, {
      prompt = 'Trust this workspace until Neovim ends?',
      format_item = function(answer)
        return ('%-3s  %s'):format(answer, words[answer])
      end,
    }, function(answer)
      if answer then
        say(answer)
      end
    end)
  end,
  complete = function(before)
    return #before == 0 and { 'yes', 'run', 'no' } or {}
  end,
}
