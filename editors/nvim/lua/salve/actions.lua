-- The code actions of salve at a place, and how one is carried out.
local M = {}

---@class salve.Place
---@field bufnr integer
---@field line? integer from 0; left out: the whole text

---@param place salve.Place
---@return lsp.Range
local function range(place)
  local line = place.line
  if line then
    return { start = { line = line, character = 0 }, ['end'] = { line = line, character = 0 } }
  end
  local last = vim.api.nvim_buf_line_count(place.bufnr)
  return { start = { line = 0, character = 0 }, ['end'] = { line = last, character = 0 } }
end

---Lists actions.
---@param place salve.Place
---@param kind string such as `quickfix`
---@param on_list fun(actions: lsp.CodeAction[], client: vim.lsp.Client)
function M.list(place, kind, on_list)
  local found = vim.diagnostic.get(place.bufnr, { lnum = place.line })
  require('salve.client').request('textDocument/codeAction', {
    textDocument = vim.lsp.util.make_text_document_params(place.bufnr),
    range = range(place),
    context = { only = { kind }, diagnostics = vim.lsp.diagnostic.from(found), triggerKind = 1 },
  }, function(actions, client)
    on_list(actions or {}, client)
  end, place.bufnr)
end

---Whether an action only asks the model. All others are fixes that were proven.
---@param action lsp.CodeAction
---@return boolean
function M.is_ask(action)
  return action.kind == 'quickfix.salve.ask'
end

---@param action lsp.CodeAction
---@param client vim.lsp.Client
---@param bufnr integer
local function carry_out(action, client, bufnr)
  if action.edit then
    vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
  end
  if action.command then
    client:exec_cmd(action.command, { bufnr = bufnr })
  end
end

---Carries an action out, with its edit fetched first if it has none yet.
---@param action lsp.CodeAction
---@param client vim.lsp.Client
---@param bufnr integer
function M.apply(action, client, bufnr)
  if action.edit or not action.data then
    carry_out(action, client, bufnr)
    return
  end
  client:request('codeAction/resolve', action, function(failure, resolved)
    if failure then
      require('salve.tell').failed(failure)
    else
      carry_out(resolved, client, bufnr)
    end
  end, bufnr)
end

---Has the person choose one; a single one is chosen at once.
---@param actions lsp.CodeAction[]
---@param prompt string
---@param on_choice fun(action: lsp.CodeAction)
function M.choose(actions, prompt, on_choice)
  if #actions == 1 then
    on_choice(actions[1])
    return
  end
  vim.ui.select(actions, {
    prompt = prompt,
    kind = 'codeaction',
    format_item = function(action)
      return action.title
    end,
  }, function(action)
    if action then
      on_choice(action)
    end
  end)
end

---The place of the cursor.
---@return salve.Place
function M.cursor()
  return { bufnr = vim.api.nvim_get_current_buf(), line = vim.api.nvim_win_get_cursor(0)[1] - 1 }
end

return M
