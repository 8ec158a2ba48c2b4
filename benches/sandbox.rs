//! What the sandbox costs, and whether anything is left of it: `cargo bench --bench sandbox [-- RUNS]`.
//!
//! Prints the time of an empty program, from its start to its verdict: bare (`python3 -I`), in a jail of its own, in a
//! jail that waited for it, and in bubblewrap if that is installed; one after the other in each round, so that all see
//! the same machine. Then RUNS proofs in a row (10,000 unless told), of which every tenth hangs, with what they left
//! behind: processes, folders, mounts, descriptors, and deadlines that were missed.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench prints its figures to whoever runs it, and times processes of its own"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use salve::prove::jail::{Mode, Profile};
use salve::prove::{Environment, Pool, RunVerdict, Sandbox, Setting, Surroundings, Task};

/// Rounds of the comparison.
const ROUNDS: usize = 50;
/// How long a program that hangs may go on.
const LIMIT: Duration = Duration::from_millis(200);
/// How much later than its limit a program must be gone.
const GRACE: Duration = Duration::from_millis(400);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runs = std::env::args().nth(1).and_then(|word| word.parse().ok());
    let python =
        std::env::var_os("SALVE_BENCH_PYTHON").unwrap_or_else(|| "/usr/bin/python3".into());
    let python = PathBuf::from(python);
    let bench = Bench::new(&python)?;
    bench.compare().await?;
    bench.repeat(runs.unwrap_or(10_000)).await
}

struct Bench {
    python: PathBuf,
    sandbox: Sandbox,
    setting: Setting,
}

impl Bench {
    fn new(python: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        let shown = python.display();
        let surroundings = Surroundings::of(python).ok_or(format!("{shown}: is no interpreter"))?;
        let salve = PathBuf::from(env!("CARGO_BIN_EXE_salve"));
        Ok(Self {
            python: python.to_owned(),
            sandbox: Sandbox::new(salve, &Environment::default()),
            setting: Setting {
                surroundings,
                project: None,
                scratch: None,
                readable: Vec::new(),
                profile: Profile::Single,
                memory: 1 << 30,
                disabled: Vec::new(),
            },
        })
    }

    async fn compare(&self) -> Result<(), Box<dyn std::error::Error>> {
        let empty = task("", Duration::from_secs(10));
        let pool = Pool::new(self.sandbox.clone(), self.setting.clone(), LIMIT * 1000);
        let has_bubblewrap = command("bwrap").arg("--version").status().is_ok();
        let mut times: [Vec<Duration>; 4] = Default::default();
        for _ in 0..ROUNDS {
            let start = Instant::now();
            command(&self.python).args(["-I", "-c", "pass"]).status()?;
            times[0].push(start.elapsed());
            let start = Instant::now();
            let run = self.sandbox.run(&self.setting, &empty).await;
            times[1].push(start.elapsed());
            assert_eq!(run.verdict, RunVerdict::Pass, "{}", run.reason);
            pool.warm_up();
            while pool.ready() < 2 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let start = Instant::now();
            let run = pool.run(&empty).await;
            times[2].push(start.elapsed());
            assert_eq!(run.verdict, RunVerdict::Pass, "{}", run.reason);
            while pool.ready() < 2 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            if has_bubblewrap {
                let start = Instant::now();
                self.bubblewrap().status()?;
                times[3].push(start.elapsed());
            }
        }
        let bare = median(&times[0]);
        let names = [
            "bare `python3 -I`",
            "jail, cold",
            "jail, from the pool",
            "bubblewrap",
        ];
        println!("{:22} {:>10} {:>8}", "empty program", "median ms", "ratio");
        for (name, times) in names
            .iter()
            .zip(&times)
            .filter(|(_, times)| !times.is_empty())
        {
            let median = median(times);
            println!("{name:22} {:>10.1} {:>8.2}", median * 1000.0, median / bare);
        }
        Ok(())
    }

