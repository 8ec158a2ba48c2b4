;;; heal.el --- A person heals with eglot  -*- lexical-binding: t -*-
;;; Commentary:
;; Opens broken files, sees what is wrong, takes the fix.  Ends with `N passed, N failed'.
;;; Code:

(require 'package)
(package-initialize)
(require 'eglot)
(require 'flymake)
(require 'seq)

(setq make-backup-files nil
      create-lockfiles nil)
;; What the documentation says.
(load (expand-file-name "snippet.el"))

(defvar passed 0)
(defvar failed 0)

(defun check (name holds &optional detail)
  "Count whether NAME HOLDS; show DETAIL when it does not."
  (if holds (setq passed (1+ passed)) (setq failed (1+ failed)))
  (princ (format "%s%s%s\n" (if holds "ok    " "FAIL  ") name (if holds "" (format "  %S" detail))))
  holds)

(defun finish ()
  "Say what was counted, and end."
  (when (eglot-current-server) (ignore-errors (eglot-shutdown (eglot-current-server))))
  (princ (format "\n%d passed, %d failed\n" passed failed))
  (set-buffer-modified-p nil)
  (kill-emacs (if (zerop failed) 0 1)))

(defun wait (condition)
  "Wait until CONDITION gives something, and return that."
  (let ((end (+ (float-time) 30)) found)
    (while (and (not (setq found (funcall condition))) (< (float-time) end))
      (accept-process-output nil 0.05))
    found))

(defun shown ()
  "What is shown, with a look at it: in batch mode nothing is done while idle."
  (flymake-start)
  (flymake-diagnostics))

(defun open (name text)
  "Write TEXT to the file NAME and open it."
  (with-temp-file name (insert text))
  (find-file name)
  ;; What happens after a command that a person has given.
  (run-hooks 'post-command-hook))

(defun heal ()
  "Press the key for code actions at the first mistake, and Enter; return the titles that were listed."
  (goto-char (flymake-diagnostic-beg (car (flymake-diagnostics))))
  (let ((last-nonmenu-event ?\r) titles)
    (cl-letf (((symbol-function 'completing-read)
               (lambda (_prompt collection &rest arguments)
                 (setq titles (mapcar #'car collection))
                 (car (last arguments)))))
      (call-interactively #'eglot-code-actions))
    titles))

(defun text ()
  "The text of the buffer."
  (buffer-substring-no-properties (point-min) (point-max)))

(open "total.py" "def total(prices)\n    return sum(prices)\n")
(unless (check "eglot connects" (wait #'eglot-current-server)) (finish))
(unless (check "the mistake is shown" (wait #'shown)) (finish))
(let ((mistake (car (flymake-diagnostics))))
  (check "on its line" (= 1 (line-number-at-pos (flymake-diagnostic-beg mistake))))
  (check "in words, with its code"
         (string-match-p "SYN.MISSING_COLON.*must end with" (flymake-diagnostic-text mistake))
         (flymake-diagnostic-text mistake)))
(let ((titles (heal)))
  (check "a fix is listed with its proof" (string-match-p "compiles" (or (car titles) "")) titles))
(check "one action heals" (equal (text) "def total(prices):\n    return sum(prices)\n") (text))
(save-buffer)
(check "the mistake goes" (wait (lambda () (not (shown)))) (flymake-diagnostics))
(check "the file on disk compiles" (zerop (call-process "python3" nil nil nil "-m" "py_compile" "total.py")))
(let ((outcomes (with-output-to-string
                  (call-process "python3" nil standard-output nil
                                (concat (getenv "EDITOR_TESTS") "/outcomes.py")
                                (concat (getenv "XDG_DATA_HOME") "/salve/salve.db")))))
  (check "the record says that it was accepted"
         (string-match-p "accepted rule SYN.MISSING_COLON" outcomes) outcomes))

;; Columns on the wire are in UTF-16, where the horse counts as two.
(open "beyond.py" "grüße = \"žluťoučký 🐎\"\nprint(grüße, \"🐎\"\n")
(unless (check "a mistake behind other letters is shown" (wait #'shown)) (finish))
(heal)
(check "and healed in the right column"
       (equal (text) "grüße = \"žluťoučký 🐎\"\nprint(grüße, \"🐎\")\n") (text))
(open "colon.py" "def größe(žluť=\"🐎🐎\") # 🐎\n    return žluť\n")
(unless (check "one in the midst of them too" (wait #'shown)) (finish))
(heal)
(check "and healed there" (string-prefix-p "def größe(žluť=\"🐎🐎\"): # 🐎\n" (text)) (text))
(finish)
;;; heal.el ends here
