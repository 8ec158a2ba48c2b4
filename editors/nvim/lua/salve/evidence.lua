-- What a fix rests on, in lines for people.
local M = {}

local steps = {
  parse = 'parses with fewer errors, and with none that is new',
  compile = 'compiles',
  gate = 'brings in nothing that no repair needs',
  lint = 'the linter has nothing new to say',
  types = 'the type checker has nothing new to say',
  run = 'runs in the sandbox without the error',
  tests = 'the tests of the file pass',
}

local marks = { passed = 'ok    ', failed = 'FAILED', inconclusive = 'open  ' }

---@param source { kind: string, name?: string }
---@return string
local function proposer(source)
  if source.kind == 'rule' or source.kind == 'model' then
    return ('the %s %s'):format(source.kind, source.name)
  end
  return source.kind == 'learned' and 'what was learned here' or 'you'
end

---@param share number
---@return string
local function percent(share)
  return ('%.0f %%'):format(share * 100)
end

---@param why salve.Why
---@return string[]
function M.lines(why)
  local evidence = why.evidence
  local lines = { 'proposed by ' .. proposer(why.source) }
  for _, step in ipairs(evidence.steps) do
    local detail = step.detail and ': ' .. step.detail:gsub('\n.*', '') or ''
    table.insert(lines, ('%s  %s%s'):format(marks[step.verdict] or step.verdict, steps[step.kind] or step.kind, detail))
  end
  if evidence.interpreter then
    table.insert(lines, 'compiled by ' .. evidence.interpreter)
  end
  if evidence.together_with > 0 then
    table.insert(lines, ('compiled together with other fixes: %d'):format(evidence.together_with))
  end
  if evidence.errors_left > 0 then
    table.insert(lines, ('errors that stay in the text with this fix alone: %d'):format(evidence.errors_left))
  end
  table.insert(lines, ('likely to be what is meant, beside other cures: %s'):format(percent(why.likelihood)))
  if why.confidence then
    table.insert(lines, ('such fixes were right: %s'):format(percent(why.confidence)))
  end
  return lines
end

return M
