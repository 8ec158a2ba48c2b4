//! Whether the record keeps what it acknowledged: `cargo bench --bench record_torture [-- KILLS [CYCLES]]`.
//!
//! Six real servers and a command line heal on one record and are killed (SIGKILL) at random times, KILLS times in all
//! (1,000 unless told); then CYCLES healings (10,000) back to back in one server. Prints what was acknowledged, lost and
//! told, and what the server's memory, descriptors and processes became.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a bench prints its figures to whoever runs it, and starts and kills processes of its own"
)]
#![cfg(target_os = "linux")]

#[path = "../tests/it/support/cycles.rs"]
mod cycles;
#[expect(dead_code, reason = "tests use the rest of it")]
#[path = "../tests/it/support/healer.rs"]
mod healer;
#[expect(dead_code, reason = "tests use the rest of it")]
#[path = "../tests/it/support/program.rs"]
mod program;
#[path = "../tests/it/support/torture.rs"]
mod torture;

use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut numbers = std::env::args().filter_map(|word| word.parse().ok());
    let kills = numbers.next().unwrap_or(1_000);
    let cycles = numbers.next().unwrap_or(10_000);

    let start = Instant::now();
    let outcome = torture::run(torture::Plan {
        servers: 6,
        kills,
        seed: 1,
    })?;
    println!("six servers and a command line, {kills} kills");
    println!(
        "  took                        {:.0} s",
        start.elapsed().as_secs_f64()
    );
    println!("  servers killed              {}", outcome.servers_killed);
    println!("  command lines killed        {}", outcome.runs_killed);
    println!("  mistakes healed in editors  {}", outcome.healed);
    println!("  acceptances in the record   {}", outcome.recorded);
    println!("  acknowledged                {}", outcome.acknowledged);
    println!("  acknowledged and lost       {}", outcome.lost);
    println!("  shown to the person         {:?}", outcome.told);
    println!("  put aside or copied         {:?}", outcome.beside);
    println!("  integrity                   {}", outcome.integrity);

    let start = Instant::now();
    let warm_up = 100;
    let outcome = cycles::run(warm_up, cycles)?;
    println!("{cycles} healings in one server, after {warm_up} to warm up");
    println!(
        "  took                        {:.0} s",
        start.elapsed().as_secs_f64()
    );
    println!(
        "  median of the last tenth    {:.1} ms",
        outcome.cycle.as_secs_f64() * 1e3
    );
    for (tenth, size) in outcome.sizes.iter().enumerate() {
        println!(
            "  after {:>6}                {:.1} MB, {} descriptors, {} processes below",
            cycles / 10 * tenth,
            size.memory as f64 / 1024.0,
            size.descriptors,
            size.processes
        );
    }
    println!("  acceptances in the record   {}", outcome.recorded);
    println!(
        "  size of the record          {:.0} KB",
        outcome.bytes as f64 / 1e3
    );
    println!("  shown to the person         {:?}", outcome.told);
    println!("  processes left              {}", outcome.left);
    println!("  integrity                   {}", outcome.integrity);
    Ok(())
}
