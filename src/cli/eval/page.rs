use super::figures::{ByEdits, Figures, Share, Times};

/// The figures as a person reads them.
pub fn page(figures: &Figures) -> String {
    let mut page = String::new();
    let mut line = |name: &str, value: String| page.push_str(&format!("{name:<28}{value}\n"));
    line("rows", figures.rows.to_string());
    for (language, rows) in &figures.skipped {
        line(
            "skipped",
            format!("{rows} rows of {language}: salve does not heal it yet"),
        );
    }
    let interpreter = figures.interpreter.clone();
    line(
        "interpreter",
        interpreter.unwrap_or_else(|| "none: fixes are parsed, not compiled".to_owned()),
    );
    if figures.crashed > 0 {
        line("crashed", figures.crashed.to_string());
    }
    for (name, share) in [
        ("detected", figures.detected),
        ("false positives", figures.false_positives),
        ("first finding on its line", figures.first_line),
        ("with a proven fix", figures.fixed),
        ("healed text compiles", figures.compiles),
        ("exact, best fix", figures.exact.top1),
        ("exact, among best 5", figures.exact.top5),
        ("wrong, and none to confirm", figures.wrong_unasked),
    ] {
        line(name, percent(share));
    }
    if figures.compile_stage.detected.of > 0 {
        let stage = &figures.compile_stage;
        line("compile-stage, detected", percent(stage.detected));
        line(
            "... without interpreter",
            percent(stage.detected_in_process),
        );
    }
    if figures.naming.right.of > 0 {
        line("named by its code", percent(figures.naming.right));
    }
    if let Some(findings) = figures.findings_per_row {
        line("findings per broken row", format!("{findings:.2}"));
    }
    if let Some(single) = &figures.single_errors {
        let findings = single.findings_per_mistake.unwrap_or_default();
        line("findings per single mistake", format!("{findings:.3}"));
        line("... exactly one", percent(single.exactly_one));
        line("fixes proven by parsing", shown(single.in_process_millis));
        if let (Some(start), Some(ratio)) =
            (single.interpreter_start_millis, single.in_process_per_start)
        {
            let ratio = format!("{:.2} and {:.2} of its {start:.2} ms", ratio.p50, ratio.p95);
            line("... per interpreter start", ratio);
        }
    }
    for (name, times) in [
        ("diagnosis", figures.diagnose_millis),
        ("proven fixes", figures.fix_millis),
    ] {
        line(name, shown(times));
    }
    for (name, groups) in [
        ("edited tokens", &figures.exact_by_edits),
        ("... short programs", &figures.exact_short_by_edits),
    ] {
        table(&mut page, name, groups);
    }
    if figures.naming.right.of > 0 {
        page.push_str(&format!("\n{:<28}named by its code\n", "cause"));
    }
    for (cause, named) in &figures.naming.by_cause {
        page.push_str(&format!("{cause:<28}{}\n", percent(*named)));
    }
    page
}

/// `93.1 % (27 of 29)`
fn percent(share: Share) -> String {
    match share.share {
        Some(part) => format!("{:.1} % ({} of {})", part * 100.0, share.count, share.of),
        None => "no such rows".to_owned(),
    }
}

fn shown(times: Times) -> String {
    format!("p50 {:.2} ms, p95 {:.2} ms", times.p50, times.p95)
}

fn table(page: &mut String, name: &str, groups: &[ByEdits]) {
    if groups.is_empty() {
        return;
    }
    page.push_str(&format!(
        "\n{name:<28}{:<24}exact, among best 5\n",
        "exact, best fix"
    ));
    for group in groups {
        let (top1, top5) = (percent(group.top1), percent(group.top5));
        page.push_str(&format!("{:<28}{top1:<24}{top5}\n", group.edits));
    }
}