    fn bubblewrap(&self) -> Command {
        let mut command = command("bwrap");
        command
            .args([
                "--new-session",
                "--die-with-parent",
                "--clearenv",
                "--unshare-all",
            ])
            .args(["--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib"])
            .args([
                "--symlink",
                "usr/lib64",
                "/lib64",
                "--symlink",
                "usr/bin",
                "/bin",
            ])
            .args([
                "--dev", "/dev", "--tmpfs", "/tmp", "--proc", "/proc", "--chdir", "/tmp",
            ])
            .arg(&self.python)
            .args(["-I", "-c", "pass"]);
        command
    }

    async fn repeat(&self, runs: usize) -> Result<(), Box<dyn std::error::Error>> {
        let before = Left::count()?;
        let (mut wrong, mut late, mut longest) = (0, 0, Duration::ZERO);
        for run in 0..runs {
            let hangs = run % 10 == 9;
            let (source, wall, expected) = if hangs {
                (
                    "import time\nwhile True: time.sleep(9)\n",
                    LIMIT,
                    RunVerdict::Timeout,
                )
            } else {
                (
                    "open('left', 'w').write('x')\n",
                    LIMIT * 50,
                    RunVerdict::Pass,
                )
            };
            // From the order to stop until everything is gone: the time that a person waits beyond the limit.
            let cell = self.sandbox.open(&self.setting).await?;
            let start = Instant::now();
            let (outcome, remains) = cell.run(&task(source, wall)).await;
            remains.clear().await;
            if outcome.verdict != expected {
                wrong += 1;
                println!("run {run}: {:?}: {}", outcome.verdict, outcome.reason);
            }
            if hangs {
                let over = start.elapsed().saturating_sub(LIMIT);
                longest = longest.max(over);
                late += usize::from(over > GRACE);
            }
        }
        let after = Left::count()?;
        println!("\n{runs} proofs in a row: {wrong} wrong verdicts");
        println!(
            "deadlines missed by more than {GRACE:?}: {late}; latest end {longest:?} after its limit"
        );
        println!("left behind: {}", after.beyond(&before));
        Ok(())
    }
}

/// What there is of things that could be left behind.
struct Left {
    processes: usize,
    folders: usize,
    mounts: usize,
    descriptors: usize,
}

impl Left {
    fn count() -> std::io::Result<Self> {
        let folder = |path: &str| -> std::io::Result<Vec<String>> {
            let names = std::fs::read_dir(path)?.flatten();
            Ok(names
                .map(|entry| entry.file_name().to_string_lossy().into_owned())
                .collect())
        };
        let is_ours = |process: &String| {
            let line = std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line).into_owned();
            line.contains("__jail") || line.contains("python3\0-I\0-B")
        };
        let temporary = std::env::temp_dir();
        Ok(Self {
            processes: folder("/proc")?.iter().filter(|name| is_ours(name)).count(),
            folders: folder(&temporary.to_string_lossy())?
                .iter()
                .filter(|name| name.starts_with("salve-"))
                .count(),
            mounts: std::fs::read_to_string("/proc/self/mountinfo")?
                .lines()
                .count(),
            descriptors: folder("/proc/self/fd")?.len(),
        })
    }

    fn beyond(&self, before: &Self) -> String {
        let more = |now: usize, then: usize| now.saturating_sub(then);
        format!(
            "{} processes, {} folders, {} mounts, {} descriptors",
            more(self.processes, before.processes),
            more(self.folders, before.folders),
            more(self.mounts, before.mounts),
            more(self.descriptors, before.descriptors),
        )
    }
}

fn task(source: &str, wall: Duration) -> Task {
    Task {
        mode: Mode::Script,
        path: PathBuf::from("/program.py"),
        source: source.as_bytes().to_vec(),
        tests: Vec::new(),
        wall,
    }
}

fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn median(times: &[Duration]) -> f64 {
    let mut seconds: Vec<f64> = times.iter().map(Duration::as_secs_f64).collect();
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len() / 2).copied().unwrap_or(f64::NAN)
}
