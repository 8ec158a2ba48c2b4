-- The steps of a test of the connection, for people.
local M = {}

local marks = { passed = 'ok     ', failed = 'FAILED ', skipped = 'skipped' }

---@param test salve.ConnectionTest
---@return string[]
function M.lines(test)
  local shown = { ('%s, %s, %s'):format(test.provider, test.url, test.model or 'no model chosen'), '' }
  for _, step in ipairs(test.steps) do
    table.insert(shown, ('%s  %-8s %s'):format(marks[step.outcome] or step.outcome, step.step, step.detail))
    if step.hint then
      table.insert(shown, ('                  %s'):format(step.hint))
    end
  end
  return shown
end

return M
