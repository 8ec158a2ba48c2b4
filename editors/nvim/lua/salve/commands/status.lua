-- `:Salve status`: how the connection to the model stands.

---@param seconds integer? since 1970
---@return string
local function time(seconds)
  return seconds and os.date('%Y-%m-%d %H:%M:%S', seconds) --[[@as string]]
    or 'never'
end

---@param status salve.ConnectionStatus
---@param client vim.lsp.Client
---@return string[]
local function lines(status, client)
  local state = require('salve.status').states[status.state]
  local shown = {
    ('State       %s'):format(state and state.word or status.state),
    ('Provider    %s'):format(status.provider),
    ('Address     %s'):format(status.url),
    ('Model       %s'):format(status.model or 'none'),
    ('Up since    %s'):format(time(status.upSince)),
    ('Last looked %s'):format(time(status.checkedAt)),
    ('Took        %s'):format(status.latencyMillis and status.latencyMillis .. ' ms' or 'not known'),
    ('Workspace   %s'):format(client.root_dir or 'none'),
  }
  local last = status.lastError
  if status.error then
    table.insert(shown, ('Error       %s'):format(status.error))
  elseif last then
    table.insert(shown, ('Last error  %s, %s'):format(time(last.at), last.message))
  end
  return shown
end

---@type salve.Command
return {
  summary = 'show how the connection to the model stands',
  run = function()
    require('salve.client').request('salve/connectionStatus', nil, function(status, client)
      require('salve.float').open(lines(status, client), { title = 'salve status' })
    end)
  end,
}
