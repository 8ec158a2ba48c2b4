//! The names that no repair needs to bring in, one to a row.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use super::finding::Kind;
use super::finding::Kind::{
    Delete, DynamicCode, Exit, Interpreter, Kill, Network, Overwrite, Process, Secrets, SkippedTest,
};

/// A dotted name and what it does.
///
/// A whole module stands for all that is in it. A name that begins with a dot is an attribute that means the same
/// whatever it is read from.
pub(super) type Row = (&'static str, Kind);

/// The row that a resolved path falls under, the first of the table.
///
/// A path is what [`super::names`] makes of an expression: it begins with a module that is imported, with `builtins`, or
/// with `?` where nobody can say what it is read from.
pub(super) fn row(path: &str) -> Option<&'static Row> {
    static BY_LAST_WORD: OnceLock<HashMap<&str, Vec<usize>>> = OnceLock::new();
    let by_last_word = BY_LAST_WORD.get_or_init(|| {
        let mut table: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, (name, _)) in ROWS.iter().enumerate() {
            table.entry(last_word(name)).or_default().push(index);
        }
        table
    });
    path.split('.')
        .filter_map(|word| by_last_word.get(word))
        .flatten()
        .copied()
        .filter(|index| ROWS.get(*index).is_some_and(|(name, _)| covers(name, path)))
        .min()
        .and_then(|index| ROWS.get(index))
}

/// Whether a path is a module of which the table names something: it should not be handed around.
pub(super) fn is_sensitive_module(path: &str) -> bool {
    static MODULES: OnceLock<HashSet<&str>> = OnceLock::new();
    let modules = MODULES.get_or_init(|| {
        let named = ROWS.iter().flat_map(|(name, _)| {
            name.match_indices('.')
                .filter_map(move |(end, _)| name.get(..end))
        });
        named
            .filter(|module| !module.is_empty() && *module != "builtins")
            .collect()
    });
    modules.contains(path)
}

