-- `:Salve why`: what is wrong in this line, and what each fix rests on.
local actions = require('salve.actions')

---@param codes string[]
---@param lines string[]
---@param done fun()
local function explain(codes, lines, done)
  local code = table.remove(codes, 1)
  if not code then
    done()
    return
  end
  require('salve.program').run({ 'explain', '--color', 'never', code }, function(output)
    vim.list_extend(lines, { '' })
    vim.list_extend(lines, vim.split(vim.trim(output), '\n'))
    explain(codes, lines, done)
  end)
end

---@type salve.Command
return {
  summary = 'explain what is wrong in this line and what its fixes rest on',
  run = function()
    local place = actions.cursor()
    local codes, lines = {}, {}
    for _, found in ipairs(vim.diagnostic.get(place.bufnr, { lnum = place.line })) do
      if found.source == 'salve' then
        table.insert(lines, ('%s: %s'):format(found.code, found.message))
        if not vim.list_contains(codes, found.code) then
          table.insert(codes, found.code)
        end
      end
    end
    if #codes == 0 then
      require('salve.tell').now('nothing is wrong in this line as far as salve can tell')
      return
    end
    actions.list(place, 'quickfix.salve', function(fixes)
      for _, fix in ipairs(fixes) do
        table.insert(lines, (fix.isPreferred and '  preferred: ' or '  fix: ') .. fix.title)
        local why = fix.data and fix.data.why
        for _, line in ipairs(why and require('salve.evidence').lines(why) or {}) do
          table.insert(lines, '    ' .. line)
        end
      end
      explain(codes, lines, function()
        require('salve.float').open(lines, { title = 'salve why' })
      end)
    end)
  end,
}
