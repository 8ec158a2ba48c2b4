-- `:Salve prompt`: what the model would be sent about this line, word by word.
local actions = require('salve.actions')

---@param preview table what `salve/modelPreview` answers
---@return string[]
local function lines(preview)
  local shown = {
    ('To: %s (%s), %s'):format(preview.provider, preview.url, preview.model or 'the first model that can chat'),
    ('Size: %d bytes, about %d tokens; lines %d to %d'):format(
      preview.bytes,
      preview.tokens,
      preview.firstLine,
      preview.lastLine
    ),
  }
  for _, secret in ipairs(preview.redactions) do
    table.insert(shown, ('Replaced: %s, %d times'):format(secret.kind, secret.count))
  end
  for _, message in ipairs(preview.messages) do
    vim.list_extend(shown, { '', ('--- %s ---'):format(message.role) })
    vim.list_extend(shown, vim.split(message.content, '\n'))
  end
  return shown
end

---@type salve.Command
return {
  summary = 'show what the model would be sent about this line; nothing is sent',
  run = function()
    local place = actions.cursor()
    local found = vim.diagnostic.get(place.bufnr, { lnum = place.line })
    if #found == 0 then
      require('salve.tell').now('nothing is wrong in this line')
      return
    end
    local about = vim.lsp.diagnostic.from({ found[1] })[1]
    require('salve.client').request('salve/modelPreview', {
      uri = vim.uri_from_bufnr(place.bufnr),
      version = vim.lsp.util.buf_versions[place.bufnr],
      range = about.range,
      code = about.code,
      source = about.source,
      message = about.message,
    }, function(preview)
      require('salve.float').open(lines(preview), { title = 'salve prompt' })
    end, place.bufnr)
  end,
}