/// The part of a dotted name behind its last dot.
pub(super) fn last_word(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn covers(name: &str, path: &str) -> bool {
    if let Some(attribute) = name.strip_prefix('.') {
        return path.split('.').skip(1).any(|part| part == attribute);
    }
    if path.starts_with('?') {
        return false;
    }
    // `shutil.os.kill` is `os.kill`: modules have those that they import as attributes.
    path.match_indices(name).any(|(start, _)| {
        let before = start.checked_sub(1).and_then(|at| path.as_bytes().get(at));
        let after = path.as_bytes().get(start + name.len());
        before.is_none_or(|byte| *byte == b'.') && after.is_none_or(|byte| *byte == b'.')
    })
}

const ROWS: &[Row] = &[
    // Ends the program.
    ("builtins.exit", Exit),
    ("builtins.quit", Exit),
    ("builtins.SystemExit", Exit),
    ("sys.exit", Exit),
    ("os._exit", Exit),
    ("os.abort", Exit),
    ("._exit", Exit),
    ("_thread.exit", Exit),
    ("_sitebuiltins", Exit),
    ("_thread.interrupt_main", Exit),
    // Signals.
    ("os.kill", Kill),
    ("os.killpg", Kill),
    (".killpg", Kill),
    ("os.pidfd_open", Kill),
    ("signal.raise_signal", Kill),
    ("signal.pthread_kill", Kill),
    ("signal.pidfd_send_signal", Kill),
    ("psutil", Kill),
    // Processes.
    ("subprocess", Process),
    ("_posixsubprocess", Process),
    ("asyncio.create_subprocess_exec", Process),
    ("asyncio.create_subprocess_shell", Process),
    (".subprocess_exec", Process),
    (".subprocess_shell", Process),
    ("multiprocessing", Process),
    ("pty", Process),
    ("pexpect", Process),
    ("sh", Process),
    ("os.system", Process),
    ("os.popen", Process),
    ("os.startfile", Process),
    ("os.fork", Process),
    ("os.forkpty", Process),
    (".forkpty", Process),
    ("os.execl", Process),
    ("os.execle", Process),
    ("os.execlp", Process),
    ("os.execlpe", Process),
    ("os.execv", Process),
    ("os.execve", Process),
    ("os.execvp", Process),
    ("os.execvpe", Process),
    (".execl", Process),
    (".execle", Process),
    (".execlp", Process),
    (".execlpe", Process),
    (".execv", Process),
    (".execve", Process),
    (".execvp", Process),
    (".execvpe", Process),
    ("os.spawnl", Process),
    ("os.spawnle", Process),
    ("os.spawnlp", Process),
    ("os.spawnlpe", Process),
    ("os.spawnv", Process),
    ("os.spawnve", Process),
    ("os.spawnvp", Process),
    ("os.spawnvpe", Process),
    ("os.posix_spawn", Process),
    ("os.posix_spawnp", Process),
    (".posix_spawn", Process),
    (".posix_spawnp", Process),
    ("_winapi", Process),
    ("webbrowser", Process),
    // The network.
    ("socket", Network),
    ("_socket", Network),
    ("socketserver", Network),
    ("ssl", Network),
    ("urllib.request", Network),
    ("urllib3", Network),
    ("http.client", Network),
    ("http.server", Network),
    ("ftplib", Network),
    ("imaplib", Network),
    ("nntplib", Network),
    ("poplib", Network),
    ("smtplib", Network),
    ("telnetlib", Network),
    ("xmlrpc", Network),
    ("requests", Network),
    ("httpx", Network),
    ("aiohttp", Network),
    ("websocket", Network),
    ("websockets", Network),
    ("paramiko", Network),
    ("pycurl", Network),
    ("asyncio.open_connection", Network),
    ("asyncio.open_unix_connection", Network),
    ("asyncio.start_server", Network),
    ("asyncio.start_unix_server", Network),
    (".create_connection", Network),
    (".create_datagram_endpoint", Network),
    // Files that are gone.
    ("os.remove", Delete),
    ("os.removedirs", Delete),
    ("os.rmdir", Delete),
    ("os.truncate", Delete),
    ("os.unlink", Delete),
    ("os.rename", Overwrite),
    ("os.renames", Overwrite),
    ("os.replace", Overwrite),
    ("shutil.rmtree", Delete),
    ("shutil.move", Overwrite),
    (".rmtree", Delete),
    (".unlink", Overwrite),
    (".write_text", Overwrite),
    (".write_bytes", Overwrite),
    // What only the person should know.
    ("os.environ", Secrets),
    ("os.environb", Secrets),
    ("os.getenv", Secrets),
    ("os.getenvb", Secrets),
    ("getpass", Secrets),
    ("keyring", Secrets),
    ("netrc", Secrets),
    // The interpreter, and what it tells of itself.
    ("sys.settrace", Interpreter),
    ("sys.setprofile", Interpreter),
    ("sys._settraceallthreads", Interpreter),
    ("sys._setprofileallthreads", Interpreter),
    ("sys._getframe", Interpreter),
    ("sys._getframemodulename", Interpreter),
    ("sys._current_frames", Interpreter),
    ("sys._current_exceptions", Interpreter),
    ("sys._debugmallocstats", Interpreter),
    ("sys.addaudithook", Interpreter),
    ("sys.breakpointhook", Interpreter),
    ("sys.displayhook", Interpreter),
    ("sys.excepthook", Interpreter),
    ("sys.unraisablehook", Interpreter),
    ("sys.meta_path", Interpreter),
    ("sys.path_hooks", Interpreter),
    ("sys.path_importer_cache", Interpreter),
    ("sys.modules", Interpreter),
    ("sys.monitoring", Interpreter),
    ("sys.remote_exec", Interpreter),
    (".settrace", Interpreter),
    (".setprofile", Interpreter),
    ("._getframe", Interpreter),
    ("._current_frames", Interpreter),
    (".excepthook", Interpreter),
    (".addaudithook", Interpreter),
    ("threading.setprofile_all_threads", Interpreter),
    ("threading.settrace_all_threads", Interpreter),
    ("gc", Interpreter),
    ("ctypes", Interpreter),
    ("_ctypes", Interpreter),
    ("cffi", Interpreter),
    ("mmap", Interpreter),
    ("atexit", Interpreter),
    ("signal", Interpreter),
    ("_signal", Interpreter),
    ("faulthandler", Interpreter),
    ("resource", Interpreter),
    ("tracemalloc", Interpreter),
    ("pdb", Interpreter),
    ("bdb", Interpreter),
    ("builtins.breakpoint", Interpreter),
    ("builtins.__builtins__", Interpreter),
    ("builtins.__loader__", Interpreter),
    ("builtins.__spec__", Interpreter),
    ("inspect.currentframe", Interpreter),
    ("inspect.stack", Interpreter),
    ("inspect.trace", Interpreter),
    ("inspect.getouterframes", Interpreter),
    ("inspect.getinnerframes", Interpreter),
    ("inspect.getframeinfo", Interpreter),
    ("inspect.getclosurevars", Interpreter),
    ("traceback.walk_stack", Interpreter),
    (".__builtins__", Interpreter),
    (".__getattribute__", Interpreter),
    ("posix", Interpreter),
    ("nt", Interpreter),
    (".__closure__", Interpreter),
    (".__code__", Interpreter),
    (".__globals__", Interpreter),
    (".__loader__", Interpreter),
    (".__subclasses__", Interpreter),
    (".cell_contents", Interpreter),
    (".f_back", Interpreter),
    (".f_builtins", Interpreter),
    (".f_globals", Interpreter),
    (".f_locals", Interpreter),
    (".f_trace", Interpreter),
    (".tb_frame", Interpreter),
    (".gi_frame", Interpreter),
    (".cr_frame", Interpreter),
    (".ag_frame", Interpreter),
    ("os.dup2", Interpreter),
    (".dup2", Interpreter),
    ("os.closerange", Interpreter),
    ("os.ptrace", Interpreter),
    ("os.setuid", Interpreter),
    ("os.chroot", Interpreter),
    ("os.unshare", Interpreter),
    ("os.setns", Interpreter),
    ("unittest.mock", Interpreter),
    ("mock", Interpreter),
    ("sitecustomize", Interpreter),
    ("usercustomize", Interpreter),
    ("_testcapi", Interpreter),
    ("_testinternalcapi", Interpreter),
    ("_xxsubinterpreters", Interpreter),
    ("_interpreters", Interpreter),
    // Text as code.
    ("builtins.exec", DynamicCode),
    ("builtins.eval", DynamicCode),
    ("builtins.compile", DynamicCode),
    ("builtins.__import__", DynamicCode),
    ("builtins.globals", DynamicCode),
    ("builtins.vars", DynamicCode),
    ("importlib", DynamicCode),
    ("_imp", DynamicCode),
    ("imp", DynamicCode),
    ("runpy", DynamicCode),
    ("pkgutil", DynamicCode),
    ("zipimport", DynamicCode),
    ("marshal", DynamicCode),
    ("code.interact", DynamicCode),
    ("code.InteractiveInterpreter", DynamicCode),
    ("code.InteractiveConsole", DynamicCode),
    ("types.CodeType", DynamicCode),
    ("types.FunctionType", DynamicCode),
    (".run_module", DynamicCode),
    // Tests.
    ("pytest.skip", SkippedTest),
    ("pytest.xfail", SkippedTest),
    ("pytest.exit", SkippedTest),
    ("pytest.importorskip", SkippedTest),
    ("pytest.mark.skip", SkippedTest),
    ("unittest.skip", SkippedTest),
    ("unittest.SkipTest", SkippedTest),
    (".importorskip", SkippedTest),
    (".skipif", SkippedTest),
    (".skipIf", SkippedTest),
    (".skipUnless", SkippedTest),
    (".skipTest", SkippedTest),
    (".xfail", SkippedTest),
    (".expectedFailure", SkippedTest),
    (".__unittest_skip__", SkippedTest),
    (".__test__", SkippedTest),
];
