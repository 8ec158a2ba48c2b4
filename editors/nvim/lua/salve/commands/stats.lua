-- `:Salve stats`: what was learned on this machine.

---@param share number?
---@return string
local function percent(share)
  return share and ('%.0f %%'):format(share * 100) or 'not known yet'
end

---@param stats table what `salve/patternStats` answers
---@return string[]
local function lines(stats)
  local shown = {
    ('Patterns    %d, %d of them gold'):format(stats.totalPatterns, stats.goldStandardCount),
    ('Templates   %d'):format(stats.totalTemplates),
    ('Accepted    %d, survived %d'):format(stats.totalSuccesses, stats.totalSurvived),
    ('Rejected    %d'):format(stats.totalRejected),
    ('Undone      %d'):format(stats.totalUndone),
    ('Edited away %d'):format(stats.totalEditedAway),
    ('Passed over %d'):format(stats.totalPassedOver),
    ('Confidence  %s'):format(percent(stats.overallAvgConfidence)),
  }
  for place, pattern in ipairs(stats.recentPatterns) do
    if place == 1 then
      vim.list_extend(shown, { '', 'Used last' })
    end
    table.insert(
      shown,
      ('  %-36s %3d accepted  %s%s'):format(
        pattern.clusterId,
        pattern.successCount,
        percent(pattern.avgConfidence),
        pattern.gold and '  gold' or ''
      )
    )
  end
  return shown
end

---@type salve.Command
return {
  summary = 'show what was learned on this machine',
  run = function()
    require('salve.client').request('salve/patternStats', nil, function(stats)
      require('salve.float').open(lines(stats), { title = 'salve stats' })
    end)
  end,
}
