-- `:checkhealth salve`
local M = {}

local health = vim.health

---@return boolean goes_on
local function editor()
  health.start('salve: Neovim')
  if vim.fn.has('nvim-0.11') == 0 then
    health.error('Neovim 0.11 or newer is needed', 'Any other editor can start `salve lsp` itself')
    return false
  end
  local version = vim.version()
  health.ok(('Neovim %d.%d.%d'):format(version.major, version.minor, version.patch))
  local _, wrong = require('salve.options').read()
  for _, message in ipairs(wrong) do
    health.warn(message, 'See :help salve-options')
  end
  if #wrong == 0 then
    health.ok(vim.g.salve == nil and '`vim.g.salve` is not set: defaults' or '`vim.g.salve` is right')
  end
  return true
end

---@return boolean goes_on
local function program()
  health.start('salve: program')
  local name = require('salve.options').read().cmd[1]
  if vim.fn.executable(name) == 0 then
    health.error(('The program %s was not found'):format(name), {
      'Install it: `cargo install --path .` in the folder of its sources, with ~/.cargo/bin on the PATH',
      'Or name it: vim.g.salve = { cmd = { "/path/to/salve", "lsp" } }',
    })
    return false
  end
  local done = require('salve.program').wait({ '--version' }, 10000)
  if not done or done.code ~= 0 then
    health.error(('%s does not say its version'):format(vim.fn.exepath(name)), done and vim.trim(done.stderr) or nil)
    return false
  end
  health.ok(('%s at %s'):format(vim.trim(done.stdout), vim.fn.exepath(name)))
  return true
end

local function servers()
  health.start('salve: servers')
  local clients = vim.lsp.get_clients({ name = 'salve' })
  if #clients == 0 then
    health.info('None runs; one starts with the first Python file')
  end
  for _, client in ipairs(clients) do
    local buffers = vim.tbl_count(client.attached_buffers)
    health.ok(('One runs for %s, with %d files open'):format(client.root_dir or 'files outside a project', buffers))
  end
end

---@param report table what `salve doctor --json` prints
local function model(report)
  local status = report.model
  local state = require('salve.status').states[status.state] or { word = status.state }
  local line = ('Model: %s at %s: %s'):format(status.provider, status.url, state.word)
  if state.answers then
    health.ok(line)
  else
    health.info(line .. '; nothing needs one, and `:Salve defaults` sets one up')
  end
end

local function doctor()
  health.start('salve: what it relies on')
  local done = require('salve.program').wait({ 'doctor', '--json' }, 30000)
  local decoded, report = pcall(vim.json.decode, done and done.stdout or '', { luanil = { object = true } })
  if not decoded then
    health.error('`salve doctor` gives no report', done and vim.trim(done.stderr) or nil)
    return
  end
  if report.interpreter then
    health.ok('Interpreter: ' .. report.interpreter)
  else
    health.warn('No Python was found, so fixes are proven by parsing only', 'Set `python.interpreter`')
  end
  if report.databaseTrouble then
    health.error('Record: ' .. report.databaseTrouble)
  else
    health.ok('Record: ' .. report.database)
  end
  for _, notice in ipairs(report.notices) do
    health.warn(type(notice) == 'table' and (notice.message or vim.inspect(notice)) or notice)
  end
  model(report)
  local trust = report.trust
  health.info(('Trust: %s %s'):format(trust.workspace or '', trust.trustedBecause))
end

function M.check()
  if editor() and program() then
    servers()
    doctor()
  end
end

return M
