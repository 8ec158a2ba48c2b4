-- Has the person look at the edits that salve marks for it, before they are made.
local M = {}

---The edits of one document, and what the person is asked to confirm, if anything.
---@param edit lsp.WorkspaceEdit
---@return lsp.TextDocumentEdit? document
---@return string? title
local function marked(edit)
  local document = (edit.documentChanges or {})[1]
  for _, annotation in pairs(edit.changeAnnotations or {}) do
    if annotation.needsConfirmation then
      return document, annotation.label
    end
  end
  return document, nil
end

---@param document lsp.TextDocumentEdit
---@return string? outdated why its edits cannot be made
local function outdated(document)
  local version = document.textDocument.version
  local buffer = vim.uri_to_bufnr(document.textDocument.uri)
  if version and version ~= vim.NIL and vim.lsp.util.buf_versions[buffer] ~= version then
    return 'the text was changed meanwhile'
  end
end

---Shows an edit if the person must confirm it, and calls back with the answer.
---@param edit lsp.WorkspaceEdit
---@param client vim.lsp.Client
---@param decided fun(answer: 'apply'|'reject'|'close')
local function ask(edit, client, decided)
  local document, title = marked(edit)
  if not document or not title then
    decided('apply')
    return
  end
  local buffer = vim.uri_to_bufnr(document.textDocument.uri)
  local lines = require('salve.difference').lines(buffer, document.edits, client.offset_encoding)
  require('salve.preview').open(title, lines, decided)
end

---@param code 'RequestCancelled'|'ContentModified'
---@param message string
---@return nil
---@return lsp.ResponseError
local function refuse(code, message)
  return nil, vim.lsp.rpc.rpc_response_error(vim.lsp.protocol.ErrorCodes[code], message)
end

---`workspace/applyEdit`: what a model has answered. Only a plain no says that the fix is wrong.
---@param params lsp.ApplyWorkspaceEditParams
---@param context lsp.HandlerContext
---@return lsp.ApplyWorkspaceEditResult?
---@return lsp.ResponseError?
function M.apply_edit(params, context)
  local client = assert(vim.lsp.get_client_by_id(context.client_id))
  local thread = coroutine.running()
  ask(params.edit, client, function(answer)
    vim.schedule(function()
      coroutine.resume(thread, answer)
    end)
  end)
  local answer = coroutine.yield()
  if answer == 'reject' then
    return { applied = false, failureReason = 'it was rejected' }
  elseif answer == 'close' then
    return refuse('RequestCancelled', 'the fix was closed')
  end
  local document = marked(params.edit)
  local reason = document and outdated(document)
  if reason then
    require('salve.tell').now(reason .. '; ask again', vim.log.levels.WARN)
    return refuse('ContentModified', reason)
  end
  vim.lsp.util.apply_workspace_edit(params.edit, client.offset_encoding)
  return { applied = true }
end

---The names of the fixes that an action applies.
---@param action lsp.CodeAction
---@return table? parameters of `salve.reject`
function M.fixes(action)
  local data = action.data
  return data and data.fixIds and { uri = data.uri, fixIds = data.fixIds }
end

---Puts the question between an action that was chosen and its edit, whoever lists the actions.
---@param client vim.lsp.Client
function M.watch(client)
  local request = client.request
  ---@diagnostic disable-next-line: duplicate-set-field
  client.request = function(self, method, params, handler, bufnr)
    if method ~= 'codeAction/resolve' or not handler then
      return request(self, method, params, handler, bufnr)
    end
    return request(self, method, params, function(failure, action, ...)
      local rest = { ... }
      if failure or not action.edit then
        return handler(failure, action, unpack(rest))
      end
      ask(action.edit, client, function(answer)
        if answer == 'apply' then
          handler(failure, action, unpack(rest))
        elseif answer == 'reject' and M.fixes(params) then
          require('salve.client').execute('salve.reject', M.fixes(params), function() end)
        end
      end)
    end, bufnr)
  end
end

return M
