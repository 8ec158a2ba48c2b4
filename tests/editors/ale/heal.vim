" A person opens broken files in Vim with ALE, sees what is wrong, takes the fix. Ends with `N passed, N failed`.
set nomore noswapfile hidden encoding=utf-8
scriptencoding utf-8
let &runtimepath = $ALE_FOLDER . ',' . &runtimepath
filetype plugin on
let g:ale_lint_delay = 0
let g:ale_update_tagstack = 0

let s:passed = 0
let s:failed = 0

function! s:Say(line) abort
  call writefile([a:line], '/dev/stdout', 'a')
endfunction

function! s:Check(name, holds, ...) abort
  if a:holds
    let s:passed += 1
  else
    let s:failed += 1
  endif
  call s:Say((a:holds ? 'ok    ' : 'FAIL  ') . a:name . (a:holds || !a:0 ? '' : '  ' . string(a:1)))
  return a:holds
endfunction

function! s:Finish() abort
  call s:Say('')
  call s:Say(s:passed . ' passed, ' . s:failed . ' failed')
  execute s:failed ? 'cquit!' : 'qall!'
endfunction

function! s:Wait(Condition) abort
  let l:begin = reltime()
  while !a:Condition() && reltimefloat(reltime(l:begin)) < 30
    sleep 20m
  endwhile
  return a:Condition()
endfunction

function! s:Shown() abort
  return ale#engine#GetLoclist(bufnr('%'))
endfunction

function! s:Open(name, lines) abort
  call writefile(a:lines, a:name)
  execute 'edit' fnameescape(a:name)
  ALELint
endfunction

" As ALECodeAction does, with the first action taken from the list.
let s:titles = []
function! s:Take(data, items) abort
  let s:titles = map(copy(a:items), 'v:val[1].title')
  call ale#codefix#ApplyLSPCodeAction(a:data, a:items[0][1])
endfunction

function! s:Heal() abort
  let l:mistake = s:Shown()[0]
  call cursor(l:mistake.lnum, l:mistake.col)
  let s:titles = []
  call ale#codefix#Execute(0, function('s:Take'))
endfunction

runtime plugin/ale.vim
" What the documentation says, which happens at the start.
source snippet.vim
doautocmd VimEnter
let g:ale_linters = {'python': ['salve']}

call s:Open('total.py', ['def total(prices)', '    return sum(prices)'])
if !s:Check('the mistake is shown', s:Wait({-> len(s:Shown()) == 1}), s:Shown())
  call s:Finish()
endif
let s:mistake = s:Shown()[0]
call s:Check('on its line', s:mistake.lnum == 1, s:mistake)
call s:Check('in words', s:mistake.text =~# 'must end with', s:mistake)
call s:Check('with its code', get(s:mistake, 'code', '') ==# 'SYN.MISSING_COLON', s:mistake)
call s:Heal()
call s:Check('one action heals', s:Wait({-> getline(1) ==# 'def total(prices):'}), getline(1, '$'))
call s:Check('and changes nothing else', getline(2, '$') == ['    return sum(prices)'], getline(1, '$'))
call s:Check('its title has the proof', get(s:titles, 0, '') =~# 'compiles', s:titles)
write
call s:Check('the mistake goes', s:Wait({-> empty(s:Shown())}), s:Shown())
call system('python3 -m py_compile total.py')
call s:Check('the file on disk compiles', v:shell_error == 0)
let s:outcomes = system('python3 ' . shellescape($EDITOR_TESTS . '/outcomes.py') . ' ' . shellescape($XDG_DATA_HOME . '/salve/salve.db'))
call s:Check('the record says that it was accepted', s:outcomes =~# 'accepted rule SYN.MISSING_COLON', s:outcomes)

" Columns on the wire are in UTF-16, where the horse counts as two.
call s:Open('beyond.py', ['grüße = "žluťoučký 🐎"', 'print(grüße, "🐎"'])
call s:Check('a mistake behind other letters is shown', s:Wait({-> len(s:Shown()) == 1}), s:Shown())
call s:Heal()
call s:Check('and healed in the right column', s:Wait({-> getline(2) ==# 'print(grüße, "🐎")'}), getline(1, '$'))
call s:Open('colon.py', ['def größe(žluť="žluť") # žluť', '    return žluť'])
call s:Check('one in the midst of them too', s:Wait({-> len(s:Shown()) == 1}), s:Shown())
call s:Heal()
call s:Check('and healed there', s:Wait({-> getline(1) ==# 'def größe(žluť="žluť"): # žluť'}), getline(1, '$'))
call s:Finish()
